import type { Run } from '@magento-sync/db';
import { formatDuration } from './config/duration.ts';
import { type CopiedState, type CopyState, silentRunMs, warningsOf } from './copy-state.ts';
import { pauseOf, pauseSentence, type WorkKind } from './operations/work.ts';
import { pullToleranceMs } from './pull-check.ts';
import { type EntityState, hasOnlyGapsLeft } from './sync-state.ts';

/** The periods against which ages are held. */
export interface ExpectedPeriods {
  readonly pullEveryMs: number;
  readonly sweepPeriodMs: number;
  /** For entities that are swept slowly. */
  readonly sweepAllPeriodMs?: number;
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

/** What a person should look at, one sentence each; empty when all is well. Of what is paused only the pause is said. */
export function attentionNeeded(state: CopyState, periods: ExpectedPeriods, now: Date): string[] {
  const isPaused = ({ entity }: EntityState, kind: WorkKind) =>
    pauseOf(state.pauses, { entity, kind }) !== undefined;
  return [
    ...state.pauses.map((pause) => `${pauseSentence(pause, now)}.`),
    ...state.entities.flatMap((entity) => [
      ...notCopied(entity),
      ...(isPaused(entity, 'pull') ? [] : notPulled(entity, periods.pullEveryMs)),
    ]),
    ...state.entities.flatMap((entity) =>
      isPaused(entity, 'sweep')
        ? []
        : unverified(entity, unverifiedToleranceMs(sweepPeriodOf(entity, periods))),
    ),
    ...warningsOf(state.capabilities).values(),
    ...quarantined(state),
    ...state.latestEnded.flatMap(endedBadly),
    ...state.latestRuns.flatMap((run) => runNeeds(run, now)),
  ];
}

function notCopied({ entity, backfill, lagMs }: EntityState): string[] {
  if (backfill && hasOnlyGapsLeft(backfill)) {
    return [
      `The backfill of ${entity} was read to its end, and ${backfill.rangesWithGaps} of ${backfill.ranges} ranges do not add up: ` +
        'the shop counts more than it shows.',
    ];
  }
  if (backfill?.completedAt && lagMs !== null) return [];
  return [`The copy of ${entity} is not complete yet: the first backfill is not done.`];
}

function notPulled({ entity, lagMs }: EntityState, pullEveryMs: number): string[] {
  if (lagMs === null || lagMs <= pullToleranceMs(pullEveryMs)) return [];
  return [`The last complete pull of ${entity} was ${formatDuration(lagMs)} ago. Is the daemon running?`];
}

function sweepPeriodOf({ isSweptSlowly }: CopiedState, periods: ExpectedPeriods): number {
  return isSweptSlowly ? (periods.sweepAllPeriodMs ?? periods.sweepPeriodMs) : periods.sweepPeriodMs;
}

function unverified({ oldestUnverified }: CopiedState, toleranceMs: number): string[] {
  if (!oldestUnverified) return [];
  const { record, id, ageMs } = oldestUnverified;
  if (ageMs !== null && ageMs <= toleranceMs) return [];
  const when =
    ageMs === null
      ? 'never compared with the shop'
      : `last compared with the shop ${formatDuration(ageMs)} ago`;
  return [`${record[0]?.toUpperCase()}${record.slice(1)} ${id} was ${when}: sweeps fall behind, or fail.`];
}

/** So many records are named; "status" lists all of them. */
const mostNamed = 3;

function quarantined({ quarantine }: CopyState): string[] {
  const named = quarantine.slice(0, mostNamed).map(({ entity, id, reason, reportId }) => {
    const report = reportId === null || reason.includes(reportId) ? '' : ` Report ID: ${reportId}.`;
    return `${entity} ${id} is set aside: ${reason}${report}`;
  });
  const others = quarantine.length - named.length;
  if (others === 0) return named;
  return [...named, `${others} more records are set aside; "magento-sync status" lists them.`];
}

/** Also while the same is being tried again: an attempt under way is no success. */
function endedBadly({ id, entity, kind, status, reason }: Run): string[] {
  if (status === 'succeeded') return [];
  const how = status === 'failed' ? 'failed' : 'is incomplete';
  return [`The last ${runName({ entity, kind })} (run ${id}) ${how}: ${reason ?? ''}`];
}

function runNeeds({ id, entity, kind, status, details, heartbeatAt }: Run, now: Date): string[] {
  if (status !== 'running') return [];
  const failing = details['failing'] as { reason: string; since: string } | undefined;
  if (failing) {
    const forMs = Math.max(0, now.getTime() - Date.parse(failing.since));
    const name = runName({ entity, kind });
    return [
      `The ${name} under way (run ${id}) has been failing for ${formatDuration(forMs)}: ${failing.reason}`,
    ];
  }
  const silentMs = now.getTime() - heartbeatAt.getTime();
  if (silentMs <= silentRunMs) return [];
  return [
    `Run ${id} (${runName({ entity, kind })}) has given no sign of life for ${formatDuration(silentMs)}: its process died.`,
  ];
}

function runName({ entity, kind }: Pick<Run, 'entity' | 'kind'>): string {
  return entity === kind ? kind : `${kind} of ${entity}`;
}
