import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';
import { administrator } from '../../testing/sync-harness.ts';
import { keys, startInTerminal } from '../../testing/terminal.ts';
import { parseEnvironmentFile } from '../config/environment-file.ts';

const logins = 'integration/admin/token';

test('asks in a terminal, proposes the right address, signs in once and writes a file of its owner', async () => {
  const { shop, url } = await startCliShop({ population: { customers: 5 } });
  const terminal = await startInTerminal(['init'], {});
  await terminal.until('Address of the shop');
  terminal.type(`${shop.url}/de/about-us${keys.enter}`);
  await terminal.until(`Take ${shop.url}?`);
  terminal.type(keys.enter);
  await terminal.until(`Magento answers at ${shop.url}`);
  await terminal.until('Address of PostgreSQL');
  terminal.type(`postgres://nobody:no-such-password@127.0.0.1:1/none${keys.enter}`);
  await terminal.until('127.0.0.1:1');
  await terminal.until('Address of PostgreSQL');
  terminal.type(`${url}${keys.enter}`);
  await terminal.until('PostgreSQL answers.');
  await terminal.until('How to sign in');
  terminal.type(keys.enter);
  await terminal.until('User name');
  terminal.type(`${administrator.username}${keys.enter}`);
  await terminal.until('Password');
  terminal.type(`${administrator.password}${keys.enter}`);
  await terminal.until('Secret of the authenticator app');
  terminal.type(keys.enter);
  await terminal.until('What is copied');
  expect(await readdir(terminal.folder)).toEqual([]);
  terminal.type(`${keys.down}${keys.space}${keys.enter}`);
  await terminal.until('.env written, readable by you alone');
  expect(await terminal.ended).toBe(0);

  expect(terminal.shown()).not.toContain(administrator.password);
  expect(terminal.shown()).not.toContain('no-such-password');
  expect(shop.requests.count(logins)).toBe(1);
  expect(await readdir(terminal.folder)).toEqual(['.env']);
  const path = join(terminal.folder, '.env');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const { values, notes } = parseEnvironmentFile(await readFile(path, 'utf8'));
  expect(notes).toEqual([]);
  expect(values).toEqual({
    MAGENTO_BASE_URL: shop.url,
    MAGENTO_AUTH: 'admin',
    MAGENTO_USERNAME: administrator.username,
    MAGENTO_PASSWORD: administrator.password,
    ENTITIES: 'customers,orders',
    DATABASE_URL: url,
    TOKEN_ENCRYPTION_KEY: expect.stringMatching(/^[\w+/]{43}=$/) as string,
  });
  // What was written works as it is, with the token of that one login.
  const plan = await runCommand(['plan', '--json'], values);
  expect([plan.exitCode, plan.stderr]).toEqual([0, '']);
  expect(JSON.parse(plan.stdout)).toMatchObject({
    entities: [{ entity: 'customers', inShop: 5, inCopy: 0, filled: false }, { entity: 'orders' }],
    total: { rows: expect.any(Number) as number, requests: expect.any(Number) as number },
  });
  expect(shop.requests.count(logins)).toBe(1);
  const text = await runCommand(['plan', 'customers'], values);
  expect(text.stdout).toMatch(
    /^customers +5 +0 +\d+ +2 +\d+s +(MAGENTO_REQUESTS_PER_SECOND|the shop, MAGENTO_CONCURRENCY)=\d+$/m,
  );
});

test('Ctrl-C at a question writes nothing and exits with 130, also where a file exists', async () => {
  const { shop } = await startCliShop({ population: { customers: 1 } });
  const terminal = await startInTerminal(['init', '--url', shop.url], {});
  await terminal.until('Address of PostgreSQL');
  terminal.type(keys.ctrlC);
  await terminal.until('Nothing was written.');
  expect(await terminal.ended).toBe(130);
  expect(await readdir(terminal.folder)).toEqual([]);
  expect(shop.requests.count(logins)).toBe(0);

  const ended = await startInTerminal(['init'], {});
  await ended.until('Address of the shop');
  ended.kill('SIGTERM');
  expect(await ended.ended).toBe(130);
  expect(await readdir(ended.folder)).toEqual([]);

  await writeFile(join(terminal.folder, '.env'), 'LOG_LEVEL=debug\n');
  const again = await startInTerminal(['init', '--file', join(terminal.folder, '.env')], {});
  await again.until('exists. Change it?');
  again.type(keys.enter);
  expect(await again.ended).toBe(130);
  expect(await readFile(join(terminal.folder, '.env'), 'utf8')).toBe('LOG_LEVEL=debug\n');
});

