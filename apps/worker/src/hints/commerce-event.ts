import { type Entity, namesOf } from '@magento-sync/entities';
import { idOf, isRecord, type ReceivedHint, unusable } from './received-hint.ts';

/*
 * Events of Adobe Commerce, as a runtime action or a gateway hands them on. Examples:
 *
 *   {"type":"com.adobe.commerce.observer.customer_save_commit_after","data":{"value":{"entity_id":"17","email":"…"}}}
 *   {"@type":"…observer.customer_delete_commit_after","event":{"data":{"value":{"entity_id":"17"}}}}
 *   {"type":"…plugin.magento.customer.api.customer_repository.save","event":{"data":{"value":{"id":17}}}}
 *   {"type":"…observer.customer_address_save_commit_after","event":{"data":{"value":{"entity_id":"5","parent_id":"17"}}}}
 *   {"type":"…observer.newsletter_subscriber_save_commit_after","event":{"data":{"value":{"customer_id":"17"}}}}
 *
 * Format: https://developer.adobe.com/commerce/extensibility/events/module-development
 */

/** Whether an object looks like an event of Adobe Commerce rather than like our own hint. */
export function isCommerceEvent(item: Record<string, unknown>): boolean {
  return item['entity'] === undefined && (isRecord(item['event']) || isRecord(item['data']));
}

/** The hint in an event; undefined when the event is about nobody. Throws a `Refusal` with 422 when it is no such event. */
export function commerceHint(
  item: Record<string, unknown>,
  entities: readonly Entity[],
  where: string,
): ReceivedHint | undefined {
  const name = nameOf(item);
  const value = valueOf(item);
  const families = entities.flatMap((entity) => entity.events.map((event) => ({ entity, event })));
  const family = families.find(({ event }) => event.named.test(name));
  if (!family) {
    const what = name ? `The event "${name.slice(0, 100)}"` : 'An event without a "type"';
    const copied = namesOf(entities).join(', ');
    throw unusable(`${what} is about nothing that is copied${where}; subscribe to events of ${copied} only.`);
  }
  const { entity, event } = family;
  const sent = event.ids.map((key) => value[key]).find((id) => id !== undefined && id !== null);
  if (event.optional && (sent === undefined || Number(sent) === 0)) return undefined;
  const id = idOf(sent);
  if (id === undefined) {
    throw unusable(
      `The event "${name.slice(0, 100)}" carries no ${entity.record} id in ${event.ids.join(' or ')}${where}.`,
    );
  }
  const deleted = event.deleted?.test(name) ?? false;
  return { entity: entity.name, id, kind: deleted ? 'deleted' : 'changed' };
}

function nameOf(item: Record<string, unknown>): string {
  const event = isRecord(item['event']) ? item['event'] : {};
  const names = [item['type'], item['@type'], item['event_code'], event['type'], event['@type']];
  return names.find((name) => typeof name === 'string') ?? '';
}

function valueOf(item: Record<string, unknown>): Record<string, unknown> {
  const event = isRecord(item['event']) ? item['event'] : {};
  for (const data of [event['data'], item['data']]) {
    if (!isRecord(data)) continue;
    return isRecord(data['value']) ? data['value'] : data;
  }
  return {};
}
