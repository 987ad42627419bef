import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AuthenticationError, TwoFactorRequiredError } from '../errors.ts';
import { type Answer, sendJson, startLocalServer } from '../testing/local-server.ts';
import { readExchange } from '../testing/recordings.ts';

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const PLAIN = '/rest/V1/integration/admin/token';
const GOOGLE = '/rest/V1/tfa/provider/google/authenticate';
/** When the recorded code was accepted. */
const THEN = 1_795_521_261_000;
const recorded = (title: string) => readExchange('two-factor.json', title);

/** A shop that answers each path with one recorded answer, and everything else with a customer. */
function answering(titles: Record<string, string>): Answer {
  return (response, { url }) => {
    // The recorded code belongs to a moment that is not now.
    response.sendDate = false;
    const title = titles[url];
    if (title === undefined) return sendJson(response, { id: 1 });
    const { status, body } = recorded(title).response;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
}

test('recognises the 400 and logs in with the code that a real shop accepted', async () => {
  await using shop = await startLocalServer(
    answering({ [PLAIN]: 'plain token endpoint, good password', [GOOGLE]: 'google authenticate' }),
  );
  await using client = createMagentoClient({
    baseUrl: shop.url,
    auth: { ...ADMIN, totpSecret: SECRET },
    now: () => THEN,
  });
  expect((await client.customers.get(1)).id).toBe(1);
  const login = shop.requests.find(({ url }) => url === GOOGLE)!;
  expect(JSON.parse(login.body)).toEqual(JSON.parse(recorded('google authenticate').request.body!));
  const token: string = JSON.parse(recorded('google authenticate').response.body);
  expect(shop.requests.at(-1)!.headers.authorization).toBe(`Bearer ${token}`);
});

describe('says what to do', () => {
  const login = async (answer: Answer, totpSecret?: string) => {
    await using shop = await startLocalServer(answer);
    const auth = totpSecret === undefined ? ADMIN : { ...ADMIN, totpSecret };
    await using client = createMagentoClient({ baseUrl: shop.url, auth, now: () => THEN });
    const error = await client.customers.get(1).catch((cause: unknown) => cause);
    return { error, requests: shop.requests.length };
  };

  test('when no secret is configured', async () => {
    const { error } = await login(answering({ [PLAIN]: 'plain token endpoint, good password' }));
    expect(error).toBeInstanceOf(TwoFactorRequiredError);
    expect(error).toMatchObject({
      activeProviders: ['google'],
      message: expect.stringMatching(/Set auth.totpSecret/),
    });
  });

  test('when the account has not set up its second factor yet', async () => {
    const title = 'plain token endpoint, user without a configured provider';
    const { error, requests } = await login(answering({ [PLAIN]: title }), SECRET);
    expect(error).toMatchObject({
      activeProviders: [],
      message: expect.stringMatching(/follow the link in the e-mail/),
    });
    expect(requests).toBe(1);
  });

  test.each([
    ['authy', /Authy sends the code to a telephone.*\/authy\/authenticate gives a token/],
    ['duo_security', /Duo asks on a telephone.*\/duo_security\/authenticate.*since 2\.4\.8/],
    ['u2fkey', /touches a security key.*\/u2fkey\/verify/],
    ['acme_sms', /the provider acme_sms needs a person/],
  ])('when the provider is %s, which needs a person', async (provider, advice) => {
    const other: Answer = (response) =>
      sendJson(response, { message: 'Use the provider.', parameters: { active_providers: [provider] } }, 400);
    const { error, requests } = await login(other, SECRET);
    expect(error).toBeInstanceOf(TwoFactorRequiredError);
    expect(error).toMatchObject({ activeProviders: [provider], message: expect.stringMatching(advice) });
    expect((error as Error).message).toMatch(/needs an integration, or Google Authenticator added/);
    expect(requests).toBe(1);
  });

  test('when the shop itself has not chosen a provider', async () => {
    const message = 'Please ask an administrator with sufficient access to configure 2FA first';
    const { error } = await login((response) => sendJson(response, { message }, 400), SECRET);
    expect(error).toBeInstanceOf(TwoFactorRequiredError);
    expect((error as Error).message).toContain(message);
  });

  test('when the code is refused', async () => {
    const { error } = await login(
      answering({
        [PLAIN]: 'plain token endpoint, good password',
        [GOOGLE]: 'google authenticate, wrong otp',
      }),
      SECRET,
    );
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).not.toBeInstanceOf(TwoFactorRequiredError);
    expect((error as Error).message).toMatch(/Invalid code.*auth.totpSecret.*clock/);
  });
});
