import { runBackfill } from '../../apps/worker/src/sync/backfill/backfill.ts';
import type { Stop, SyncContext } from '../../apps/worker/src/sync/ports.ts';
import { pullChanges } from '../../apps/worker/src/sync/pull/pull.ts';
import { reconcile } from '../../apps/worker/src/sync/reconcile/reconcile.ts';
import type { RunResult } from '../../apps/worker/src/sync/run-record.ts';
import { sweep } from '../../apps/worker/src/sync/sweep/sweep.ts';
import { customers } from '../../apps/worker/testing/customers.ts';

/** Something that a worker does, whole. */
export type Act = (worker: SyncContext, stop: Stop) => Promise<RunResult>;

/** Nobody asks to stop. */
export const noStop: Stop = { signal: new AbortController().signal, pause: new AbortController().signal };

/** Reads what a backfill has left to read. */
export const backfill: Act = (worker, stop) =>
  runBackfill(worker, customers, stop, { restart: false, busyDelayMs: 1 });

/** Reads everything again. */
export const backfillAgain: Act = (worker, stop) =>
  runBackfill(worker, customers, stop, { restart: true, busyDelayMs: 1 });

/** Reads what has changed; where no backfill was finished yet, goes on with that. */
export const pull: Act = async (worker, stop) => {
  const done = await pullChanges(worker, customers, stop);
  if (done.kind === 'needs-backfill') return backfill(worker, stop);
  return done.kind === 'pulled' ? done.result : notDone(done.kind);
};

/** Compares every row, in a pass of its own. */
export const sweepAll: Act = async (worker, stop) => {
  const done = await sweep(worker, customers, stop, { periodMs: 0 });
  return done.kind === 'swept' ? done.result : notDone(done.kind);
};

/** Looks for deletions by counts. */
export const reconcileAll: Act = async (worker, stop) => {
  const done = await reconcile(worker, customers, stop);
  return done.kind === 'reconciled' ? done.result : notDone(done.kind);
};

function notDone(kind: 'busy' | 'idle'): RunResult {
  return { status: 'interrupted', reason: `nothing was done: ${kind}` };
}

/** Does it; errors are part of a story: only what is left behind counts. Returns the error, if any. */
export async function attempt(worker: SyncContext, act: Act, stop: Stop = noStop): Promise<unknown> {
  try {
    await act(worker, stop);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Does what has to succeed; returns how it ended otherwise, in words that follow its name. */
export async function whyNotSucceeded(worker: SyncContext, act: Act): Promise<string | undefined> {
  try {
    const { status, reason } = await act(worker, noStop);
    return status === 'succeeded' ? undefined : `was ${status}: ${reason ?? ''}`;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
