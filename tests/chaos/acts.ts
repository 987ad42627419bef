import { runBackfill } from '../../apps/worker/src/sync/backfill/backfill.ts';
import { entityOf } from '../../apps/worker/src/sync/entity/entities.ts';
import type { Stop, SyncContext } from '../../apps/worker/src/sync/ports.ts';
import { pullChanges } from '../../apps/worker/src/sync/pull/pull.ts';
import { reconcile } from '../../apps/worker/src/sync/reconcile/reconcile.ts';
import type { RunResult } from '../../apps/worker/src/sync/run.ts';
import { sweep } from '../../apps/worker/src/sync/sweep/sweep.ts';

/** One use case as a worker runs it, from its start to its end. */
export type Act = (worker: SyncContext, stop: Stop) => Promise<RunResult>;

const dayMs = 24 * 3_600_000;

/** A stop that is never asked for. */
export const noStop: Stop = { signal: new AbortController().signal, pause: new AbortController().signal };

/** What a worker does with one entity. */
export interface Acts {
  /** Runs a backfill, or resumes one. */
  readonly backfill: Act;
  /** Runs a backfill from the beginning (`restart`). */
  readonly backfillAgain: Act;
  /** Runs a pull; resumes the backfill where none was finished yet. */
  readonly pull: Act;
  /** Sweeps every row in a new pass. */
  readonly sweepAll: Act;
  /** Runs one slice of a sweep with a period of a day; an idle one succeeds. */
  readonly sweepSlice: Act;
  /** Sweeps the rows that are young enough to change without a stamp. */
  readonly sweepRecent: Act;
  /** Runs a reconcile. */
  readonly reconcileAll: Act;
}

/** The acts of one entity. */
export function actsOf(name: string): Acts {
  const entity = entityOf(name);
  const backfill: Act = (worker, stop) =>
    runBackfill(worker, entity, stop, { restart: false, busyDelayMs: 1 });
  return {
    backfill,
    backfillAgain: (worker, stop) => runBackfill(worker, entity, stop, { restart: true, busyDelayMs: 1 }),
    async pull(worker, stop) {
      const done = await pullChanges(worker, entity, stop);
      if (done.kind === 'needs-backfill') return backfill(worker, stop);
      return done.kind === 'pulled' ? done.result : notDone(done.kind);
    },
    async sweepAll(worker, stop) {
      const done = await sweep(worker, entity, stop, { periodMs: 0 });
      return done.kind === 'swept' ? done.result : notDone(done.kind);
    },
    async sweepSlice(worker, stop) {
      const done = await sweep(worker, entity, stop, { periodMs: dayMs });
      if (done.kind === 'idle') return { status: 'succeeded' };
      return done.kind === 'swept' ? done.result : notDone(done.kind);
    },
    async sweepRecent(worker, stop) {
      const youngerThanMs = (entity.definition.recentDays ?? 0) * dayMs;
      const done = await sweep(worker, entity, stop, { periodMs: 0, youngerThanMs });
      return done.kind === 'swept' ? done.result : notDone(done.kind);
    },
    async reconcileAll(worker, stop) {
      const done = await reconcile(worker, entity, stop);
      return done.kind === 'reconciled' ? done.result : notDone(done.kind);
    },
  };
}

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
