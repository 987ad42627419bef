import { requiredField, WebApiError } from '../http/exchange.ts';
import type { Route, RouteCall } from '../routes/route.ts';
import { checkAdmin } from '../routes/tokens.ts';
import type { ProviderCode, TwoFactor } from './two-factor.ts';

/** Refuses a body in which arguments are missing, all of them named. */
function demandArguments(body: Record<string, unknown>, names: readonly string[]): void {
  const missing = names.filter((name) => body[name] === undefined).map(requiredField);
  const [only, second] = missing;
  if (only && !second) throw only;
  if (only) {
    throw new WebApiError(400, 'One or more input exceptions have occurred.', {
      errors: missing.map((error) => error.body),
    });
  }
}

function twoFactorOf({ shop }: RouteCall): TwoFactor {
  // A shop without the module does not have its routes.
  if (!shop.twoFactor) throw new WebApiError(404, 'Request does not match any route.');
  return shop.twoFactor;
}

/**
 * A login with a second factor: arguments, then password, then provider, then code. A wrong code with a right
 * password is no failed login.
 */
const authenticate =
  (provider: ProviderCode, names: readonly string[]) =>
  (call: RouteCall): unknown => {
    const twoFactor = twoFactorOf(call);
    demandArguments(call.body, names);
    const user = checkAdmin(call.shop, call.body);
    twoFactor.demandProvider(user, provider);
    twoFactor.demandCode(user, String(call.body['otp'] ?? ''));
    return call.shop.tokens.issue({ type: 'admin', id: user.id });
  };

const post = (
  path: string,
  handle: Route['handle'],
  borders: Pick<Route, 'since' | 'until'> = {},
): Route => ({
  method: 'POST',
  path: `/tfa/provider/${path}`,
  resource: 'anonymous',
  ...borders,
  handle,
});

const credentials = ['username', 'password'];

/**
 * Logins with a second factor, and the set-up of Google Authenticator.
 *
 * Only Google Authenticator can be set up here; the other providers refuse as Magento's do.
 * Magento: module-two-factor-auth/etc/webapi.xml, recordings/two-factor.json.
 */
export const twoFactorRoutes: readonly Route[] = [
  post('google/authenticate', authenticate('google', [...credentials, 'otp'])),
  post('authy/authenticate', authenticate('authy', [...credentials, 'otp'])),
  post('authy/send-token/:via', authenticate('authy', credentials)),
  post('authy/authenticate-onetouch', authenticate('authy', credentials)),
  post('duo_security/authenticate', authenticate('duo_security', [...credentials, 'passcode']), {
    since: '2.4.8',
  }),
  post('duo_security/authenticate', authenticate('duo_security', [...credentials, 'signatureResponse']), {
    until: '2.4.8',
  }),
  post('duo_security/get-authentication-data', authenticate('duo_security', credentials), { until: '2.4.8' }),
  post('u2fkey/authentication-challenge', authenticate('u2fkey', credentials)),
  post('u2fkey/verify', authenticate('u2fkey', [...credentials, 'publicKeyCredentialJson'])),
  post('google/configure', (call) => {
    const twoFactor = twoFactorOf(call);
    demandArguments(call.body, ['tfaToken']);
    const { secret } = twoFactor.configureGoogle(String(call.body['tfaToken']));
    // The picture repeats the secret; clients of the API read the text.
    return { qr_code_base64: '', secret_code: secret };
  }),
  post('google/activate', (call) => {
    const twoFactor = twoFactorOf(call);
    demandArguments(call.body, ['tfaToken', 'otp']);
    twoFactor.activateGoogle(String(call.body['tfaToken']), String(call.body['otp']));
    return [];
  }),
];
