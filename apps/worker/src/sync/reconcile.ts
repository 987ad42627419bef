import { confirmDeletions } from './deletions.ts';
import type { EntityDescriptor, IdRange } from './entity.ts';
import type { Stop, SyncContext } from './ports.ts';
import { type RunResult, recordRun } from './run-record.ts';

/** What a reconcile found. */
export interface ReconcileResult extends RunResult {
  /** Ranges whose counts were asked of the shop. */
  readonly counts: number;
  /** Ids of the copy that the shop did not show. */
  readonly missing: number;
  readonly deleted: number;
}

/** How an attempt to reconcile ended. */
export type ReconcileAttempt =
  | { readonly kind: 'reconciled'; readonly result: ReconcileResult }
  | { readonly kind: 'busy' };

/** What a reconcile may do. */
export interface ReconcileOptions {
  /** Largest share of the living rows that may vanish at once, 0 to 1; the configured one when absent. */
  readonly allowedShare?: number;
}

/** A range of at most this many rows is compared id by id; a larger one is halved. */
const leafRows = 300;

/**
 * Searches for deleted records: counts first, then only the ranges whose counts differ, down to the ids.
 *
 * Costs one request when nothing is missing. A deletion and a creation in one range can hide each other from the counts;
 * the sweep, which compares every id, finds those.
 */
export async function reconcile(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  options: ReconcileOptions = {},
): Promise<ReconcileAttempt> {
  const name = `reconcile:${context.shop}:${entity.name}`;
  const attempt = await context.locks.tryRun(name, stop.signal, async (signal): Promise<ReconcileAttempt> => {
    const result = await recordRun(context, { entity: entity.name, kind: 'reconcile' }, signal, (runId) =>
      search(context, entity, runId, { ...stop, signal }, options),
    );
    return { kind: 'reconciled', result };
  });
  return attempt.acquired ? attempt.value : { kind: 'busy' };
}

async function search(
  context: SyncContext,
  entity: EntityDescriptor,
  runId: number,
  stop: Stop,
  options: ReconcileOptions,
): Promise<ReconcileResult> {
  // Ids above the copy's largest can't be missing from it, and those of rows that are younger than this run are above it.
  const upToId = (await entity.idsInCopy(context, { afterId: 0, upToId: null })).at(-1) ?? 0;
  const open: IdRange[] = upToId > 0 ? [{ afterId: 0, upToId }] : [];
  const missing: number[] = [];
  let counts = 0;
  for (let range = open.pop(); range; range = open.pop()) {
    if (stop.pause.aborted) {
      return {
        status: 'interrupted',
        reason: 'asked to stop; nothing was marked',
        counts,
        missing: missing.length,
        deleted: 0,
      };
    }
    const inCopy = await entity.countInCopy(context, range);
    if (inCopy === 0) continue;
    const inShop = await entity.count(context, stop.signal, range);
    counts += 1;
    if (inShop === inCopy) continue;
    if (inCopy <= leafRows || isSingle(range))
      missing.push(...(await missingIn(context, entity, range, stop.signal)));
    else open.push(...halves(range));
  }
  const outcome = await confirmDeletions(context, entity, missing, {
    cause: 'reconcile',
    runId,
    signal: stop.signal,
    ...(options.allowedShare === undefined ? {} : { allowedShare: options.allowedShare }),
  });
  const numbers = { counts, missing: missing.length, deleted: outcome.deleted };
  return outcome.brake
    ? { status: 'incomplete', reason: outcome.brake, ...numbers }
    : { status: 'succeeded', ...numbers };
}

async function missingIn(
  context: SyncContext,
  entity: EntityDescriptor,
  range: IdRange,
  signal: AbortSignal,
): Promise<number[]> {
  const inShop = new Set(await entity.idsInShop(context, range, signal));
  return (await entity.idsInCopy(context, range)).filter((id) => !inShop.has(id));
}

function isSingle({ afterId, upToId }: IdRange): boolean {
  return upToId !== null && upToId - afterId <= 1;
}

function halves({ afterId, upToId }: IdRange): IdRange[] {
  const middle = afterId + Math.ceil(((upToId ?? afterId) - afterId) / 2);
  return [
    { afterId: middle, upToId },
    { afterId, upToId: middle },
  ];
}
