import type { Customer, KeysetPage } from '@magento-sync/magento-client';
import type { PageOutcome, SyncContext } from '../ports.ts';
import { compareCustomers } from './compare-customers.ts';
import { contentHash } from './content-hash.ts';
import type { EntityPage, PageCommit } from './entity.ts';
import { mapCustomer } from './map-customer.ts';

/** A page of customers that knows how to write itself. */
export function entityPage<Next>(
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

/** Writes customers as one page, warns about values that fit no column, and tells what became of the rows. */
export async function writeCustomers(
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
  await context.attributeWatch?.see(items);
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

/** Reads customers by their ids from the list; those that it does not show are left out. */
export async function readByIds(
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
