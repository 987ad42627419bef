import { InvalidOptionsError } from '../errors.ts';
import type { AuthStrategy, BearerAuthOptions } from './strategy.ts';
import { readTokenTimes } from './token-expiry.ts';

/**
 * Sends a ready token: an administrator's, a shopper's, or an integration's access token.
 *
 * The last one works up to 2.4.3; since 2.4.4 only where the shop has switched `oauth/consumer/enable_integration_as_bearer`
 * on, and signing with OAuth works everywhere. The token cannot be renewed here.
 */
export function createBearerAuth(options: BearerAuthOptions): AuthStrategy {
  const token = options.token.trim();
  // Magento takes a header of exactly two words and ignores every other without an error.
  if (!/^[\w.~+/=-]{16,}$/.test(token)) {
    throw new InvalidOptionsError(
      `auth.token is not a token: it has ${token.length} characters or holds a space or quotation marks. Give the token alone, without "Bearer" and without quotation marks.`,
    );
  }
  return {
    kind: 'bearer',
    async authorize() {
      return { authorization: `Bearer ${token}` };
    },
    async renew() {
      return false;
    },
    async refreshIfDue() {
      return { expiresAt: readTokenTimes(token)?.expiresAt ?? null };
    },
  };
}
