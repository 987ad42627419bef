import { expect, onTestFinished, test } from 'vitest';
import { ambiguousRequests, dial, head, say } from '../../testing/raw-http.ts';
import { passwords, servePage, visitorOf } from '../../testing/served-page.ts';
import { Secret } from '../config/secret.ts';

/** What nobody learns who is not signed in. */
const known = [
  'eu.example.com',
  '/shops/eu',
  'magento-sync daemon',
  '0.1.0',
  'node_modules',
  '    at ',
  ...Object.values(passwords),
];

function expectNothingLearnt(text: string): void {
  for (const each of known) expect(text).not.toContain(each);
}

const smuggled = 'GET /shops/eu HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\n\r\n';

test('requests that two servers would understand differently are answered once, and the connection ends', async () => {
  const { port } = await servePage();
  const form = 'Content-Type: application/x-www-form-urlencoded';
  const texts = ambiguousRequests('/login', smuggled, form);
  for (const text of texts) {
    const answer = await say(port, text);
    expect(answer.match(/HTTP\/1\.1 \d/g)?.length ?? 0, text).toBeLessThanOrEqual(1);
    expect(answer).not.toMatch(/^HTTP\/1\.1 (101|200)/);
    expect(answer).not.toContain('a-secret');
    expectNothingLearnt(answer.replace('/login?to=%2Fshops%2Feu', ''));
  }
});

