import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { AuthOptions } from './auth/strategy.ts';
import { createMemoryTokenStore } from './auth/token-store.ts';
import { createMagentoClient } from './client.ts';
import { MagentoError } from './errors.ts';
import type { RequestEvent } from './http/transport.ts';
import type { MagentoClientOptions } from './options.ts';
import { integrationKeys } from './testing/integration-keys.ts';
import { type Answer, type SeenRequest, sendJson, startLocalServer } from './testing/local-server.ts';
import { readExchange } from './testing/recordings.ts';

const ISSUED = 'issued-token-0123456789-secret';
const TOTP_SECRET = 'JBSWY3DPEHPK3PXP';
/** What callers hand over in the middle of the work. */
const HANDED_OVER = [
  'old-password-secret',
  'new-password-secret',
  'reset-token-secret',
  'confirmation-key-secret',
];
const strategies: Record<string, { auth: AuthOptions; secrets: string[] }> = {
  admin: {
    auth: { kind: 'admin', username: 'admin', password: 'admin-"password"-secret' },
    secrets: ['admin-"password"-secret', 'admin-\\"password\\"-secret', ISSUED],
  },
  'admin with a second factor': {
    auth: { kind: 'admin', username: 'admin', password: 'admin-password-secret', totpSecret: TOTP_SECRET },
    secrets: ['admin-password-secret', TOTP_SECRET, ISSUED],
  },
  integration: {
    auth: integrationKeys,
    secrets: ['cs0123456789', 'tk0123456789', 'ts0123456789'],
  },
  bearer: {
    auth: { kind: 'bearer', token: 'bearer-token-0123456789-secret' },
    secrets: ['bearer-token-0123456789-secret'],
  },
  customer: {
    auth: { kind: 'customer', username: 'a@example.com', password: 'shopper-password-secret' },
    secrets: ['shopper-password-secret', ISSUED],
  },
  session: { auth: { kind: 'session', sessionId: 'sessionid0123456789' }, secrets: ['sessionid0123456789'] },
  guest: { auth: { kind: 'guest' }, secrets: [] },
  ims: {
    auth: { kind: 'ims', clientId: 'client', clientSecret: 'ims-client-secret', organizationId: 'org' },
    secrets: ['ims-client-secret', ISSUED],
  },
};

const PROVIDERS = { message: 'Use the provider.', parameters: { active_providers: ['google'] } };
const isLogin = (url: string) => /\/token$|\/authenticate$|\/ims\/token/.test(url);
const logIn: Answer = (response, { url, body }) => {
  if (url.includes('/ims/')) return sendJson(response, { access_token: ISSUED, expires_in: 3_600 });
  const secondFactor = url.endsWith('/admin/token') && body.includes('admin-password-secret');
  return secondFactor ? sendJson(response, PROVIDERS, 400) : sendJson(response, ISSUED);
};
const whenLoggedIn =
  (then: Answer): Answer =>
  (response, request, number) =>
    isLogin(request.url) ? logIn(response, request, number) : then(response, request, number);
const REFUSED = {
  message: "The consumer isn't authorized to access %resources.",
  parameters: { resources: 'self' },
};
/** What a debugging module or a proxy may repeat of a request. */
const everythingOf = ({ url, headers, body }: SeenRequest) => `${url} ${JSON.stringify(headers)} ${body}`;

const shops: Record<string, Answer> = {
  'answers everything': whenLoggedIn((response) => sendJson(response, { id: 1 })),
  'refuses logins': (response) => sendJson(response, { message: 'The account sign-in was incorrect.' }, 401),
  'refuses every route': whenLoggedIn((response) => sendJson(response, REFUSED, 401)),
  'refuses signatures': (response) =>
    sendJson(response, { message: 'The signature is invalid. Verify and try again.' }, 401),
  'asks for a second factor': (response) =>
    sendJson(response, { message: 'Use the provider.', parameters: { active_providers: ['authy'] } }, 400),
  'repeats every request in a refusal': (response, request) =>
    sendJson(response, { message: `No: ${everythingOf(request)}`, parameters: [everythingOf(request)] }, 400),
  'repeats every request in a 401': whenLoggedIn((response, request) =>
    sendJson(
      response,
      { message: everythingOf(request), parameters: { resources: everythingOf(request) } },
      401,
    ),
  ),
  'repeats every request in an internal error': (response, request) =>
    sendJson(response, { message: everythingOf(request), trace: everythingOf(request) }, 500),
  'repeats every request as a web page': (response, request) => {
    const title = everythingOf(request).replaceAll('<', '&lt;');
    response
      .writeHead(404, { 'content-type': 'text/html' })
      .end(`<html><title>${title.slice(0, 190)}</title></html>`);
  },
  fails: whenLoggedIn((response) => sendJson(response, { message: 'Internal Error.' }, 500)),
  'answers a web page': whenLoggedIn((response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Welcome</title></html>');
  }),
  'cuts its answers off': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(`"${ISSUED}`);
  },
  redirects: (response) => {
    response.writeHead(302, { location: 'https://elsewhere.example.com/' }).end();
  },
  'hangs up': (response) => {
    response.destroy();
  },
  'hangs up in the middle of an answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write(`"${ISSUED}`, () => response.destroy());
  },
  'never answers': () => undefined,
  'never finishes an answer': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write(`"${ISSUED}`);
  },
  'sends a SOAP fault': whenLoggedIn((response) => {
    const { status, body } = readExchange('soap.json', 'missing customer').response;
    response.writeHead(status, { 'content-type': 'application/soap+xml' }).end(body);
  }),
};

