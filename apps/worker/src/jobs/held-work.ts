import type { ActEnd } from '@magento-sync/db';
import type { PauseWatch } from '../operations/pause-watch.ts';
import { PausedError, type WorkKind } from '../operations/work.ts';
import { CancelledError } from '../sync/cancellation.ts';
import type { SyncContext } from '../sync/ports.ts';
import type { JobContext, JobData, JobName, JobReport, Processor, Processors } from './contract.ts';
import { HeldError } from './settle.ts';

/** Which kind of work a job is; `null` for what asks the shop for no records and is never paused. */
const kindOf = {
  pull: 'pull',
  'start-backfill': 'backfill',
  'backfill-range': 'backfill',
  'finish-backfill': null,
  sweep: 'sweep',
  reconcile: 'reconcile',
  'follow-hints': 'hints',
  verify: 'verify',
  resync: 'resync',
  'refresh-token': null,
  'refresh-reference-data': 'reference-data',
  prune: null,
  'probe-capabilities': null,
} as const satisfies Record<JobName, WorkKind | null>;

/** Jobs that nothing brings back are kept in the queue while their work is paused; schedules bring back the others. */
const keptWhilePaused: ReadonlySet<JobName> = new Set(['backfill-range', 'verify', 'resync']);

/** What every handler is wrapped with. */
export interface HeldWorkOptions {
  readonly pauses: PauseWatch;
  readonly sync: Pick<SyncContext, 'store'>;
}

/**
 * The same handlers, which do nothing while their work is paused, end after the page at hand when it becomes so, and
 * tell the act that asked for the job what became of it.
 */
export function holdWhilePaused(processors: Processors, options: HeldWorkOptions): Processors {
  const held = Object.entries(processors).map(([name, processor]) => [
    name,
    hold(name as JobName, processor as Processor<JobName>, options),
  ]);
  return Object.fromEntries(held) as Processors;
}

function hold(
  name: JobName,
  processor: Processor<JobName>,
  { pauses, sync }: HeldWorkOptions,
): Processor<JobName> {
  const kind = kindOf[name];
  if (kind === null) return processor;
  return async (data, context) => {
    const entity = 'entity' in data ? data.entity : kind;
    try {
      const report = await pauses.during({ entity, kind }, context, (stop) =>
        processor(data, { ...context, ...stop }),
      );
      await tell(sync, data, endOf(report));
      return report;
    } catch (error) {
      if (error instanceof CancelledError) {
        // Not tried again: what is left comes by its schedule, or when somebody asks for it.
        await tell(sync, data, { outcome: 'incomplete', text: error.message });
        return { outcome: 'cancelled', reason: error.message };
      }
      if (!(error instanceof PausedError)) {
        if (!context.pause.aborted) await tell(sync, data, failureOf(error));
        throw error;
      }
      return held(name, data, context, sync, error);
    }
  };
}

async function held(
  name: JobName,
  data: JobData<JobName>,
  { log }: JobContext,
  { store }: Pick<SyncContext, 'store'>,
  error: PausedError,
): Promise<JobReport> {
  log.debug({ pause: error.message }, 'paused: the job is left');
  // Ranges of a cancelled backfill are put into the queue again when it goes on.
  if (error.pause.cancelledRun !== null) return { outcome: 'cancelled', by: error.pause.by };
  if (!keptWhilePaused.has(name)) return { outcome: 'paused', by: error.pause.by };
  // The run of a paused backfill is not dead.
  if ('runId' in data) await store.runs.heartbeat(data.runId);
  throw new HeldError(error.message);
}

/** Tells the act that asked for a job how it ended; without one there is nobody to tell. */
async function tell(
  { store }: Pick<SyncContext, 'store'>,
  data: JobData<JobName>,
  end: ActEnd,
): Promise<void> {
  if (!('act' in data) || data.act === undefined) return;
  await store.acts.end(data.act, end);
}

function endOf(report: JobReport): ActEnd {
  const { outcome, reason } = report;
  const isDone = outcome === 'succeeded' || outcome === 'equal';
  const text = typeof reason === 'string' ? reason : String(outcome);
  return { outcome: isDone ? 'done' : 'incomplete', text };
}

function failureOf(error: unknown): ActEnd {
  return { outcome: 'failed', text: error instanceof Error ? error.message : String(error) };
}
