import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';

const secret = 'a-password-that-nobody-may-see';

async function startFile(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-shops-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [path, secretFile] = [join(folder, 'shops.yaml'), join(folder, 'secret')];
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
  await writeFile(path, text.replaceAll('SECRET_FILE', secretFile));
  return { path, secretFile };
}

const whole = `version: 1
defaults: { pull_every: 2m, auth: { type: admin } }
shops:
  - name: eu
    base_url: https://user:${secret}@eu.example.com
    entities: [orders, customers]
    auth: { username: sync, password: { env: EU_PASSWORD } }
  - name: de
    base_url: https://de.example.com
    auth: { username: sync, password: { file: SECRET_FILE } }
  - name: off
    base_url: https://de.example.com
    auth: { username: sync, password: { env: NOT_SET } }
    enabled: false
`;

test('"shops check" says everything that is wrong, with its line, and how it ends', async () => {
  const { path, secretFile } = await startFile(whole);
  const check = (environment: Record<string, string>, ...args: string[]) =>
    runCommand(['shops', 'check', ...args], environment);
  expect(await check({ SHOPS_FILE: path, EU_PASSWORD: secret })).toEqual({
    exitCode: 0,
    stdout:
      `${path}:11:5 off has the address of de: both copy the same shop (a warning)\n` +
      `${path} can be used: 3 shops, 2 of them switched on.\n`,
    stderr: '',
  });
  await chmod(secretFile, 0o644);
  const lacking = await check({}, path);
  expect(lacking.exitCode).toBe(2);
  expect(lacking.stdout).toContain(
    `${path}:7:39 auth.password of the shop eu: the variable EU_PASSWORD is not set`,
  );
  expect(lacking.stdout).toMatch(/:10:39 .*everybody on this machine can read .*\(a warning\)/);
  expect(lacking.stdout).toContain('cannot be used as it is: 1 problem.');
  expect((await check({}, path, '--without-secrets')).exitCode).toBe(0);
  await writeFile(path, 'version: 1\nshops:\n  - name: eu\n    bse_url: x\n    pull_every: soon\n');
  const broken = await check({}, path, '--json');
  expect([broken.exitCode, JSON.parse(broken.stdout)]).toEqual([
    2,
    {
      file: path,
      ok: false,
      shops: [],
      problems: [{ path, line: 4, column: 5, says: 'shops.0.bse_url: unknown key; did you mean base_url?' }],
      warnings: [],
    },
  ]);
  expect(await check({})).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('set SHOPS_FILE') });
});

test('"shops show" says what holds, where it comes from, and no secret', async () => {
  const { path, secretFile } = await startFile(whole);
  const environment = { SHOPS_FILE: path, EU_PASSWORD: secret, MAGENTO_CONCURRENCY: '3', SHOPS: '' };
  const { exitCode, stdout } = await runCommand(['shops', 'show'], environment);
  expect([exitCode, stdout.includes(secret)]).toEqual([0, false]);
  const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
  expect(lines).toEqual(
    expect.arrayContaining([
      ['pull_every', '2m', `${path}:2:25 (defaults)`],
      ['entities', '["customers","orders"]', `${path}:6:15`],
      ['auth.password', '[hidden]', `${path}:7:39, variable EU_PASSWORD`],
      ['auth.password', '[hidden]', `${path}:10:39, file ${secretFile}`],
      ['auth.password', '[not found]', `${path}:13:39, variable NOT_SET`],
      ['concurrency', '3', 'environment: MAGENTO_CONCURRENCY'],
      ['requests_per_second', '20', 'built in'],
      ['off (switched off)'],
    ]),
  );
  const one = await runCommand(['shops', 'show', '--shop', 'de', '--json'], environment);
  expect(JSON.parse(one.stdout)).toEqual([
    {
      shop: 'de',
      enabled: true,
      settings: expect.arrayContaining([
        {
          key: 'base_url',
          variable: 'MAGENTO_BASE_URL',
          value: 'https://de.example.com',
          from: `${path}:9:15`,
        },
      ]),
    },
  ]);
  expect(await runCommand(['shops', '--shop', 'fr'], environment)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no shop "fr"; it has eu, de, off'),
  });
});
