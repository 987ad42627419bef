import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { AuthOptions } from './auth/strategy.ts';
import { createMemoryTokenStore } from './auth/token-store.ts';
import { createMagentoClient } from './client.ts';
import type { RequestEvent } from './http/transport.ts';
import { type Answer, sendJson, startLocalServer } from './testing/local-server.ts';

const ISSUED = 'issued-token-0123456789-secret';
const strategies: Record<string, { auth: AuthOptions; secrets: string[] }> = {
  admin: {
    auth: {
      kind: 'admin',
      username: 'admin',
      password: 'admin-password-secret',
      totpSecret: 'JBSWY3DPEHPK3PXP',
    },
    secrets: ['admin-password-secret', 'JBSWY3DPEHPK3PXP', ISSUED],
  },
  integration: {
    auth: {
      kind: 'integration',
      consumerKey: 'ck0123456789ck0123456789ck012345',
      consumerSecret: 'cs0123456789cs0123456789cs012345',
      accessToken: 'tk0123456789tk0123456789tk012345',
      accessTokenSecret: 'ts0123456789ts0123456789ts012345',
    },
    secrets: ['cs0123456789', 'tk0123456789', 'ts0123456789', 'oauth_signature'],
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
  ims: {
    auth: { kind: 'ims', clientId: 'client', clientSecret: 'ims-client-secret', organizationId: 'org' },
    secrets: ['ims-client-secret', ISSUED],
  },
};

const isLogin = (url: string) => /\/token$|\/authenticate$|\/ims\/token/.test(url);
const logIn: Answer = (response, { url }) =>
  sendJson(response, url.includes('/ims/') ? { access_token: ISSUED, expires_in: 3_600 } : ISSUED);
const whenLoggedIn =
  (then: Answer): Answer =>
  (response, request, number) =>
    isLogin(request.url) ? logIn(response, request, number) : then(response, request, number);
const REFUSED = {
  message: "The consumer isn't authorized to access %resources.",
  parameters: { resources: 'self' },
};

const shops: Record<string, Answer> = {
  'answers everything': whenLoggedIn((response) => sendJson(response, { id: 1 })),
  'refuses logins': (response) => sendJson(response, { message: 'The account sign-in was incorrect.' }, 401),
  'refuses every route': whenLoggedIn((response) => sendJson(response, REFUSED, 401)),
  'asks for a second factor': (response) =>
    sendJson(response, { message: 'Use the provider.', parameters: { active_providers: ['authy'] } }, 400),
  fails: whenLoggedIn((response) => sendJson(response, { message: 'Internal Error.' }, 500)),
  'answers a web page': whenLoggedIn((response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Welcome</title></html>');
  }),
  'hangs up': (response) => {
    response.destroy();
  },
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
      ].join('\n'),
    )
    .join('\n');
}

describe.each(Object.entries(strategies))('%s', (_kind, { auth, secrets }) => {
  test.each(Object.entries(shops))('shows no secret where the shop %s', async (_title, answer) => {
    await using shop = await startLocalServer(answer);
    const events: RequestEvent[] = [];
    const options = auth.kind === 'ims' ? { ...auth, tokenUrl: `${shop.url}/ims/token/v3` } : auth;
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: options,
      tokenStore: createMemoryTokenStore(),
      retry: { attempts: 2, baseDelayMs: 1 },
      onRequest: (event) => events.push(event),
    });
    const outcomes: unknown[] = [];
    for (const call of [
      () => client.customerAccounts.me(),
      () => client.soap.wsdl('customerCustomerRepositoryV1'),
    ]) {
      outcomes.push(await call().catch((error: unknown) => error));
    }
    const text = [client, client.auth, events, ...outcomes].map(shown).join('\n');
    expect(events.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
