import { MAX_PAGE_SIZE, PageSizeTooLargeError, searchCriteria } from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';
import { knownPageLimit, type PageLimit } from '../reading/index.ts';
import type { Observations } from './generation.ts';

/** Looks at one side of a shop by at most two harmless reads. */
export interface Probe {
  readonly name: string;
  run(context: SyncContext, signal: AbortSignal): Promise<Observations>;
}

/** Every probe, in the order in which they run; together fewer than ten requests. */
export const probes: readonly Probe[] = [
  { name: 'lists', run: lookAtLists },
  { name: 'page size', run: async (context, signal) => ({ pageLimit: await lookForLimit(context, signal) }) },
  {
    name: 'credential',
    run: async ({ magento }, signal) => ({
      credential: await magento.releaseSigns.credential({ signal }),
      issuedByLogin: magento.auth.kind === 'admin' || magento.auth.kind === 'customer',
    }),
  },
  {
    name: 'verb',
    run: async ({ magento }, signal) => ({ verbRefusal: await magento.releaseSigns.verbRefusal({ signal }) }),
  },
  {
    name: 'version',
    run: async ({ magento }, signal) => ({ announced: await magento.releaseSigns.announced({ signal }) }),
  },
];

/** The newest record, then the second of the one page that it makes alone. */
async function lookAtLists(context: SyncContext, signal: AbortSignal): Promise<Observations> {
  const { records, id, listsOnly } = probed(context);
  const newest = searchCriteria<string>().sortBy(id.sort, 'DESC').pageSize(1);
  const { items, serverDate, receivedAt, durationMs } = await records.search(newest, { signal });
  const clock =
    serverDate === null
      ? {}
      : { clockDifferenceSeconds: differenceSeconds(serverDate, receivedAt, durationMs) };
  const [record] = items;
  if (!record) return clock;
  const alone = searchCriteria<string>()
    .where(id.filter, 'eq', record.id)
    .sortBy(id.sort, 'ASC')
    .pageSize(1)
    .currentPage(2);
  const second = await records.search(alone, { signal });
  return {
    ...clock,
    ...(listsOnly === undefined ? {} : { subscriptionInLists: record.row[listsOnly] !== null }),
    pastLastPage: second.items.length === 0 ? 'empty' : 'repeated',
  };
}

/** The entity whose lists are looked at: the first of the chosen ones, which the account may surely read. */
function probed({ magento, entities }: SyncContext) {
  const [entity] = entities;
  if (entity === undefined) throw new Error('No entity was chosen.');
  const columns = Object.entries(entity.table.columns);
  const key = entity.table.columns[entity.table.key]?.from ?? entity.table.key;
  return {
    records: magento.records(entity),
    id: entity.id,
    idField: typeof key === 'string' ? key : entity.table.key,
    /** The column of what only lists show, and only those of recent releases. */
    listsOnly: columns.find(
      ([, { from }]) => typeof from === 'string' && entity.listsOnly?.includes(from),
    )?.[0],
  };
}

/** The header drops the fraction of a second; the shop wrote it somewhere between the question and the answer. */
function differenceSeconds(serverDate: Date, receivedAt: Date, durationMs: number): number {
  const here = receivedAt.getTime() - durationMs / 2;
  return Math.round((serverDate.getTime() + 500 - here) / 1_000);
}

/**
 * Asks for the largest page of a search that finds nothing: a limit refuses it before the shop has done any work.
 *
 * A shop that cuts pages without a word shows that only to real reads, which tell the page size; here it is only seen
 * whether a cut that was found earlier is still made.
 */
async function lookForLimit(context: SyncContext, signal: AbortSignal): Promise<PageLimit> {
  const { records, id, idField } = probed(context);
  const nothing = searchCriteria<string>().where(id.filter, 'eq', 0).pageSize(MAX_PAGE_SIZE);
  try {
    await records.search(nothing, { signal });
  } catch (error) {
    if (error instanceof PageSizeTooLargeError) return { max: error.max, how: 'refused' };
    throw error;
  }
  const known = await knownPageLimit(context);
  if (known?.how === 'cut' && known.max !== null && known.max < MAX_PAGE_SIZE) {
    const larger = searchCriteria<string>()
      .sortBy(id.sort, 'ASC')
      .pageSize(known.max + 1);
    const fields = `items[${idField}],total_count`;
    const { items } = await records.search(larger, { signal, fields });
    if (items.length <= known.max) return known;
  }
  return { max: null, how: 'none' };
}
