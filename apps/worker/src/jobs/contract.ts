import { entities, namesOf } from '@magento-sync/entities';
import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { Stop } from '../sync/ports.ts';

const entity = z.enum(namesOf(entities));

/** Every job: its name and what it carries. The only place where they are spelled. */
export const jobSchemas = {
  pull: z.strictObject({ entity }),
  'start-backfill': z.strictObject({ entity }),
  'backfill-range': z.strictObject({ entity, range: z.string(), runId: z.int() }),
  'finish-backfill': z.strictObject({ entity, runId: z.int() }),
  sweep: z.strictObject({ entity, recent: z.boolean().optional() }),
  reconcile: z.strictObject({ entity }),
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
 * `fresh` is what keeps the copy fresh, `regular` what is slow or seldom, `bulk` the hundreds of ranges of a backfill.
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
