import type { LivingWorker, Run } from '@magento-sync/db';
import { formatDuration } from '../config/duration.ts';
import {
  type CopiedState,
  type CopyState,
  type OldestUnverified,
  type SweepProgress,
  silentRunMs,
} from '../copy-state.ts';
import type { Queues } from '../jobs/queues.ts';
import { pauseSentence } from '../operations/work.ts';
import { textTable } from '../output.ts';
import type { FailedSignIn } from '../sign-in.ts';
import type { EntityState } from '../sync-state.ts';

/** Everything that `status` shows. */
export interface Status {
  readonly copy: CopyState;
  /** The latest runs of all kinds, newest first. */
  readonly runs: readonly Run[];
  /** Logins that failed since the last one that succeeded. */
  readonly failedSignIns: readonly FailedSignIn[];
  /** Counts by queue and state, or why they are not known. */
  readonly queue: Awaited<ReturnType<Queues['counts']>> | { readonly unavailable: string };
  /** Daemons and commands that work with the shop now. */
  readonly workers: readonly LivingWorker[];
  /** What a person should look at; empty when all is well. */
  readonly attention: readonly string[];
}

const widestText = 60;
const idsShown = 20;

/** The status for people, on at most 120 columns. */
export function statusText({ copy, queue, workers, attention }: Status, now: Date): string {
  return [
    `Shop ${copy.shop}`,
    textTable(['ENTITY', 'WATERMARK', 'LAST PULL', 'BACKFILL'], copy.entities.map(entityRow)),
    ...pausesText(copy, now),
    rowsText(copy, now),
    ...(copy.latestRuns.length > 0 ? [runsText(copy, now)] : []),
    ...quarantineText(copy, now),
    ...consumersText(copy, now),
    ...capabilitiesText(copy, now),
    workersText(workers, now),
    queueText(queue),
    attention.length > 0
      ? ['NEEDS ATTENTION', ...attention.map((sentence) => `- ${sentence}`)].join('\n')
      : 'Nothing needs attention.',
  ].join('\n\n');
}

function entityRow(state: EntityState): string[] {
  return [
    state.entity,
    state.watermark ? `${state.watermark} UTC` : 'none',
    state.lagMs === null ? 'never' : `${formatDuration(state.lagMs)} ago`,
    backfillText(state),
  ];
}

function backfillText({ backfill }: EntityState): string {
  if (!backfill) return 'not begun';
  if (backfill.completedAt) return 'complete';
  const { ranges, rangesLeft, rangesWithGaps } = backfill;
  const gaps = rangesWithGaps > 0 ? `, ${rangesWithGaps} with gaps` : '';
  return `${ranges - rangesLeft} of ${ranges} ranges${gaps}`;
}

function pausesText({ pauses }: CopyState, now: Date): string[] {
  if (pauses.length === 0) return [];
  return [['PAUSED', ...pauses.map((pause) => `- ${pauseSentence(pause, now)}.`)].join('\n')];
}

function rowsText({ entities, sweeps }: CopyState, now: Date): string {
  // With one entity alone there is no need to name it.
  const label = (what: string, { entity }: { entity: string }) =>
    `${what.padEnd(11)} ${entities.length > 1 ? `${entity}: ` : ''}`;
  return [
    ...entities.map((state) => `${label('Rows', state)}${totalsText(state)}`),
    ...entities.flatMap((state) =>
      state.oldestUnverified ? [`${label('Compared', state)}${comparedText(state.oldestUnverified)}`] : [],
    ),
    ...sweeps.map((sweep) => `${label('Sweep', sweep)}${sweepText(sweep, now)}`),
  ].join('\n');
}

function totalsText({ record, totals: { live, deleted, erased, parts } }: CopiedState): string {
  const counted = Object.entries(parts).map(
    ([table, count]) => `, ${count} ${table.replace(`${record}_`, '').replaceAll('_', ' ')}`,
  );
  return `${live} living${counted.join('')}; ${deleted} deleted, ${erased} of them erased`;
}

function comparedText({ record, id, ageMs }: OldestUnverified): string {
  return ageMs === null
    ? `not every row; never ${record} ${id}`
    : `every row within the last ${formatDuration(ageMs)} (longest ago: ${record} ${id})`;
}

function sweepText({ startedAt, completedAt, position, upToId }: SweepProgress, now: Date): string {
  if (completedAt) return `the last pass ended ${ago(completedAt, now)}`;
  const share = upToId ? `, ${Math.min(100, Math.floor((position / upToId) * 100))} %` : '';
  return `under way since ${ago(startedAt, now)}: at id ${position} of ${upToId ?? '?'}${share}`;
}

