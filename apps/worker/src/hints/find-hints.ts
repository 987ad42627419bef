import { defaultEntities, type Entity, namesOf } from '@magento-sync/entities';
import { commerceHint, isCommerceEvent } from './commerce-event.ts';
import { idOf, isRecord, largestId, type ReceivedHint, unusable } from './received-hint.ts';

/** Most hints in one request. */
export const mostHintsAtOnce = 1_000;

/**
 * Finds hints in a body: our own form, an event of Adobe Commerce, or a list of either.
 *
 * Only an entity, an id and a kind are ever taken, whatever else is sent. All or nothing: throws a `Refusal` with 422
 * that names the first item that is no hint. Events about nobody, such as a guest's newsletter, become no hint.
 */
export function findHints(body: unknown, entities: readonly Entity[] = defaultEntities): ReceivedHint[] {
  const items = Array.isArray(body) ? (body as unknown[]) : [body];
  if (items.length === 0) throw unusable('The list is empty; send at least one hint.');
  if (items.length > mostHintsAtOnce) {
    throw unusable(
      `${items.length} hints are too many at once; send at most ${mostHintsAtOnce} per request.`,
    );
  }
  return items.flatMap((item, index) => {
    const where = Array.isArray(body) ? ` (item ${index})` : '';
    if (!isRecord(item)) throw unusable(`A hint is an object such as ${example}${where}.`);
    const hint = isCommerceEvent(item) ? commerceHint(item, entities, where) : ownHint(item, entities, where);
    return hint ? [hint] : [];
  });
}

const example = '{"entity":"customers","id":17,"kind":"changed"}';

function ownHint(
  { entity, id, kind = 'changed' }: Record<string, unknown>,
  entities: readonly Entity[],
  where: string,
): ReceivedHint {
  const names = namesOf(entities);
  const name = names.find((known) => known === entity);
  if (!name) throw unusable(`"entity" must be one of: ${names.join(', ')}${where}. Example: ${example}`);
  const number = idOf(id);
  if (number === undefined) {
    throw unusable(`"id" must be a whole number from 1 to ${largestId}${where}. Example: ${example}`);
  }
  if (kind !== 'changed' && kind !== 'deleted') {
    throw unusable(`"kind" must be "changed" or "deleted"${where}. Example: ${example}`);
  }
  return { entity: name, id: number, kind };
}