test('headers without end and bodies that never come hold nobody up', async () => {
  const { port, address } = await servePage();
  expect(await say(port, head('GET / HTTP/1.1', `X-Long: ${'x'.repeat(20_000)}`))).toMatch(/^HTTP\/1\.1 431/);
  expect(await say(port, head('GET / HTTP/1.1', `Cookie: ${'a=b; '.repeat(5_000)}`))).toMatch(
    /^HTTP\/1\.1 431/,
  );
  const form = 'Content-Type: application/x-www-form-urlencoded';
  expect(
    await say(
      port,
      head('POST /login HTTP/1.1', form, 'Content-Length: 999999999', 'Sec-Fetch-Site: same-origin'),
    ),
  ).toMatch(/^HTTP\/1\.1 413/);
  const slow = [
    'POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nperson=',
    'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
    'GET /',
  ].map((text) => {
    const line = dial(port);
    line.socket.write(text);
    const drip = setInterval(() => line.socket.write('x'), 1_000);
    onTestFinished(() => clearInterval(drip));
    return line.closed;
  });
  // Meanwhile everybody else is served.
  expect((await visitorOf(address).ask('/login')).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
});

test('a thousand idle connections make room for people', async () => {
  const { port, address, visitor } = await servePage();
  const idle = Array.from({ length: 1_000 }, () => dial(port));
  let closed = 0;
  for (const line of idle) void line.closed.then(() => (closed += 1));
  await expect.poll(() => closed, { interval: 50 }).toBeGreaterThan(700);
  const someone = visitor();
  await someone.signIn(passwords.operator);
  expect((await someone.ask('/')).text).toContain('<h1>eu: ');
  expect(address).toContain(String(port));
  // And those that stay go by themselves.
  await expect.poll(() => closed, { interval: 100 }).toBe(1_000);
});

test('who is not signed in learns nothing, whatever they ask for', async () => {
  const { visitor } = await servePage();
  const stranger = visitor();
  for (const path of [
    '/',
    '/shops/eu',
    '/runs/1',
    '/shops/eu/records/customers/1',
    '/shops/eu/pause',
    '/nowhere',
    '/events',
  ]) {
    const answer = await stranger.ask(path);
    expect([path, answer.status]).toEqual([path, path === '/events' ? 401 : 303]);
    expect(answer.headers.get('location') ?? '').toMatch(/^(\/login|$)/);
    expectNothingLearnt(answer.text);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';(?!.*unsafe)/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
    expect(answer.headers.get('server') ?? answer.headers.get('x-powered-by')).toBeNull();
  }
  const to = await stranger.send('/login', {
    person: 'Ada',
    password: passwords.operator,
    to: '//evil.example/',
  });
  expect([to.status, to.headers.get('location')]).toEqual([303, '/']);
});

test('names that lead here from elsewhere are refused, also with a session', async () => {
  const { port, visitor } = await servePage();
  const someone = visitor();
  await someone.signIn(passwords.operator);
  const rebound = await say(
    port,
    `GET / HTTP/1.1\r\nHost: evil.example:${port}\r\nCookie: ${someone.cookie()}\r\nConnection: close\r\n\r\n`,
  );
  expect(rebound).toMatch(/^HTTP\/1\.1 421/);
  expectNothingLearnt(rebound);

  const open = await servePage({ password: undefined, viewerPassword: undefined });
  const asked = (host: string, more = '') =>
    say(open.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`);
  expect(await asked('localhost')).toMatch(/^HTTP\/1\.1 200/);
  for (const answer of [
    await asked('evil.example'),
    await asked('192.0.2.1'),
    await asked('localhost', 'X-Forwarded-For: 192.0.2.1\r\n'),
  ]) {
    expect(answer).toMatch(/^HTTP\/1\.1 4(21|03)/);
    expectNothingLearnt(answer);
  }
});

test('a session ends: by the sign-out, by another password, and a cookie that is made up is none', async () => {
  const { visitor, copy, address } = await servePage();
  const someone = visitor();
  await someone.signIn(passwords.operator);
  const stolen = visitor(someone.cookie());
  expect((await stolen.ask('/')).status).toBe(200);
  const { text } = await someone.ask('/');
  const form = /name="form" value="([^"]+)"/.exec(text)?.[1] ?? '';
  expect((await stolen.send('/logout', { form: 'made-up' })).status).toBe(403);
  expect((await someone.send('/logout', { form })).status).toBe(303);
  expect((await stolen.ask('/')).status).toBe(303);
  for (const cookie of [
    'magento-sync=',
    `magento-sync=${'A'.repeat(43)}`,
    "magento-sync=' or 1=1 --",
    'other=1',
  ])
    expect((await visitorOf(address, cookie).ask('/')).status).toBe(303);

  const again = visitor();
  await again.signIn(passwords.viewer);
  await copy.database.pool.query("update sync.console_sessions set password_proof = 'of another password'");
  expect((await again.ask('/')).status).toBe(303);
  await again.signIn(passwords.viewer);
  await copy.database.pool.query("update sync.console_sessions set seen_at = now() - interval '61 minutes'");
  expect((await again.ask('/')).status).toBe(303);
  await again.signIn(passwords.viewer);
  await copy.database.pool.query("update sync.console_sessions set started_at = now() - interval '13 hours'");
  expect((await again.ask('/')).status).toBe(303);
  const { rows } = await copy.database.pool.query('select * from sync.console_sessions');
  expect(JSON.stringify(rows)).not.toContain(again.cookie().split('=')[1]);
});

test('a page that looks by itself keeps no session alive', async () => {
  const { visitor, copy } = await servePage();
  const someone = visitor();
  await someone.signIn(passwords.operator);
  const age = async () => {
    const { rows } = await copy.database.pool.query<{ old: boolean }>(
      "select seen_at < now() - interval '5 minutes' as old from sync.console_sessions",
    );
    return rows[0]?.old;
  };
  await copy.database.pool.query("update sync.console_sessions set seen_at = now() - interval '10 minutes'");
  expect((await someone.ask('/', { headers: { 'x-by-itself': '1' } })).status).toBe(200);
  expect(await age()).toBe(true);
  await someone.ask('/');
  expect(await age()).toBe(false);
});

test('wrong passwords are held up, also many at once, and those who are in stay in', async () => {
  const { visitor, lines } = await servePage();
  const inside = visitor();
  await inside.signIn(passwords.operator);
  const tries = await Promise.all(
    Array.from({ length: 12 }, async (_, number) => visitor().signIn(`wrong-password-${number}`)),
  );
  const lookedAt = tries.filter(({ status }) => status === 401).length;
  // Of two at the same moment each may count the other as the one before.
  expect(lookedAt).toBeGreaterThanOrEqual(3);
  expect(lookedAt).toBeLessThanOrEqual(5);
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(12 - lookedAt);
  const right = await visitor().signIn(passwords.operator);
  expect([right.status, right.headers.get('retry-after'), right.headers.get('set-cookie')]).toEqual([
    429,
    '60',
    null,
  ]);
  expect((await inside.ask('/')).status).toBe(200);
  expect(lines.join('')).not.toMatch(/wrong-password|may-act/);
});

test('behind a proxy with TLS the cookie is for encrypted ways alone, whatever the proxy does to path and host', async () => {
  const { address } = await servePage({ url: 'https://sync.example.com/sync' });
  const forwarded = { 'x-forwarded-for': '192.0.2.1', origin: 'https://sync.example.com' };
  for (const base of ['', '/sync']) {
    const answer = await visitorOf(address).send(
      `${base}/login`,
      { person: 'Ada', password: passwords.operator, to: '/shops/eu' },
      forwarded,
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sync/shops/eu']);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-magento-sync=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/,
    );
  }
  const wrong = await visitorOf(address).send(
    '/login',
    { person: 'Ada', password: passwords.operator },
    { origin: 'https://evil.example' },
  );
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([403, null]);
});

test('streams are few, and a browser that gets none does not come again', async () => {
  const { address, visitor } = await servePage({ password: new Secret(passwords.operator) });
  const someone = visitor();
  await someone.signIn(passwords.operator);
  const open = async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const answer = await fetch(`${address}/events`, {
      headers: { cookie: someone.cookie() },
      signal: stop.signal,
    });
    return { status: answer.status, type: answer.headers.get('content-type'), body: answer.body };
  };
  const streams = await Promise.all(Array.from({ length: 6 }, open));
  const statuses = streams.map(({ status }) => status);
  expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 200, 200, 200, 204, 204]);
  const first = streams.find(({ status }) => status === 200);
  const reader = first?.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toContain('retry: 5000');
});

test('without PostgreSQL the page says so, and shows what it saw last', async () => {
  const { visitor, copy } = await servePage({ password: undefined, viewerPassword: undefined });
  const someone = visitor();
  expect((await someone.ask('/shops/eu')).status).toBe(200);
  await copy[Symbol.asyncDispose]();
  await expect
    .poll(async () => (await someone.ask('/shops/eu')).text, { interval: 300 })
    .toContain('PostgreSQL does not answer: what follows is old');
  const broken = await someone.ask('/runs/1');
  expect(broken.status).toBeGreaterThanOrEqual(500);
  expect(broken.text).not.toMatch(/pool|ECONN|password|postgres:/i);
});
