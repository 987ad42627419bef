import { MagentoTimeoutError, MaintenanceError, ServerFault, ThrottledError } from '../errors.ts';

/** Answers of proxies and CDNs that gave up waiting for the shop; 524 is Cloudflare's. */
const gaveUp = new Set([502, 504, 524]);

/** Whether somebody gave up waiting for an answer that was on its way: a smaller request may pass. */
export function isTooSlow(error: unknown): boolean {
  if (error instanceof MagentoTimeoutError) return error.mayHaveArrived;
  return error instanceof ServerFault && gaveUp.has(error.status);
}

/** Whether the shop has more to do than it can: it says so (429, 503) or does not answer in time. */
export function isOverload(error: unknown): boolean {
  return (
    error instanceof ThrottledError ||
    error instanceof MaintenanceError ||
    error instanceof MagentoTimeoutError ||
    isTooSlow(error)
  );
}
