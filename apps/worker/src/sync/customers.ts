import {
  type Customer,
  type CustomerField,
  type KeysetPage,
  NotFoundError,
  type SearchCriteria,
  searchCriteria,
} from '@magento-sync/magento-client';
import { compareCustomers } from './compare-customers.ts';
import { contentHash } from './content-hash.ts';
import type {
  EntityDescriptor,
  EntityPage,
  IdRange,
  PageCommit,
  PageOutcome,
  RowComparison,
} from './entity.ts';
import { mapCustomer } from './map-customer.ts';
import type { SyncContext } from './ports.ts';
import { askedAt } from './watermark.ts';

/** Customers with their addresses: the first entity. */
export const customers: EntityDescriptor = {
  name: 'customers',

  async *pagesChangedSince(context, position, { signal }) {
    const { pageSize } = context.settings;
    for await (const page of context.magento.customers.pagesChangedSince(position, { pageSize, signal })) {
      yield entityPage(context, page, signal);
    }
  },

  async *pagesInIdRange(context, { afterId, upToId }, { signal }) {
    const range = upToId === null ? { afterId } : { afterId, upToId };
    const { pageSize } = context.settings;
    for await (const page of context.magento.customers.pagesInIdRange(range, { pageSize, signal })) {
      yield entityPage(context, page, signal);
    }
  },

  async survey(context, signal) {
    const newest = searchCriteria<CustomerField>().sortBy('entity_id', 'DESC').pageSize(1);
    const { items, serverDate, durationMs } = await context.magento.customers.search(newest, { signal });
    return {
      startedAt: askedAt(serverDate, durationMs) ?? context.clock.now(),
      largestId: items[0]?.id ?? 0,
    };
  },

  count(context, signal, range) {
    const all = searchCriteria<CustomerField>();
    return context.magento.customers.count(range ? withinRange(all, range) : all, { signal });
  },

  async idsInShop(context, { afterId, upToId }, signal) {
    const range = upToId === null ? { afterId } : { afterId, upToId };
    const found: number[] = [];
    const { pageSize } = context.settings;
    for await (const { ids } of context.magento.customers.idsInRange(range, { pageSize, signal })) {
      found.push(...ids);
    }
    return found;
  },

  isMissing,

  async reread(context, ids, account, signal) {
    let outcome = nothing;
    const gone: number[] = [];
    for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
      const some = ids.slice(start, start + mostIdsAtOnce);
      const { items, receivedAt } = await readByIds(context, some, signal);
      const written = await writeCustomers(context, { ...account, items, receivedAt, acceptOlder: true });
      outcome = sumOf(outcome, written);
      const shown = new Set(items.map(({ id }) => id));
      for (const id of some) if (!shown.has(id) && (await isMissing(context, id, signal))) gone.push(id);
    }
    return { outcome, gone };
  },

  async compareByIds(context, ids, signal) {
    const compared: RowComparison[] = [];
    for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
      const { items, receivedAt } = await readByIds(context, ids.slice(start, start + mostIdsAtOnce), signal);
      compared.push(...(await compareCustomers(context, items, receivedAt)));
    }
    return compared;
  },

  livingInCopy: (context, ids) => context.store.customers.livingIds(context.shop, ids),

  rangeEndsInCopy: (context, afterId, rowsPerRange) =>
    context.store.customers.rangeEnds(context.shop, afterId, rowsPerRange),

  async hashesInCopy(context, { afterId, upToId }) {
    const versions = await context.store.customers.hashesInRange(context.shop, afterId, upToId);
    return new Map([...versions].map(([id, { contentHash: hash }]) => [id, hash]));
  },

  idsInCopy(context, { afterId, upToId }) {
    return context.store.customers.idsInRange(context.shop, afterId, upToId);
  },

  markDeleted(context, ids, { cause, runId, confirmedAt }) {
    const deletion = { shop: context.shop, ids, confirmedAt, cause, runId };
    const { customers: copy } = context.store;
    return context.settings.deletions.keep === 'erase' ? copy.erase(deletion) : copy.tombstone(deletion);
  },

  countInCopy(context, { afterId, upToId }) {
    return context.store.customers.countInRange(context.shop, afterId, upToId);
  },
};

