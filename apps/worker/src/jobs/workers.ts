import { setMaxListeners } from 'node:events';
import { inFreshLane } from '@magento-sync/magento-client';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from '../logger.ts';
import type { Stop } from '../sync/ports.ts';
import { withinMs } from '../time-limit.ts';
import {
  type JobContext,
  type JobName,
  type JobReport,
  jobSchemas,
  type Processors,
  type QueueName,
  queueNames,
} from './contract.ts';
import type { Queues } from './queues.ts';
import { backoffMs, settle } from './settle.ts';

/** What happened with one job, for metrics. */
export interface JobEvent {
  readonly job: string;
  readonly outcome: 'completed' | 'retry' | 'fail' | 'rate-limit' | 'delay';
  readonly durationMs: number;
}

/** How the workers run. */
export interface WorkerSettings {
  readonly concurrency: Readonly<Record<QueueName, number>>;
  readonly onJob: (event: JobEvent) => void;
}

/** The running workers of this process; disposing of them waits for the jobs at hand. */
export interface Workers extends AsyncDisposable {
  /** Takes no further jobs; resolves when the jobs at hand have ended. */
  close(): Promise<void>;
}

/** How often it is looked for jobs whose worker died; they start again after their lock and two of these. */
const stalledIntervalMs: Readonly<Record<QueueName, number>> = {
  fresh: 5_000,
  regular: 10_000,
  bulk: 10_000,
};
/** How long a queue that does not answer may take to put down its jobs. */
const closeWithinMs = 3_000;

/** Starts one worker per queue. Every job is checked against its schema before its handler sees it. */
export function startWorkers(
  queues: Queues,
  processors: Processors,
  stop: Stop,
  log: Logger,
  settings: WorkerSettings,
): Workers {
  // Every request and every wait of every job at hand listens to them, and Node takes more than ten for a leak.
  setMaxListeners(0, stop.signal, stop.pause);
  const workers = queueNames.map((name) => {
    const worker: Worker = queues.connection.createWorker(
      queues.fullName(name),
      (job, token, cancelled) => process(name, worker, job, token, cancelled),
      {
        concurrency: settings.concurrency[name],
        // Never reached; on Redis a worker without a limiter ignores `rateLimit()`.
        limiter: { max: 10_000, duration: 1_000 },
        settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
        // A job whose worker died is started again however often that happens: its checkpoint has moved on.
        maxStalledCount: 1_000,
        lockDuration: 15_000,
        stalledInterval: stalledIntervalMs[name],
        runRetryDelay: 1_000,
        // How long to wait for a job when none is known to come; a new one wakes the worker at once.
        drainDelay: 10,
      },
    );
    worker.on('error', (error) => log.warn({ err: error }, 'the queue has a problem'));
    worker.on('stalled', (id) =>
      log.warn({ job: id }, 'a job was left behind by a dead worker and starts again'),
    );
    return worker;
  });

  /** The work of the jobs at hand; not what is told to the queue afterwards, which may be away. */
  const running = new Set<Promise<unknown>>();

  async function atHand(queue: QueueName, work: () => Promise<JobReport>): Promise<JobReport> {
    const job = queue === 'fresh' ? inFreshLane(work) : work();
    running.add(job);
    try {
      return await job;
    } finally {
      running.delete(job);
    }
  }

  async function process(
    queue: QueueName,
    worker: Worker,
    job: Job,
    token: string | undefined,
    cancelled: AbortSignal | undefined,
  ): Promise<JobReport> {
    const startedAt = performance.now();
    const jobLog = log.child({ job: job.name, jobId: job.id });
    const signal = cancelled ? AbortSignal.any([stop.signal, cancelled]) : stop.signal;
    const ended = (outcome: JobEvent['outcome']) =>
      settings.onJob({ job: job.name, outcome, durationMs: performance.now() - startedAt });
    try {
      const context = { signal, pause: stop.pause, log: jobLog };
      const report = await atHand(queue, () => runProcessor(processors, job, context));
      ended('completed');
      jobLog.info({ ...report, durationMs: Math.round(performance.now() - startedAt) }, 'job done');
      return report;
    } catch (error) {
      const settlement = settle(error, stop.pause.aborted || signal.aborted);
      ended(settlement.kind);
      switch (settlement.kind) {
        case 'fail':
          jobLog.error({ err: error }, 'job failed and needs attention');
          throw new UnrecoverableError(messageOf(error));
        case 'rate-limit':
          jobLog.warn({ err: error, waitMs: settlement.delayMs }, 'the shop asks to wait');
          await worker.rateLimit(settlement.delayMs);
          throw Worker.RateLimitError();
        case 'delay':
          jobLog.debug({ err: error, waitMs: settlement.delayMs }, 'job put back');
          await job.moveToDelayed(Date.now() + settlement.delayMs, token);
          throw new DelayedError();
        case 'retry':
          logRetry(jobLog, job, error);
          throw error;
      }
    }
  }

  /** The jobs at hand are waited for as long as they take, a queue that is away only for a moment. */
  async function closeAll(): Promise<void> {
    const closed = Promise.all(workers.map((worker) => worker.close()));
    while (running.size > 0) await Promise.allSettled(running);
    if (await withinMs(closed, closeWithinMs)) return;
    log.warn(
      'the queue does not answer: its jobs start again after their locks have ended, from their checkpoints',
    );
  }

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll();
    return closing;
  };
  return { close, [Symbol.asyncDispose]: close };
}

function logRetry(log: Logger, job: Job, error: unknown): void {
  const attempt = job.attemptsMade + 1;
  if (attempt < (job.opts.attempts ?? 1)) log.warn({ err: error, attempt }, 'job failed and is tried again');
  else log.error({ err: error, attempt }, 'job failed; its schedule brings it back');
}

function runProcessor(processors: Processors, job: Job, context: JobContext): Promise<JobReport> {
  if (!isJobName(job.name)) throw new UnrecoverableError(`No handler is known for the job "${job.name}".`);
  return runTyped(processors, job.name, job.data, context);
}

function runTyped<Name extends JobName>(
  processors: Processors,
  name: Name,
  data: unknown,
  context: JobContext,
): Promise<JobReport> {
  const parsed = jobSchemas[name].safeParse(data);
  if (!parsed.success)
    throw new UnrecoverableError(`The data of the job "${name}" is not what its handler expects.`);
  return processors[name](parsed.data as Parameters<Processors[Name]>[0], context);
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobSchemas, name);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
