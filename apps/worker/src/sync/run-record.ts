import type { EntityName } from './entity/entity.ts';
import type { SyncContext } from './ports.ts';

/** How a use case ended. */
export type RunStatus = 'succeeded' | 'incomplete' | 'interrupted';

/** What every use case hands back at least. */
export interface RunResult {
  readonly status: RunStatus;
  /** Why work is left; required by every status but 'succeeded'. */
  readonly reason?: string;
}

/** What a run is about. */
export interface RunSubject {
  readonly entity: EntityName | 'reference-data';
  readonly kind: 'pull' | 'backfill' | 'sweep' | 'reconcile' | 'verify' | 'hints' | 'reference-data';
  readonly details?: Record<string, unknown>;
}

/** A result that also leaves numbers with its run. */
export interface DetailedResult extends RunResult {
  readonly details?: Record<string, unknown>;
}

const heartbeatEveryMs = 60_000;

/**
 * Does the work as a recorded run: begun before it, finished with its result, or as failed with the error's message.
 *
 * The error goes on to the caller; one that comes from an abort is recorded as an interruption.
 */
export async function recordRun<R extends DetailedResult>(
  context: SyncContext,
  subject: RunSubject,
  signal: AbortSignal,
  work: (runId: number) => Promise<R>,
): Promise<R> {
  const { runs } = context.store;
  const runId = await runs.start({
    shop: context.shop,
    entity: subject.entity,
    kind: subject.kind,
    details: subject.details ?? {},
  });
  // Also while no page is written, for example while the shop is in maintenance.
  const beating = setInterval(() => void runs.heartbeat(runId).catch(() => {}), heartbeatEveryMs);
  try {
    const result = await work(runId);
    const { status, reason, details } = result;
    await runs.finish(runId, { status, ...(reason ? { reason } : {}), ...(details ? { details } : {}) });
    return result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The first error is the one that matters: a database that is gone cannot record its own loss.
    await runs.finish(runId, { status: signal.aborted ? 'interrupted' : 'failed', reason }).catch(() => {});
    throw error;
  } finally {
    clearInterval(beating);
  }
}
