import { entities, namesOf } from '@magento-sync/entities';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { Stop } from '../sync/ports.ts';

const entity = z.enum(namesOf(entities));
/** The act of the operator who asked for the job, which is told how it ended. */
const act = z.int().optional();

/** Every job: its name and what it carries. The only place where they are spelled. */
export const jobSchemas = {
  pull: z.strictObject({ entity, act }),
  'start-backfill': z.strictObject({ entity }),
  'backfill-range': z.strictObject({ entity, range: z.string(), runId: z.int() }),
  'finish-backfill': z.strictObject({ entity, runId: z.int() }),
  sweep: z.strictObject({
    entity,
    recent: z.boolean().optional(),
    /** Every row now, in a pass of its own. */
    whole: z.boolean().optional(),
    act,
  }),
  reconcile: z.strictObject({ entity, act }),
  verify: z.strictObject({ entity, act }),
  resync: z.strictObject({ entity, ids: z.array(z.int().positive()).min(1), act }),
  'follow-hints': z.strictObject({ entity }),
  'refresh-token': z.strictObject({}),
  'refresh-reference-data': z.strictObject({}),
  prune: z.strictObject({}),
  'probe-capabilities': z.strictObject({}),
} as const;

/** Name of a job. */
export type JobName = keyof typeof jobSchemas;

/** What a job carries. */
export type JobData<Name extends JobName> = z.infer<(typeof jobSchemas)[Name]>;

/**
 * The queue of each job; every queue has a worker of its own, so that none waits for another.
 *
 * `fresh` is what keeps the copy fresh or somebody waits for, `regular` what is slow or seldom, `bulk` what reads
 * everything: the hundreds of ranges of a backfill, and verifications that somebody asked for.
 */
export const queueOf = {
  pull: 'fresh',
  'follow-hints': 'fresh',
  'refresh-token': 'fresh',
  'start-backfill': 'regular',
  'backfill-range': 'bulk',
  'finish-backfill': 'regular',
  sweep: 'regular',
  reconcile: 'regular',
  verify: 'bulk',
  resync: 'fresh',
  'refresh-reference-data': 'regular',
  prune: 'regular',
  'probe-capabilities': 'regular',
} as const satisfies Record<JobName, string>;

/** Short name of a queue. */
export type QueueName = (typeof queueOf)[JobName];

/** The queues, each once. */
export const queueNames: readonly QueueName[] = [...new Set(Object.values(queueOf))];

/** What a job is told besides its data. */
export interface JobContext extends Stop {
  readonly log: Logger;
}

/** What a job hands back; kept in the queue for a while and logged. */
export type JobReport = Readonly<Record<string, string | number | boolean | null>>;

/** The handler of one job. */
export type Processor<Name extends JobName> = (
  data: JobData<Name>,
  context: JobContext,
) => Promise<JobReport>;

/** A handler for every job: a missing or misspelt one does not compile. */
export type Processors = { readonly [Name in JobName]: Processor<Name> };
