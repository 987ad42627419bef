import { randomBytes } from 'node:crypto';
import type { ShopClock } from '../clock.ts';

/** How long a session lives without a request. Magento: web/cookie/cookie_lifetime. */
const LIFETIME_MS = 3_600_000;

/** Sessions of customers who are logged in to the storefront. */
export interface CustomerSessions {
  /** Logs a customer in and returns the value of the cookie `PHPSESSID`. */
  logIn(customerId: number): string;
  /** The customer of a session that is alive; being asked for keeps it alive. */
  customerOf(sessionId: string): number | undefined;
  /** Ends a session, as logging out does. */
  logOut(sessionId: string): void;
  /** Ends every session of a customer, as a changed password does. */
  logOutEverywhere(customerId: number): void;
}

/** Creates the session store of a shop. */
export function createCustomerSessions(clock: ShopClock): CustomerSessions {
  const sessions = new Map<string, { readonly customerId: number; expiresAt: number }>();
  return {
    logIn(customerId) {
      const sessionId = randomBytes(13).toString('hex');
      sessions.set(sessionId, { customerId, expiresAt: clock.now() + LIFETIME_MS });
      return sessionId;
    },
    customerOf(sessionId) {
      const session = sessions.get(sessionId);
      if (!session || session.expiresAt <= clock.now()) return undefined;
      session.expiresAt = clock.now() + LIFETIME_MS;
      return session.customerId;
    },
    logOut: (sessionId) => void sessions.delete(sessionId),
    logOutEverywhere(customerId) {
      for (const [sessionId, session] of sessions) {
        if (session.customerId === customerId) sessions.delete(sessionId);
      }
    },
  };
}
