import type { AlertMessage } from './alert-life.ts';

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

/** How it is said in one line: with a sign of its state, for people who see no colour. */
export function headlineOf({ status, shop, summary, alert, durationSeconds }: AlertMessage): string {
  if (status === 'firing') return `✕ ${shop}: ${summary}`;
  return `✓ ${shop}: ${alert} is over after ${durationText(durationSeconds)}`;
}

/** Seconds for people, such as `3 h 4 min`. */
export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
