import { FencedOutError, LockLostError } from '@magento-sync/db';
import { MagentoError, OutageError, ThrottledError } from '@magento-sync/magento-client';
import { UnrecoverableError } from 'bullmq';

/** What is to become of a job that threw. */
export type Settlement =
  /** Try again with the job's own backoff. */
  | { readonly kind: 'retry' }
  /** Nobody but a person can cure it: the job fails at once. */
  | { readonly kind: 'fail' }
  /** The shop asks everybody to wait: no job of this queue starts before. */
  | { readonly kind: 'rate-limit'; readonly delayMs: number }
  /** Not the job's fault: put it back, without counting the attempt. */
  | { readonly kind: 'delay'; readonly delayMs: number };

/** Thrown by a handler whose work is being done by somebody else: look again later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/** Thrown by a handler that stopped after the page at hand because it was asked to. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** Thrown by a handler whose work an operator has paused: it is kept for when that ends. */
export class HeldError extends Error {
  override readonly name = 'HeldError';
}

const heldDelayMs = 15_000;
const busyDelayMs = 2_000;
const restartDelayMs = 1_000;
const unknownWaitMs = 30_000;
const longestWaitMs = 3_600_000;

/** Decides what becomes of a job from the error it threw; `stopping` says that the process is shutting down. */
export function settle(error: unknown, stopping: boolean): Settlement {
  if (error instanceof UnrecoverableError) return { kind: 'fail' };
  if (error instanceof HeldError) return { kind: 'delay', delayMs: heldDelayMs };
  if (error instanceof BusyError) return { kind: 'delay', delayMs: busyDelayMs };
  if (stopping || error instanceof InterruptedError) return { kind: 'delay', delayMs: restartDelayMs };
  // Somebody else took the checkpoint over; what they left is found by the next look.
  if (error instanceof FencedOutError || error instanceof LockLostError) {
    return { kind: 'delay', delayMs: busyDelayMs };
  }
  if (error instanceof ThrottledError || error instanceof OutageError) {
    return { kind: 'rate-limit', delayMs: Math.min(error.retryAfterMs ?? unknownWaitMs, longestWaitMs) };
  }
  if (error instanceof MagentoError && !error.retryable) return { kind: 'fail' };
  return { kind: 'retry' };
}

/** How long a job waits before its next attempt: 1 s, 2 s, 4 s … at most 5 minutes, with jitter. */
export function backoffMs(attemptsMade: number, random: () => number = Math.random): number {
  const ceiling = Math.min(300_000, 1_000 * 2 ** Math.min(attemptsMade - 1, 20));
  return Math.round(ceiling * (0.5 + random() / 2));
}
