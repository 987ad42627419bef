import type { ActEnd } from '@magento-sync/db';
import type { Clock } from '../clock.ts';
import { CancelledError } from '../sync/cancellation.ts';
import type { Store } from '../sync/ports.ts';

/** Who does something to the worker, from where, and why. */
export interface Operator {
  readonly by: string;
  readonly via: 'command line' | 'page';
  readonly why?: string;
}

/** What acts of operators work with: PostgreSQL alone, neither the shop nor the queue. */
export interface OperationContext {
  readonly shop: string;
  readonly store: Store;
  readonly clock: Clock;
}

/** What is done, and to what. */
export interface ActSubject {
  readonly act: string;
  /** Entity, kind, ids, end of a pause; never values of records. */
  readonly subject?: Record<string, unknown>;
}

/** What an act came to, beside the value that it hands back. */
export interface ActOutcome<T> extends ActEnd {
  readonly value: T;
}

/** Thrown by an act that must not be done as things stand; its message says why, and what to do instead. */
export class ActRefusedError extends Error {
  override readonly name = 'ActRefusedError';
}

/**
 * Does something an operator asked for, with a row in `sync.acts` that says who, when, what, why and with which outcome.
 *
 * The row stands before the act begins, so that also an act that the process did not survive is known.
 */
export async function recordAct<T>(
  { shop, store }: Pick<OperationContext, 'shop' | 'store'>,
  { by, via, why }: Operator,
  { act, subject = {} }: ActSubject,
  work: (actId: number) => Promise<ActOutcome<T>>,
): Promise<T> {
  const id = await store.acts.begin({ shop, act, subject, by, via, why: why ?? null });
  try {
    const { value, outcome, text } = await work(id);
    await store.acts.end(id, { outcome, ...(text === undefined ? {} : { text }) });
    return value;
  } catch (error) {
    const outcome =
      error instanceof ActRefusedError
        ? 'refused'
        : error instanceof CancelledError
          ? 'incomplete'
          : 'failed';
    const text = error instanceof Error ? error.message : String(error);
    // The error itself matters more than that it could not be noted.
    await store.acts.end(id, { outcome, text }).catch(() => undefined);
    throw error;
  }
}
