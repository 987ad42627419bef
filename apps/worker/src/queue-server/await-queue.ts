import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { Storage } from '../storage.ts';
import { checkQueue, type QueueFacts, QueueUnavailableError } from './inspect-queue.ts';
import { pauseAfterFailures } from './patient-backend.ts';

/**
 * Checks the queue until it does its work, as long as it is merely away, full or busy.
 *
 * Returns `undefined` when the signal fires first. Throws {@link QueueUnavailableError} when only a person can cure it.
 */
export async function awaitQueue(
  { queueUrl, queueVariable }: Pick<Storage, 'queueUrl' | 'queueVariable'>,
  log: Logger,
  signal: AbortSignal,
): Promise<QueueFacts | undefined> {
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (let failures = 1; !signal.aborted; failures += 1) {
    const checked = checkQueue(queueUrl, queueVariable);
    // One that is still going on when the signal fires is nobody's business any more.
    checked.catch(() => undefined);
    try {
      return await Promise.race([checked, stopped]);
    } catch (error) {
      if (!(error instanceof QueueUnavailableError) || !error.passing) throw error;
      log.warn({ err: error }, 'the queue cannot be used yet; waiting for it');
    }
    await sleep(pauseAfterFailures(failures), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}
