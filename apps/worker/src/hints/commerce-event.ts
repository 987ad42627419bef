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
export function commerceHint(item: Record<string, unknown>, where: string): ReceivedHint | undefined {
  const name = nameOf(item);
  const value = valueOf(item);
  const keys = idKeys.find(({ events }) => events.test(name))?.keys ?? [];
  if (keys.length === 0) {
    const what = name ? `The event "${name.slice(0, 100)}"` : 'An event without a "type"';
    throw unusable(`${what} is about nothing that is copied${where}; subscribe to customer events only.`);
  }
  const sent = keys.map((key) => value[key]).find((id) => id !== undefined && id !== null);
  // A subscriber without an account.
  if (/newsletter/.test(name) && (sent === undefined || Number(sent) === 0)) return undefined;
  const id = idOf(sent);
  if (id === undefined) {
    throw unusable(
      `The event "${name.slice(0, 100)}" carries no customer id in ${keys.join(' or ')}${where}.`,
    );
  }
  const deleted = /(^|[._])customer_(delete|repository\.delete)/.test(name);
  return { entity: 'customers', id, kind: deleted ? 'deleted' : 'changed' };
}

/** Where the customer's id stands, by the name of the event; the first that fits counts. */
const idKeys: readonly { readonly events: RegExp; readonly keys: readonly string[] }[] = [
  { events: /customer_group/, keys: [] },
  { events: /newsletter_subscriber/, keys: ['customer_id'] },
  { events: /customer_address|address_repository/, keys: ['customer_id', 'parent_id'] },
  { events: /(^|[._])customer(_|\.|$)/, keys: ['entity_id', 'id', 'customer_id', 'customerId'] },
];

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
