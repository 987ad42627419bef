import { expect, test } from 'vitest';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { totpAt } from './totp.ts';
import type { TwoFactorOptions } from './two-factor.ts';

const credentials = { username: 'admin', password: 'Passw0rd123!' };

const startShop = (twoFactor?: TwoFactorOptions) =>
  startMagentoShop({ population: { customers: 1 }, ...(twoFactor ? { twoFactor } : {}) });

async function post(
  shop: MagentoShop,
  path: string,
  body: unknown,
): Promise<[status: number, body: unknown]> {
  const answer = await fetch(`${shop.url}/rest/V1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
}

test('an administrator sets up Google Authenticator by the mailed token', async () => {
  await using shop = await startShop({});
  const [status] = await post(shop, 'integration/admin/token', credentials);
  expect(status).toBe(400);
  const [mail] = shop.twoFactor!.mailedTokens;
  expect(mail!.username).toBe('admin');
  const tfaToken = mail!.tfaToken;

  const [, configured] = await post(shop, 'tfa/provider/google/configure', { tfaToken });
  const { secret_code: secret } = configured as { secret_code: string };
  const otp = () => totpAt(secret, Math.floor(shop.clock.now() / 1000));
  expect(await post(shop, 'tfa/provider/google/authenticate', { ...credentials, otp: otp() })).toEqual([
    400,
    { message: 'Provider is not configured.' },
  ]);
  expect(await post(shop, 'tfa/provider/google/activate', { tfaToken, otp: otp() })).toEqual([200, []]);
  const [, token] = await post(shop, 'tfa/provider/google/authenticate', { ...credentials, otp: otp() });
  const headers = { authorization: `Bearer ${String(token)}` };
  expect((await fetch(`${shop.url}/rest/V1/customers/1`, { headers })).status).toBe(200);
  expect(await post(shop, 'tfa/provider/google/configure', { tfaToken })).toEqual([
    400,
    { message: 'Provider is already configured.' },
  ]);
});

test('a code counts by the clock of the shop', async () => {
  const secret = 'JBSWY3DPEHPK3PXP';
  await using shop = await startShop({ secrets: { admin: secret } });
  const otp = totpAt(secret, Math.floor(shop.clock.now() / 1000));
  shop.clock.advance(120_000);
  expect(await post(shop, 'tfa/provider/google/authenticate', { ...credentials, otp })).toEqual([
    401,
    { message: 'Invalid code.' },
  ]);
});

test('wrong codes do not lock the account', async () => {
  const secret = 'JBSWY3DPEHPK3PXP';
  await using shop = await startShop({ secrets: { admin: secret } });
  shop.clock.freeze(true);
  const otp = totpAt(secret, Math.floor(shop.clock.now() / 1000));
  const wrong = otp === '000000' ? '000001' : '000000';
  for (let attempt = 0; attempt < 7; attempt++) {
    await post(shop, 'tfa/provider/google/authenticate', { ...credentials, otp: wrong });
  }
  const [status] = await post(shop, 'tfa/provider/google/authenticate', { ...credentials, otp });
  expect(status).toBe(200);
});

test.each<[TwoFactorOptions, string]>([
  [{ providers: [] }, 'Please ask an administrator with sufficient access to configure 2FA first'],
  [{ mailFails: true }, 'Failed to send the message. Please contact the administrator'],
])('with %j the plain route answers "%s"', async (options, message) => {
  await using shop = await startShop(options);
  expect(await post(shop, 'integration/admin/token', credentials)).toEqual([400, { message }]);
});

test('other providers refuse, and unknown setup tokens are refused', async () => {
  await using shop = await startShop({ providers: ['google', 'duo_security'] });
  expect(await post(shop, 'tfa/provider/duo_security/get-authentication-data', credentials)).toEqual([
    400,
    { message: 'Provider is not configured.' },
  ]);
  expect(await post(shop, 'tfa/provider/u2fkey/authentication-challenge', credentials)).toEqual([
    400,
    { message: 'Provider is not allowed.' },
  ]);
  expect(await post(shop, 'tfa/provider/google/configure', { tfaToken: 'nope' })).toEqual([
    401,
    { message: 'Invalid two-factor authorization token' },
  ]);
  const [status, body] = await post(shop, 'tfa/provider/google/authenticate', {});
  expect(status).toBe(400);
  const { errors } = body as { errors: { parameters: { fieldName: string } }[] };
  expect(errors.map(({ parameters }) => parameters.fieldName)).toEqual(['username', 'password', 'otp']);
});

test('a shop without two-factor authentication has none of its routes', async () => {
  await using shop = await startShop();
  expect((await post(shop, 'tfa/provider/google/authenticate', credentials))[0]).toBe(404);
  expect((await post(shop, 'integration/admin/token', credentials))[0]).toBe(200);
});
