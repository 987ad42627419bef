import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AuthenticationError } from '../errors.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { LoginNotOfferedError } from './login-not-offered.ts';
import type { AuthOptions } from './strategy.ts';

const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const SHOPPER = { ...ADMIN, kind: 'customer', username: 'customer1@example.com' } as const;
const IMS = 'Admin token generation is disabled. Please use Adobe IMS ACCESS_TOKEN.';
const CAPTCHA = 'ReCaptcha validation failed, please try again';

/** Ten calls to a shop whose logins are all answered alike. */
async function tenCalls(auth: AuthOptions, message: string, status: number) {
  await using shop = await startLocalServer((response) => sendJson(response, { message }, status));
  await using client = createMagentoClient({ baseUrl: shop.url, auth });
  const errors: unknown[] = [];
  for (let call = 0; call < 10; call += 1)
    errors.push(await client.modules.all().catch((thrown: unknown) => thrown));
  return { errors, logins: shop.requests.length };
}

describe.each([
  ['administrators of Adobe IMS', ADMIN, IMS, 401, /disabled.*use an integration.*\(bearer\)/],
  ['a reCAPTCHA', SHOPPER, CAPTCHA, 400, /ReCaptcha.*switch it off.*session of a shopper/],
] as const)('%s', (_name, auth, message, status, advice) => {
  test('the error says what to use instead', async () => {
    const { errors } = await tenCalls(auth, message, status);
    expect(errors[0]).toBeInstanceOf(LoginNotOfferedError);
    expect(errors[0]).toMatchObject({
      code: 'login_not_offered',
      status,
      message: expect.stringMatching(advice),
    });
    expect(String(errors[0])).not.toContain('Check ');
  });

  test('never closes the door: every call asks again, since the shop may offer it meanwhile', async () => {
    const { errors, logins } = await tenCalls(auth, message, status);
    expect(logins).toBeGreaterThanOrEqual(10);
    expect(errors.every((error) => error instanceof LoginNotOfferedError)).toBe(true);
  });
});

test.each([
  ['the same words from the other login', SHOPPER, IMS],
  ['a wrong password', ADMIN, 'The account sign-in was incorrect or your account is disabled temporarily.'],
] as const)('%s are a refusal and counted', async (_name, auth, message) => {
  const { errors, logins } = await tenCalls(auth, message, 401);
  expect(errors[0]).toBeInstanceOf(AuthenticationError);
  expect(errors[0]).not.toBeInstanceOf(LoginNotOfferedError);
  expect(logins).toBe(1);
});
