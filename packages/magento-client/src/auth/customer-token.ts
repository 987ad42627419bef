import { fingerprint } from './fingerprint.ts';
import type { AuthStrategy, CustomerAuthOptions } from './strategy.ts';
import { createTokenHolder } from './token-holder.ts';
import { type AuthContext, requestToken } from './token-login.ts';

/** Magento's default for opaque customer tokens (before 2.4.4); JWTs say themselves when they end. */
const OPAQUE_TOKEN_LIFETIME_MS = 3_600_000;

const CURE =
  'Check e-mail address and password, and that the store code belongs to the website where this shopper has the account. Ten wrong passwords lock the account for ten minutes, six wrong token requests for thirty.';

/**
 * Logs in as a shopper and keeps the token fresh: for the routes of `me` and of the shopper's own cart.
 *
 * The e-mail address is looked up in the website of the client's store code, so one address may be two shoppers.
 * Magento: module-integration/Model/CustomerTokenService.php
 */
export function createCustomerTokenAuth(options: CustomerAuthOptions, context: AuthContext): AuthStrategy {
  const { username, password } = options;
  const key = `customer ${context.urls.rest('')} ${username}`;
  const holder = createTokenHolder({
    key,
    store: context.tokenStore,
    clock: context.clock,
    fingerprint: () => fingerprint([username, password], key),
    assumedLifetimeMs: OPAQUE_TOKEN_LIFETIME_MS,
    login: async (signal) => {
      const login = { route: '/V1/integration/customer/token', body: { username, password }, cure: CURE };
      return { value: await requestToken(login, context, signal) };
    },
  });
  return {
    kind: 'customer',
    authorize: async (_request, signal) => ({ authorization: `Bearer ${await holder.get(signal)}` }),
    async renew(signal, refusal) {
      // A shopper never gets an administrator's right: a new token would be refused as well.
      const resources = refusal?.error.parameters['resources'];
      if (typeof resources === 'string' && resources.includes('::')) return false;
      return holder.renew(signal, refusal);
    },
    refreshIfDue: (signal) => holder.refreshIfDue(signal),
    signIn: (request, signal) => holder.signIn(request, signal),
  };
}
