import { setTimeout } from 'node:timers/promises';
import type { IQueueBackend } from 'bullmq';

const firstPauseMs = 500;
const longestPauseMs = 15_000;

/** How long to wait after so many failures in a row: half a second, doubled up to a quarter of a minute. */
export function pauseAfterFailures(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10));
}

/**
 * Makes a backend wait before it passes on that the server refused to hand out a job.
 *
 * A worker of BullMQ asks again at once when the server answers with an error (no free connection, no memory, no right),
 * and so fast that nothing else of the process gets its turn. Closing the worker ends the wait.
 */
export function makePatient<Backend extends IQueueBackend>(backend: Backend): Backend {
  let failures = 0;
  let closing = new AbortController();

  function patient<Arguments extends unknown[], Result>(
    call: (...args: Arguments) => Promise<Result>,
  ): (...args: Arguments) => Promise<Result> {
    return async (...args) => {
      try {
        const result = await call.apply(backend, args);
        failures = 0;
        return result;
      } catch (error) {
        failures += 1;
        const { signal } = closing;
        await setTimeout(pauseAfterFailures(failures), undefined, { signal }).catch(() => undefined);
        throw error;
      }
    };
  }

  const { moveToActive, waitForJob, disconnectBlocking, reconnectBlocking } = backend;
  return Object.assign(backend, {
    moveToActive: patient(moveToActive),
    waitForJob: patient(waitForJob),
    async disconnectBlocking(wait?: boolean) {
      closing.abort();
      await disconnectBlocking.call(backend, wait);
    },
    async reconnectBlocking() {
      closing = new AbortController();
      await reconnectBlocking.call(backend);
    },
  });
}
