import type { SyncContext } from '../ports.ts';

/** How long the records of what happened are kept, in milliseconds. */
export interface Kept {
  readonly historyMs: number;
  readonly feedMs: number;
  readonly runsMs: number;
}

/** Number of deleted records, by kind. */
export interface Pruned {
  readonly history: number;
  readonly feed: number;
  readonly runs: number;
  readonly alerts: number;
}

/**
 * Deletes history, feed and ended runs that are older than they are to be kept; never rows of the copy.
 *
 * Tombstones stay: without them a page that was read before a deletion could bring the customer back.
 */
export async function prune(
  { shop, store, clock }: Pick<SyncContext, 'shop' | 'store' | 'clock'>,
  kept: Kept,
): Promise<Pruned> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  return {
    history: await store.changes.prune(shop, before(kept.historyMs)),
    feed: await store.outbox.prune(shop, before(kept.feedMs)),
    runs: await store.runs.prune(shop, before(kept.runsMs)),
    alerts: await store.alerts.prune(shop, before(kept.runsMs)),
  };
}
