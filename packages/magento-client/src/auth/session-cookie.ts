import { InvalidOptionsError } from '../errors.ts';
import type { AuthStrategy, SessionAuthOptions } from './strategy.ts';

/**
 * Acts as the shopper of a storefront session: cookie and `X-Requested-With`, which Magento asks for together.
 *
 * Only the shopper's own (`self`) and anonymous routes are open, and only over REST. A session that ended cannot be
 * renewed here. Magento: recordings/session.json
 */
export function createSessionCookieAuth(options: SessionAuthOptions): AuthStrategy {
  const sessionId = options.sessionId.trim();
  if (!/^[A-Za-z0-9,-]{8,256}$/.test(sessionId)) {
    throw new InvalidOptionsError(
      'sessionId is not the value of a PHPSESSID cookie: copy the value alone, without the name and without a semicolon.',
    );
  }
  return {
    kind: 'session',
    async authorize() {
      return { cookie: `PHPSESSID=${sessionId}`, 'x-requested-with': 'XMLHttpRequest' };
    },
    async renew() {
      return false;
    },
  };
}
