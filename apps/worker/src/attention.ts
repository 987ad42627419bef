import type { Run } from '@magento-sync/db';
import { formatDuration } from './config/duration.ts';
import { type CopyState, silentRunMs } from './copy-state.ts';
import { pullToleranceMs } from './pull-check.ts';

/** The periods against which ages are held. */
export interface ExpectedPeriods {
  readonly pullEveryMs: number;
  readonly sweepPeriodMs: number;
}

const hourMs = 3_600_000;

/**
 * How old the oldest comparison may become: two periods of the sweep, and at least two hours more than one.
 *
 * Rows that are seen often are noted as verified once an hour only.
 */
export function unverifiedToleranceMs(sweepPeriodMs: number): number {
  return Math.max(2 * sweepPeriodMs, sweepPeriodMs + 2 * hourMs);
}

/** What a person should look at, one sentence each; empty when all is well. */
export function attentionNeeded(state: CopyState, periods: ExpectedPeriods, now: Date): string[] {
  return [
    ...state.entities.flatMap(({ entity, lagMs, backfill }) => {
      if (!backfill?.completedAt || lagMs === null)
        return [`The copy of ${entity} is not complete yet: the first backfill is not done.`];
      if (lagMs <= pullToleranceMs(periods.pullEveryMs)) return [];
      return [`The last complete pull of ${entity} was ${formatDuration(lagMs)} ago. Is the daemon running?`];
    }),
    ...unverified(state, unverifiedToleranceMs(periods.sweepPeriodMs)),
    ...quarantined(state),
    ...state.latestRuns.flatMap((run) => runNeeds(run, now)),
  ];
}

function unverified({ oldestUnverified }: CopyState, toleranceMs: number): string[] {
  if (!oldestUnverified) return [];
  const { id, ageMs } = oldestUnverified;
  if (ageMs !== null && ageMs <= toleranceMs) return [];
  const when =
    ageMs === null
      ? 'never compared with the shop'
      : `last compared with the shop ${formatDuration(ageMs)} ago`;
  return [`Customer ${id} was ${when}: sweeps fall behind, or fail.`];
}

function quarantined({ quarantine }: CopyState): string[] {
  if (quarantine.length === 0) return [];
  const them = quarantine.length === 1 ? '1 record' : `${quarantine.length} records`;
  return [`Magento cannot serve ${them}; give the Report IDs to the developers of the shop.`];
}

function runNeeds({ id, kind, status, reason, heartbeatAt }: Run, now: Date): string[] {
  if (status === 'failed' || status === 'incomplete') {
    return [
      `The last ${kind} (run ${id}) ${status === 'failed' ? 'failed' : 'is incomplete'}: ${reason ?? ''}`,
    ];
  }
  const silentMs = now.getTime() - heartbeatAt.getTime();
  if (status !== 'running' || silentMs <= silentRunMs) return [];
  return [`Run ${id} (${kind}) has given no sign of life for ${formatDuration(silentMs)}: its process died.`];
}
