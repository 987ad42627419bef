import { runBackfill } from '../../apps/worker/src/sync/backfill/backfill.ts';
import type { Stop, SyncContext } from '../../apps/worker/src/sync/ports.ts';
import { pullChanges } from '../../apps/worker/src/sync/pull/pull.ts';
import { reconcile } from '../../apps/worker/src/sync/reconcile/reconcile.ts';
import type { RunResult } from '../../apps/worker/src/sync/run-record.ts';
import { sweep } from '../../apps/worker/src/sync/sweep/sweep.ts';
import { customers } from '../../apps/worker/testing/customers.ts';

/** One use case as a worker runs it, from its start to its end. */
export type Act = (worker: SyncContext, stop: Stop) => Promise<RunResult>;

/** A stop that is never asked for. */
export const noStop: Stop = { signal: new AbortController().signal, pause: new AbortController().signal };

/** Runs a backfill, or resumes one. */
export const backfill: Act = (worker, stop) =>
  runBackfill(worker, customers, stop, { restart: false, busyDelayMs: 1 });

/** Runs a backfill from the beginning (`restart`). */
export const backfillAgain: Act = (worker, stop) =>
  runBackfill(worker, customers, stop, { restart: true, busyDelayMs: 1 });

/** Runs a pull; resumes the backfill where none was finished yet. */
export const pull: Act = async (worker, stop) => {
  const done = await pullChanges(worker, customers, stop);
  if (done.kind === 'needs-backfill') return backfill(worker, stop);
  return done.kind === 'pulled' ? done.result : notDone(done.kind);
};

/** Sweeps every row in a new pass. */
export const sweepAll: Act = async (worker, stop) => {
  const done = await sweep(worker, customers, stop, { periodMs: 0 });
  return done.kind === 'swept' ? done.result : notDone(done.kind);
};

/** Runs one slice of a sweep with a period of a day; an idle one succeeds. */
export const sweepSlice: Act = async (worker, stop) => {
  const done = await sweep(worker, customers, stop, { periodMs: 24 * 3_600_000 });
  if (done.kind === 'idle') return { status: 'succeeded' };
  return done.kind === 'swept' ? done.result : notDone(done.kind);
};

/** Runs a reconcile. */
export const reconcileAll: Act = async (worker, stop) => {
  const done = await reconcile(worker, customers, stop);
  return done.kind === 'reconciled' ? done.result : notDone(done.kind);
};

function notDone(kind: 'busy' | 'idle'): RunResult {
  return { status: 'interrupted', reason: `nothing was done: ${kind}` };
}

/** Runs an act and returns its error, if any: errors are expected, only the state of the copy afterwards is judged. */
export async function attempt(worker: SyncContext, act: Act, stop: Stop = noStop): Promise<unknown> {
  try {
    await act(worker, stop);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Runs an act that has to succeed; otherwise returns how it ended, as the rest of a sentence that begins with its name. */
export async function whyNotSucceeded(worker: SyncContext, act: Act): Promise<string | undefined> {
  try {
    const { status, reason } = await act(worker, noStop);
    return status === 'succeeded' ? undefined : `was ${status}: ${reason ?? ''}`;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
