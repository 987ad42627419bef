import { randomUUID } from 'node:crypto';
import { withinMs } from '../time-limit.ts';
import type { QueueConnection } from './queue-connection.ts';

const clearWithinMs = 2_000;

/**
 * Does on a queue of its own what the daemon does all the time: schedules, a flow of two jobs, their work, counts.
 *
 * Whatever the server refuses rejects the promise with its words. Leaves nothing behind.
 */
export async function probeQueue(connection: QueueConnection): Promise<void> {
  const name = `probe-${randomUUID()}`;
  const queue = connection.createQueue(name, {});
  const flows = connection.createFlowProducer();
  let failed: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failure.catch(() => undefined);
  const worker = connection.createWorker(name, async () => 'done', {});
  queue.on('error', failed);
  flows.on('error', failed);
  worker.on('error', failed);
  // Only then it waits for a job by a blocking read, and is woken by the first.
  const waiting = new Promise<void>((resolve) => {
    worker.on('drained', resolve);
  });
  const done = new Promise<void>((resolve) => {
    worker.on('completed', ({ name: job }) => {
      if (job === 'parent') resolve();
    });
  });
  try {
    const work = async () => {
      await queue.upsertJobScheduler(
        'tick',
        { every: 3_600_000, startDate: Date.now() + 3_600_000 },
        { name: 'tick' },
      );
      await waiting;
      await flows.add({ name: 'parent', queueName: name, children: [{ name: 'child', queueName: name }] });
      await done;
      await queue.getJobCounts();
      await queue.removeJobScheduler('tick');
    };
    await Promise.race([work(), failure]);
  } finally {
    // A server that refuses may not let go of this either; what was refused is worth more than a clean end.
    const cleared = worker.close().then(() => queue.obliterate({ force: true }));
    await withinMs(cleared, clearWithinMs).catch(() => false);
  }
}