test('--yes takes flags, environment and proposals; never overwrites silently, and never writes what does not work', async () => {
  const { shop, url } = await startCliShop({ population: { customers: 3 } });
  const { folder } = await startInTerminal(['--help'], {});
  const file = join(folder, 'settings.env');
  const secrets = { MAGENTO_PASSWORD: administrator.password, DATABASE_URL: url };
  const init = (args: string[], environment: Record<string, string> = secrets) =>
    runCommand(['init', '--yes', '--file', file, ...args], environment);

  const wrong = await init(['--url', shop.url, '--username', 'admin'], {
    ...secrets,
    MAGENTO_PASSWORD: 'wrong',
  });
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    1,
    expect.stringMatching(/sign-in: .*\n.*was not written/s),
  ]);
  expect(shop.requests.count(logins)).toBe(1);
  expect(wrong.stderr).not.toContain('wrong"');
  await expect(stat(file)).rejects.toThrow('ENOENT');

  const good = await init(['--url', `${shop.url}/rest/V1`, '--username', 'admin', '--entities', 'customers']);
  expect([good.exitCode, good.stderr]).toEqual([0, expect.stringContaining('Magento answers at')]);
  expect(parseEnvironmentFile(await readFile(file, 'utf8')).values).toMatchObject({
    ENTITIES: 'customers',
    MAGENTO_USERNAME: 'admin',
  });
  const before = await readFile(file, 'utf8');
  const other = await init(['--url', shop.url, '--username', 'admin', '--entities', 'orders']);
  expect([other.exitCode, other.stderr]).toEqual([
    2,
    expect.stringMatching(/has .*ENTITIES.* already.*--force/),
  ]);
  expect(await readFile(file, 'utf8')).toBe(before);
  const forced = await init(['--url', shop.url, '--username', 'admin', '--entities', 'orders', '--force']);
  expect(forced.exitCode).toBe(0);
  expect(await readFile(file, 'utf8')).toContain('ENTITIES=orders\n');
});

test.each([
  [['init'], {}, 'There is no terminal'],
  [['init', '--yes'], {}, '--url https://shop.example.com'],
  [['init', '--yes', '--url', 'http://127.0.0.1:1'], {}, 'does not answer'],
])('%j without answers is wrong usage', async (args, environment, says) => {
  const { exitCode, stderr } = await runCommand(args as string[], environment as Record<string, string>);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says as string)]);
});

test('a backfill shows a bar, rate, time left, page size and requests at once in a terminal', async () => {
  const { shop, environment } = await startCliShop({ population: { customers: 300 } });
  const slow = {
    ...environment,
    MAGENTO_PAGE_SIZE: '20',
    MAGENTO_MAX_PAGE_SIZE: '20',
    MAGENTO_REQUESTS_PER_SECOND: '20',
  };
  const terminal = await startInTerminal(['backfill'], slow);
  await terminal.until(/customers =+-* \d+% \| \d+\/300 \| [\d.]+\/s \| \S+ left \| pages of 20, 2 at once/u);
  await terminal.until('customers: backfill complete');
  expect(await terminal.ended).toBe(0);

  // Whatever else takes a while tells how far it is, too.
  const ids = shop.customers.ids().slice(0, 60).map(String);
  const others = await Promise.all(
    [
      ['resync', 'customers', ...ids],
      ['plan'],
      ['reference-data'],
      ['reconcile'],
      ['erase', 'customers', '1'],
    ].map((args) => startInTerminal(args, environment)),
  );
  const shows = [
    /customers [=-]+ \d+% \| \d+\/60 \| [\d.]+\/s \| \S+ left/u,
    /plan [=-]+ \d+% \| \d+\/5 \| [\d.]+\/s \| \S+ left/u,
    /reference-data [=-]+ \d+% \| \d\/6 \| [\d.]+\/s \| \S+ left/u,
    /customers \d+ requests \| [\d.]+\/s \| pages of \d+, 2 at once/u,
    /erase [=-]+ \d+% \| \d\/1 \|/u,
  ];
  for (const [index, other] of others.entries()) {
    await other.until(shows[index]!);
    expect([index, await other.ended]).toEqual([index, 0]);
  }

  const watched = await startInTerminal(['status', '--watch', '0.2'], environment);
  await watched.until('Nothing needs attention.');
  await watched.until('Nothing needs attention.');
  expect(watched.sent()).toContain('\u001B[2J');
  watched.type(keys.ctrlC);
  expect(await watched.ended).toBe(130);
});
