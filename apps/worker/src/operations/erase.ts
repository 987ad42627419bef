import { entities } from '@magento-sync/entities';
import { ActRefusedError, type OperationContext, type Operator, recordAct } from './acts.ts';

/** Whose personal data is removed: of one record by its id, or of everybody with an e-mail address. */
export type ErasureSubject = { readonly entity: string; readonly id: number } | { readonly email: string };

/** Ids of the records that lost it, by entity; those that fell with them, such as orders of a customer, are not listed. */
export type Erasure = Readonly<Record<string, readonly number[]>>;

/**
 * Removes the personal data of a person for good, at their request: from rows, parts, `raw` and history of every entity.
 *
 * The records themselves stay, with their numbers, and what the shop says of them later comes without the person. The feed
 * tells consumers which records were erased. `sync.acts` keeps who did it, when and why, with ids and without the e-mail
 * address. The shop is neither asked nor changed.
 *
 * @throws ActRefusedError when the copy has no such record.
 */
export async function erasePerson(
  context: OperationContext,
  operator: Operator,
  subject: ErasureSubject,
  /** Told how many records there are, and after those of each entity how many of them are done. */
  onRecords: { readonly start: (records: number) => void; readonly done: (records: number) => void } = {
    start() {},
    done() {},
  },
): Promise<Erasure> {
  const found = await recordsOf(context, subject);
  const ids = Object.fromEntries(found);
  const by = 'email' in subject ? 'e-mail address' : 'id';
  return recordAct(context, operator, { act: 'erase', subject: { by, ids } }, async () => {
    if (found.length === 0) throw new ActRefusedError(nothingFound(subject));
    onRecords.start(found.reduce((sum, [, some]) => sum + some.length, 0));
    const erased: Record<string, readonly number[]> = {};
    for (const [name, some] of found) {
      const copy = copyOf(context, name);
      const confirmedAt = context.clock.now();
      erased[name] = await copy.forget({ shop: context.shop, ids: some, confirmedAt, cause: 'request' });
      onRecords.done(some.length);
    }
    return { value: erased, outcome: 'done' };
  });
}

/** People first: with them goes what belongs to them. */
async function recordsOf(
  context: OperationContext,
  subject: ErasureSubject,
): Promise<[entity: string, ids: number[]][]> {
  if ('id' in subject) {
    const life = await copyOf(context, subject.entity).lifeOf(context.shop, subject.id);
    return life === undefined ? [] : [[subject.entity, [subject.id]]];
  }
  const found = await Promise.all(
    entities.map(async ({ name }): Promise<[string, number[]]> => {
      return [name, await copyOf(context, name).idsByEmail(context.shop, subject.email)];
    }),
  );
  return found.filter(([, ids]) => ids.length > 0);
}

function copyOf({ store }: OperationContext, name: string) {
  const entity = entities.find((each) => each.name === name);
  if (entity === undefined) throw new Error(`There is no entity "${name}".`);
  return store.copyOf(entity);
}

function nothingFound(subject: ErasureSubject): string {
  return 'email' in subject
    ? 'No record of the copy carries this e-mail address; nothing was erased. Erase by the id of the customer or order.'
    : `The copy has no record ${subject.id} among ${subject.entity}; nothing was erased.`;
}
