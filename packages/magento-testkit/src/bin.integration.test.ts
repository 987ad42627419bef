import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { totpAt } from './two-factor/totp.ts';

/** Built by the start of the tests. */
const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

function start(...options: string[]): ChildProcess {
  const child = spawn(process.execPath, [bin, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  return child;
}

async function firstLines(child: ChildProcess, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  return lines;
}

async function signIn(url: string, path: string, body: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${url}/rest/V1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'Passw0rd123!', ...body }),
  });
  return { status: answer.status, body: await answer.json() };
}

test('the shop as a process: release, two-factor sign-in, limits, developer mode, and a clean end', async () => {
  const child = start(
    '--customers',
    '400',
    '--two-factor',
    '--limits',
    '--mode',
    'developer',
    '--release',
    '2.4.5',
  );
  const [url, secretLine] = (await firstLines(child, 2)) as [string, string];
  expect((await signIn(url, 'integration/admin/token', {})).status).toBe(400);
  const secret = secretLine.split(': ')[1]!;
  const otp = totpAt(secret, Math.floor(Date.now() / 1000));
  const { body: token } = await signIn(url, 'tfa/provider/google/authenticate', { otp });
  const headers = { authorization: `Bearer ${String(token)}` };
  const get = async (path: string) => (await fetch(`${url}/rest/V1/${path}`, { headers })).json();
  const { items, total_count } = (await get('customers/search?searchCriteria=')) as {
    items: unknown[];
    total_count: number;
  };
  expect([items.length, total_count]).toEqual([20, 400]);
  expect(await get('customers/999999')).toHaveProperty('trace');

  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});

test('the second recorded shop with its two integrations', async () => {
  const [url] = (await firstLines(
    start('--recorded', '2.4.8-p1', '--php-workers', '2', '--row-cost', '0.5'),
    1,
  )) as [string];
  const count = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/rest/V1/orders?searchCriteria[pageSize]=1&fields=total_count`, {
      headers,
    });
    return answer.status === 200 ? answer.json() : answer.status;
  };
  expect(await Promise.all(['all-rights', 'cms-pages-only', 'another'].map(count))).toEqual([
    { total_count: 279 },
    401,
    401,
  ]);
});

test.each([
  [['--recorded', '2.4.6'], 'No shop was recorded as "2.4.6", only 2.4.7-p6 and 2.4.8-p1.'],
  [['--row-cost', 'fast'], '--row-cost takes milliseconds up to 60000'],
  [['--mode', 'fast'], '--mode takes production or developer, not "fast".'],
  [['--port', 'http'], '--port takes a whole number up to 65535, not "http".'],
  [['--release', '1.9'], '"1.9" is no release of Magento'],
  [['--release', '2.3.7', '--two-factor'], 'has no two-factor authentication'],
])('%j is refused', async (options, message) => {
  const child = start(...options);
  let text = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(text).toContain(message);
});