const nothing: PageOutcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
/** Keeps the address of the request well below what web servers take. */
const mostIdsAtOnce = 100;

async function isMissing(context: SyncContext, id: number, signal: AbortSignal): Promise<boolean> {
  try {
    await context.magento.customers.get(id, { signal });
    return false;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}

async function readByIds(
  context: SyncContext,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<{ items: Customer[]; receivedAt: Date }> {
  const { pageSize } = context.settings;
  const items: Customer[] = [];
  let receivedAt: Date | undefined;
  for await (const page of context.magento.customers.pagesByIds(ids, { pageSize, signal })) {
    items.push(...page.items);
    receivedAt ??= page.receivedAt;
  }
  return { items, receivedAt: receivedAt ?? context.clock.now() };
}

function sumOf(one: PageOutcome, other: PageOutcome): PageOutcome {
  return {
    inserted: one.inserted + other.inserted,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    stale: one.stale + other.stale,
  };
}

function withinRange(
  criteria: SearchCriteria<CustomerField>,
  { afterId, upToId }: IdRange,
): SearchCriteria<CustomerField> {
  const above = criteria.where('entity_id', 'gt', afterId);
  return upToId === null ? above : above.where('entity_id', 'lteq', upToId);
}

function entityPage<Next>(
  context: SyncContext,
  page: KeysetPage<Customer, Next>,
  signal: AbortSignal,
): EntityPage<Next> {
  return {
    size: page.items.length,
    totalCount: page.totalCount,
    shopDate: page.serverDate,
    durationMs: page.durationMs,
    bytes: page.bytes,
    stamps: page.items.map((customer) => customer.updatedAt),
    next: page.next,
    last: page.last,
    ids: page.items.map(({ id }) => id),
    compare: () => compareCustomers(context, page.items, page.receivedAt),
    hashes: () => new Map(page.items.map(({ id, raw }) => [id, contentHash(raw)])),
    async write({ runId, cause, checkpoint }) {
      const written = await writeCustomers(context, { runId, cause, ...page, checkpoint });
      if (written.staleIds.length === 0) return written;
      return withReread(written, await rereadStale(context, written.staleIds, { runId, cause }, signal));
    },
  };
}

interface CustomersToWrite extends Omit<PageCommit, 'checkpoint'> {
  readonly items: readonly Customer[];
  readonly receivedAt: Date;
  readonly checkpoint?: PageCommit['checkpoint'];
  readonly acceptOlder?: boolean;
  readonly rewrite?: boolean;
}

async function writeCustomers(
  context: SyncContext,
  { runId, cause, items, receivedAt, checkpoint, acceptOlder, rewrite }: CustomersToWrite,
) {
  const outcome = await context.store.customers.writePage({
    shop: context.shop,
    runId,
    cause,
    readAt: receivedAt,
    customers: items.map(mapCustomer),
    verified: true,
    ...(checkpoint ? { checkpoint } : {}),
    ...(acceptOlder ? { acceptOlder } : {}),
    ...(rewrite ? { rewrite } : {}),
  });
  const { adjustments } = outcome;
  if (adjustments.length > 0) {
    context.log.warn({ adjustments }, 'some values fit no column; they are kept in "raw" alone');
  }
  return outcome;
}

/**
 * Reads rows again that look older than the copy, and lets this later read win.
 *
 * Either another reader was quicker, then nothing changes; or the copy carries a stamp from the future, which a clock
 * that ran ahead has left behind and which no later change would ever pass.
 */
async function rereadStale(
  context: SyncContext,
  ids: readonly number[],
  account: Pick<PageCommit, 'runId' | 'cause'>,
  signal: AbortSignal,
): Promise<PageOutcome> {
  const { items, receivedAt } = await readByIds(context, ids, signal);
  return writeCustomers(context, { ...account, items, receivedAt, acceptOlder: true });
}

/** A row that was read twice counts once, with what the second read did. */
function withReread(written: PageOutcome, reread: PageOutcome): PageOutcome {
  const { inserted, updated, unchanged } = written;
  return {
    inserted,
    updated: updated + reread.updated,
    unchanged: unchanged + reread.unchanged,
    stale: reread.stale,
  };
}