/** Everything of a value that a log, a crash report or a debugger shows, causes included. */
function shown(value: unknown): string {
  const chain: unknown[] = [];
  for (let part = value; part !== undefined && part !== null; part = (part as { cause?: unknown }).cause)
    chain.push(part);
  return chain
    .map((part) =>
      [
        inspect(part, { depth: Infinity, showHidden: true, getters: true }),
        JSON.stringify(part),
        String(part),
        part instanceof Error ? part.stack : '',
      ].join('\n'),
    )
    .join('\n');
}

async function showEverything(auth: AuthOptions, baseUrl: string): Promise<{ text: string; events: number }> {
  const events: RequestEvent[] = [];
  const options: MagentoClientOptions = {
    baseUrl,
    auth: auth.kind === 'ims' ? { ...auth, tokenUrl: `${baseUrl}/ims/token/v3` } : auth,
    tokenStore: createMemoryTokenStore(),
    allowWrites: true,
    timeouts: { headersMs: 300, bodyMs: 150 },
    retry: { attempts: 2, baseDelayMs: 1 },
    budget: { concurrency: 8, requestsPerSecond: 1_000 },
    onRequest: (event) => events.push(event),
  };
  await using client = createMagentoClient(options);
  const [oldPassword, newPassword, resetToken, key] = HANDED_OVER as [string, string, string, string];
  const reset = { email: 'a@example.com', resetToken, newPassword };
  const calls: (() => Promise<unknown>)[] = [
    () => client.customerAccounts.me(),
    () => client.soap.wsdl('customerCustomerRepositoryV1'),
    () => client.bulk.status('0b6d7e3c'),
    () => client.customerAccounts.changePassword(oldPassword, newPassword),
    () => client.customerAccounts.resetPassword(reset),
    () => client.customerAccounts.checkResetToken(1, resetToken),
    () => client.customerAccounts.activateMe(key),
    () => client.customers.activate('a@example.com', key),
    () => client.customers.create({ email: 'a@example.com' }, { password: newPassword }),
    () => client.post('/V1/tokens', { body: { password: oldPassword }, secrets: [oldPassword] }),
    () => client.auth.refreshIfDue?.(new AbortController().signal) ?? Promise.resolve(),
  ];
  const outcomes = await Promise.all(calls.map((call) => call().catch((error: unknown) => error)));
  const errors = outcomes.filter((outcome) => outcome instanceof Error);
  // An error of another kind would be one that nobody has looked at.
  expect(errors.filter((error) => !(error instanceof MagentoError))).toEqual([]);
  return { text: [client, client.auth, events, ...outcomes].map(shown).join('\n'), events: events.length };
}

describe.each(Object.entries(strategies))('%s', (_kind, { auth, secrets }) => {
  test.each(Object.entries(shops))('shows no secret where the shop %s', async (_title, answer) => {
    await using shop = await startLocalServer(answer);
    const { text, events } = await showEverything(auth, shop.url);
    expect(events).toBeGreaterThan(0);
    for (const secret of [...secrets, ...HANDED_OVER]) expect(text).not.toContain(secret);
    expect(text).not.toContain('oauth_signature="');
  });

  test('shows no secret where nobody listens', async () => {
    const shop = await startLocalServer(() => undefined);
    await shop[Symbol.asyncDispose]();
    const { text } = await showEverything(auth, shop.url);
    for (const secret of [...secrets, ...HANDED_OVER]) expect(text).not.toContain(secret);
  });
});

test('options that are refused are not repeated with their secrets', () => {
  const create = (options: Partial<MagentoClientOptions>) => {
    try {
      createMagentoClient({ baseUrl: 'https://shop.example.com', auth: { kind: 'guest' }, ...options });
      return 'accepted';
    } catch (error) {
      return shown(error);
    }
  };
  const secret = 'wrong-but-secret';
  const keys = {
    kind: 'integration',
    consumerKey: secret,
    consumerSecret: secret,
    accessToken: secret,
    accessTokenSecret: secret,
  } as const;
  for (const options of [
    { baseUrl: `https://admin:${secret}@shop.example.com` },
    { baseUrl: `https://admin:${secret}@shop example com` },
    { baseUrl: `admin:${secret}@shop.example.com` },
    { auth: keys },
    { auth: { kind: 'bearer', token: `Bearer ${secret}` } },
    { auth: { kind: 'session', sessionId: `PHPSESSID=${secret}` } },
    { auth: { kind: 'admin', username: 'a', password: 'p', totpSecret: secret } },
  ] as const) {
    const text = create(options);
    expect(text).toContain('InvalidOptionsError');
    expect(text).not.toContain(secret);
  }
});

test('a listener that is logged does not show the credentials it has got', async () => {
  await using shop = await startLocalServer(
    (response) =>
      void response.end(
        'oauth_token=tk0123456789tk0123456789tk012345&oauth_token_secret=ts0123456789ts0123456789ts012345',
      ),
  );
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  await using listener = await client.listenForActivation({
    port: 0,
    host: '127.0.0.1',
    browserTimeoutMs: 1,
  });
  const body = new URLSearchParams({
    oauth_consumer_key: 'ck0123456789ck0123456789ck012345',
    oauth_consumer_secret: 'cs0123456789cs0123456789cs012345',
    oauth_verifier: 'vf0123456789vf0123456789vf012345',
    store_base_url: shop.url,
  });
  await fetch(`http://127.0.0.1:${listener.port}/callback`, { method: 'POST', body });
  expect((await listener.credentials).accessToken).toBe('tk0123456789tk0123456789tk012345');
  expect(inspect(listener, { depth: Infinity }) + JSON.stringify(listener)).not.toMatch(/[ct][sk]0123456789/);
});
