import { TwoFactorRequiredError } from '../errors.ts';
import { fingerprint } from './fingerprint.ts';
import type { AdminAuthOptions, AuthStrategy } from './strategy.ts';
import { createTokenHolder } from './token-holder.ts';
import { type AuthContext, requestToken } from './token-login.ts';
import { decodeTotpSecret, totp } from './totp.ts';

/** Magento's default for opaque tokens (before 2.4.4); JWTs say themselves when they end, by default after an hour. */
const OPAQUE_TOKEN_LIFETIME_MS = 4 * 3_600_000;

const CURE =
  'Check auth.username and auth.password; after six wrong logins, by anybody, Magento refuses the right password too for 30 minutes.';

/**
 * Logs in as an administrator and keeps the token fresh.
 *
 * With two-factor authentication on, Magento answers right credentials with 400 and the providers; with Google
 * Authenticator among them and a TOTP secret at hand, the provider's own route gives the token.
 */
export function createAdminTokenAuth(options: AdminAuthOptions, context: AuthContext): AuthStrategy {
  const { username, password } = options;
  const totpKey = options.totpSecret === undefined ? undefined : decodeTotpSecret(options.totpSecret);
  // Magento counts wrong logins per user name, whatever case it is written in.
  const key = `admin ${accountAddress(context.urls.root(''))} ${username.toLowerCase()}`;

  async function logIn(signal: AbortSignal): Promise<string> {
    const body = { username, password };
    try {
      return await requestToken({ route: '/V1/integration/admin/token', body, cure: CURE }, context, signal);
    } catch (error) {
      const byCode = error instanceof TwoFactorRequiredError && error.activeProviders.includes('google');
      if (!byCode || totpKey === undefined) throw error;
    }
    return requestToken(
      {
        route: '/V1/tfa/provider/google/authenticate',
        body: { ...body, otp: totp(totpKey, context.clock.shopNow()) },
        cure: 'When the code is called invalid, check auth.totpSecret and the clock of the shop.',
      },
      context,
      signal,
    );
  }

  const holder = createTokenHolder({
    key,
    store: context.tokenStore,
    clock: context.clock,
    fingerprint: () =>
      fingerprint([username, password, options.totpSecret ?? '', ...(context.front?.secrets ?? [])], key),
    assumedLifetimeMs: OPAQUE_TOKEN_LIFETIME_MS,
    login: async (signal) => ({ value: await logIn(signal) }),
  });

  return {
    kind: 'admin',
    authorize: async (_request, signal) => ({ authorization: `Bearer ${await holder.get(signal)}` }),
    renew: (signal, refusal) => holder.renew(signal, refusal),
    refreshIfDue: (signal) => holder.refreshIfDue(signal),
    signIn: (request, signal) => holder.signIn(request, signal),
  };
}

/** The shop's address as far as it tells one shop from another: neither scheme nor `www.` does. */
function accountAddress(root: string): string {
  const { host, pathname } = new URL(root);
  return `${host.replace(/^www\./, '')}${pathname}`;
}
