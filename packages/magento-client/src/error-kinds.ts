import {
  MagentoNetworkError,
  MagentoTimeoutError,
  OutageError,
  PermissionError,
  ServerFault,
  UnexpectedPayloadError,
} from './errors.ts';

/** Answers of proxies and CDNs that gave up waiting for the shop; 524 is Cloudflare's. */
const gaveUp = new Set([502, 504, 524]);

/**
 * Whether the shop is away as a whole, or cannot be reached: nothing but waiting helps, and everything fails alike.
 *
 * Not so for a shop that asks for fewer requests, which is well, and for a request that was lost on its way.
 */
export function isOutage(error: unknown): boolean {
  if (error instanceof OutageError) return true;
  if (error instanceof MagentoNetworkError) return error.retryable && !error.mayHaveArrived;
  return error instanceof MagentoTimeoutError && !error.mayHaveArrived;
}

/**
 * Whether a row of the answer can be the cause: without this row, or read by itself, the rest may pass.
 *
 * Only a shop that answers another request at the same time proves that it is about rows: ask it first. A 403 comes
 * from a firewall, which may dislike a word in a row.
 */
export function mayBeAboutRows(error: unknown): boolean {
  return (
    error instanceof ServerFault ||
    (error instanceof UnexpectedPayloadError && error.problem !== 'other_rows') ||
    (error instanceof PermissionError && error.status === 403)
  );
}

/** Whether a smaller request may pass: somebody gave up waiting, or the answer was cut or is too large. */
export function isTooMuch(error: unknown): boolean {
  if (error instanceof UnexpectedPayloadError) {
    return error.problem === 'too_large' || error.problem === 'cut';
  }
  return isTooSlow(error);
}

/** Whether somebody gave up waiting for an answer that was on its way. */
export function isTooSlow(error: unknown): boolean {
  if (error instanceof MagentoTimeoutError) return error.mayHaveArrived;
  return error instanceof ServerFault && gaveUp.has(error.status);
}
