import { isTooSlow } from '../error-kinds.ts';
import { MagentoTimeoutError, MaintenanceError, ThrottledError } from '../errors.ts';

/** Whether the shop has more to do than it can: it says so (429, 503) or does not answer in time. */
export function isOverload(error: unknown): boolean {
  return (
    error instanceof ThrottledError ||
    error instanceof MaintenanceError ||
    error instanceof MagentoTimeoutError ||
    isTooSlow(error)
  );
}
