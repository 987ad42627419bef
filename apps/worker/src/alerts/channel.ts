import type { AlertMessage } from './message.ts';

/** A way to tell somebody. */
export interface AlertChannel {
  /** As it stands in PostgreSQL and in messages to people; without anything secret. */
  readonly name: string;
  /** Sends one message. Throws `AlertDeliveryError` when it did not arrive. */
  send(message: AlertMessage): Promise<void>;
}

/** A message that did not arrive. */
export class AlertDeliveryError extends Error {
  override readonly name = 'AlertDeliveryError';
  /** Whether the same message may arrive later. */
  readonly isTransient: boolean;
  /** When the receiver asked to be tried again, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { isTransient: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.isTransient = options.isTransient;
    this.retryAfterMs = options.retryAfterMs;
  }
}
