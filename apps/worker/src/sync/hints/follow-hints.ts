import type { Hint } from '@magento-sync/db';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { confirmDeletions } from '../reconcile/deletions.ts';
import { type Busy, incompleteFor, lockNames, type Run, type RunResult, runOf, unlessBusy } from '../run.ts';

/** What following the open hints did. */
export interface FollowResult extends RunResult {
  readonly hints: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** How an attempt ended: followed, nothing to do, or another process is at it. */
export type FollowAttempt =
  | { readonly kind: 'followed'; readonly result: FollowResult }
  | { readonly kind: 'idle' }
  | Busy;

const mostAtOnce = 5_000;
const idsPerRead = 100;

/**
 * Reads again every record that somebody hinted at, and writes what the shop itself shows.
 *
 * A hint is never believed: a record is marked as deleted only when the shop denies it, as in a reconcile, with the same
 * brake. A hint is settled after its record was written; a process that dies in between leaves it for the next one.
 */
export async function followHints(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
): Promise<FollowAttempt> {
  return unlessBusy(
    context,
    lockNames.hints(context, entity),
    stop,
    async (alone): Promise<FollowAttempt> => {
      const open = await context.store.hints.pending(context.shop, entity.name, mostAtOnce);
      if (open.length === 0) return { kind: 'idle' };
      const result = await runOf(context, entity, { kind: 'hints', cause: 'hint' }, alone, (run) =>
        follow(context, run, open),
      );
      return { kind: 'followed', result };
    },
  );
}

async function follow(
  context: SyncContext,
  { entity, account, stop, tell }: Run,
  open: readonly Hint[],
): Promise<FollowResult> {
  const { shop, store } = context;
  const totals = { hints: 0, inserted: 0, updated: 0, deleted: 0 };
  const settle = async (hints: readonly Hint[]) => {
    totals.hints += await store.hints.settle(shop, entity.name, hints);
  };
  const denied: Hint[] = [];
  for (let start = 0; start < open.length; start += idsPerRead) {
    const some = open.slice(start, start + idsPerRead);
    const startedAt = performance.now();
    const ids = some.map(({ id }) => id);
    const { outcome, gone } = await entity.reread(context, ids, account, stop.signal);
    totals.inserted += outcome.inserted;
    totals.updated += outcome.updated;
    const isGone = new Set(gone);
    denied.push(...some.filter(({ id }) => isGone.has(id)));
    await settle(some.filter(({ id }) => !isGone.has(id)));
    const durationMs = performance.now() - startedAt;
    tell({ range: 'hints', rows: some.length, outcome, durationMs, bytes: 0 });
    if (stop.pause.aborted && start + idsPerRead < open.length) {
      return { status: 'interrupted', reason: 'asked to stop; the other hints stay open', ...totals };
    }
  }
  // Together, so that the brake sees all of them: in small parts each would pass.
  const missing = denied.map(({ id }) => id);
  const deletion = await confirmDeletions(context, entity, missing, { ...account, signal: stop.signal });
  totals.deleted = deletion.deleted;
  // Also when the brake holds: the reconcile finds the same records missing and asks a person.
  await settle(denied);
  return { ...(incompleteFor(deletion.brake) ?? { status: 'succeeded' }), ...totals };
}