function runsText({ latestRuns: runs, runTally }: CopyState, now: Date): string {
  const header = [
    'LAST RUN',
    'OF',
    'NO.',
    'STARTED',
    'STATUS',
    'TOOK',
    'ROWS',
    'NEW',
    'CHANGED',
    'DELETED',
    'LAST SUCCESS',
  ];
  const reasons = runs.filter(({ reason }) => reason).map(({ kind, reason }) => `${kind}: ${reason}`);
  const lastSuccess = (run: Run) => {
    const succeeded = runTally.find(
      ({ entity, kind, status }) => entity === run.entity && kind === run.kind && status === 'succeeded',
    );
    return succeeded?.lastFinishedAt ? ago(succeeded.lastFinishedAt, now) : 'never';
  };
  return [
    textTable(
      header,
      runs.map((run) => [...runRow(run, now), lastSuccess(run)]),
    ),
    ...reasons,
  ].join('\n');
}

function runRow(run: Run, now: Date): string[] {
  const silent = run.status === 'running' && now.getTime() - run.heartbeatAt.getTime() > silentRunMs;
  const end = run.finishedAt ?? run.heartbeatAt;
  return [
    run.kind,
    run.entity,
    String(run.id),
    ago(run.startedAt, now),
    silent ? 'died' : run.status,
    formatDuration(end.getTime() - run.startedAt.getTime()),
    String(run.rowsRead),
    String(run.inserted),
    String(run.updated),
    String(run.tombstoned + run.erased),
  ];
}

function quarantineText({ quarantine }: CopyState, now: Date): string[] {
  if (quarantine.length === 0) return [];
  const rows = quarantine
    .slice(0, idsShown)
    .map(({ id, attempts, firstFailedAt, nextAttemptAt, reportId, reason }) => [
      String(id),
      String(attempts),
      ago(firstFailedAt, now),
      nextAttemptAt > now ? `in ${formatDuration(nextAttemptAt.getTime() - now.getTime())}` : 'due',
      reportId ?? '-',
      cut(reason),
    ]);
  const header = ['CANNOT BE SERVED', 'TRIED', 'SINCE', 'NEXT TRY', 'REPORT ID', 'REASON'];
  const more = quarantine.length - idsShown;
  return [`${textTable(header, rows)}${more > 0 ? `\nand ${more} more; --json shows all` : ''}`];
}

function consumersText({ consumers }: CopyState, now: Date): string[] {
  if (consumers.length === 0) return [];
  const rows = consumers.map(({ consumer, position, behind, updatedAt }) => [
    consumer,
    String(position),
    String(behind),
    ago(updatedAt, now),
  ]);
  return [textTable(['CONSUMER OF THE FEED', 'POSITION', 'BEHIND', 'LAST READ'], rows)];
}

function capabilitiesText({ capabilities }: CopyState, now: Date): string[] {
  if (capabilities.size === 0) return [];
  const rows = [...capabilities].map(([name, { value, probedAt }]) => [
    name,
    cut(typeof value === 'string' ? value : JSON.stringify(value)),
    ago(probedAt, now),
  ]);
  return [textTable(['THE SHOP', 'VALUE', 'FOUND OUT'], rows)];
}

function queueText(queue: Status['queue']): string {
  if ('unavailable' in queue) return `Queue: ${String(queue.unavailable)}`;
  const states = ['waiting', 'active', 'delayed', 'waiting-children', 'failed'];
  const rows = Object.entries(queue).map(([name, counts]) => [
    name,
    ...states.map((state) => String((counts as Record<string, number>)[state] ?? 0)),
  ]);
  return textTable(['QUEUE', ...states.map((state) => state.toUpperCase())], rows);
}

function workersText(workers: readonly LivingWorker[], now: Date): string {
  if (workers.length === 0)
    return 'No worker is alive: neither a daemon nor another command works with the shop.';
  const rows = workers.map(
    ({ command, host, pid, startedAt, seenAt, inFlight, places, mostPlaces, rate }) => [
      command,
      cut(`${host} ${pid}`),
      ago(startedAt, now),
      ago(seenAt, now),
      String(inFlight),
      `${places} of ${mostPlaces}`,
      // Of many requests a second, the fraction is of no interest.
      String(rate < 100 ? Math.round(rate * 10) / 10 : Math.round(rate)),
    ],
  );
  const header = ['WORKER', 'PROCESS', 'STARTED', 'LAST SEEN', 'IN FLIGHT', 'MAY HAVE', 'REQUESTS/S'];
  return textTable(header, rows);
}

function ago(moment: Date, now: Date): string {
  return `${formatDuration(now.getTime() - moment.getTime())} ago`;
}

function cut(text: string): string {
  return text.length > widestText ? `${text.slice(0, widestText - 1)}…` : text;
}
