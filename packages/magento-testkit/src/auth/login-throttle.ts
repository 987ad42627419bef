import type { ShopClock } from '../clock.ts';

/** Locks an account after too many wrong logins. */
export interface LoginThrottle {
  isLocked(account: string): boolean;
  countFailure(account: string): void;
  clear(account: string): void;
}

const maximumFailures = 6;
const lockMs = 1_800_000;

/**
 * Creates the throttle: at six failures every login fails for 1800 s, also with the right password.
 *
 * Magento: module-integration/Model/Oauth/Token/RequestThrottler.php; recordings/tokens.json 'right password of customer2 while locked'.
 */
export function createLoginThrottle(clock: ShopClock): LoginThrottle {
  const failures = new Map<string, { count: number; lockedUntil: number }>();
  const current = (account: string) => {
    const found = failures.get(account);
    return found && found.lockedUntil > clock.now() ? found : undefined;
  };
  return {
    isLocked: (account) => (current(account)?.count ?? 0) >= maximumFailures,
    countFailure: (account) =>
      void failures.set(account, {
        count: (current(account)?.count ?? 0) + 1,
        lockedUntil: clock.now() + lockMs,
      }),
    clear: (account) => void failures.delete(account),
  };
}
