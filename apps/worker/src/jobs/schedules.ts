import { defaultEntities, type Entity } from '@magento-sync/entities';
import type { Config } from '../config/config.ts';
import { allPeriodMs, recentMs, type SlowSweeps } from '../sync/sweep/sweep.ts';
import { type JobData, type JobName, queueNames, queueOf } from './contract.ts';
import { jobOptions, type Queues } from './queues.ts';

/** One line of the table of schedules. */
export interface Schedule<Name extends JobName = JobName> {
  readonly id: string;
  readonly job: Name;
  readonly data: JobData<Name>;
  readonly everyMs: number;
  /** Minutes after midnight UTC from which the period counts; without it the first run is at once. */
  readonly atMinute?: number;
}

const tokenCheckEveryMs = 5 * 60_000;
const probeEveryMs = 86_400_000;
const pruneEveryMs = 86_400_000;
/** Ten past two in the morning, UTC: away from the full hour, at which others prune too. */
const pruneAtMinute = 130;

/** A sweep goes on in slices, so that its load is spread over the period: about a hundred of them, 1 s to 15 min apart. */
function sweepSliceMs(periodMs: number): number {
  return Math.min(15 * 60_000, Math.max(1_000, Math.round(periodMs / 96)));
}

/** What runs when: the whole table. */
export function scheduleTable(
  schedule: Config['schedule'],
  entities: readonly Entity[] = defaultEntities,
  slowSweeps: SlowSweeps = {},
): readonly Schedule[] {
  return [
    ...entities.map(({ name }) => ({
      id: `pull-${name}`,
      job: 'pull' as const,
      data: { entity: name },
      everyMs: schedule.pullEveryMs,
    })),
    ...entities.flatMap((entity): Schedule<'sweep'>[] => {
      const { name } = entity;
      const pass = (id: string, data: JobData<'sweep'>, periodMs: number) => ({
        id,
        job: 'sweep' as const,
        data,
        everyMs: sweepSliceMs(periodMs),
      });
      if (recentMs(entity, slowSweeps) === null) {
        return [pass(`sweep-${name}`, { entity: name }, schedule.sweepPeriodMs)];
      }
      return [
        pass(`sweep-${name}`, { entity: name }, slowSweeps.allPeriodMs ?? allPeriodMs),
        pass(`sweep-recent-${name}`, { entity: name, recent: true }, schedule.sweepPeriodMs),
      ];
    }),
    ...entities.map(({ name }) => ({
      id: `reconcile-${name}`,
      job: 'reconcile' as const,
      data: { entity: name },
      everyMs: schedule.reconcileEveryMs,
    })),
    { id: 'refresh-token', job: 'refresh-token', data: {}, everyMs: tokenCheckEveryMs },
    {
      id: 'refresh-reference-data',
      job: 'refresh-reference-data',
      data: {},
      everyMs: schedule.referenceDataEveryMs,
      atMinute: schedule.referenceDataAtMinute,
    },
    { id: 'probe-capabilities', job: 'probe-capabilities', data: {}, everyMs: probeEveryMs },
    { id: 'prune', job: 'prune', data: {}, everyMs: pruneEveryMs, atMinute: pruneAtMinute },
  ];
}

/** What a reconciliation changed. */
export interface ScheduleChanges {
  readonly upserted: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes the job schedulers of the queues equal to the table: upserts what is missing or different, removes the unlisted.
 *
 * A scheduler that is already right is left alone, because an upsert would move its next run. One whose next run is
 * long past has lost its job and is made again.
 */
export async function reconcileSchedules(
  queues: Queues,
  table: readonly Schedule[],
  now: Date,
): Promise<ScheduleChanges> {
  const upserted: string[] = [];
  const removed: string[] = [];
  for (const queueName of queueNames) {
    const queue = queues.byName[queueName];
    const wanted = table.filter(({ job }) => queueOf[job] === queueName);
    const existing = new Map((await queue.getJobSchedulers()).map((scheduler) => [scheduler.key, scheduler]));
    for (const key of existing.keys()) {
      if (wanted.some(({ id }) => id === key)) continue;
      await queue.removeJobScheduler(key);
      removed.push(key);
    }
    for (const schedule of wanted) {
      const found = existing.get(schedule.id);
      const overdue = found?.next !== undefined && found.next < now.getTime() - lostAfterMs(schedule);
      const same =
        found?.every === schedule.everyMs &&
        JSON.stringify(found.template?.data ?? {}) === JSON.stringify(schedule.data);
      if (same && !overdue) continue;
      const start =
        schedule.atMinute === undefined
          ? {}
          : { startDate: nextStart(schedule.atMinute, schedule.everyMs, now) };
      await queue.upsertJobScheduler(
        schedule.id,
        { every: schedule.everyMs, ...start },
        { name: schedule.job, data: schedule.data, opts: jobOptions[schedule.job] },
      );
      upserted.push(schedule.id);
    }
  }
  return { upserted, removed };
}

function lostAfterMs({ everyMs }: Schedule): number {
  return Math.max(2 * everyMs, 120_000);
}

/** The next moment that lies a whole number of periods from the given minute of the day, UTC. */
export function nextStart(atMinute: number, everyMs: number, now: Date): Date {
  const anchor = new Date(now).setUTCHours(0, atMinute, 0, 0);
  const periods = Math.floor((now.getTime() - anchor) / everyMs) + 1;
  return new Date(anchor + periods * everyMs);
}
