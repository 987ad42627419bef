import { startProxy } from '@magento-sync/magento-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand, servedAddress, startCli } from '../testing/cli-process.ts';
import { startCliShop } from '../testing/cli-shop.ts';

const login = '/integration/admin/token';
const said = 'The account sign-in was incorrect or your account is disabled temporarily.';
const refusal = {
  kind: 'answer',
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: said }),
} as const;

test('a refused login is kept with its words, said wherever no login is tried, and cured by one command', async () => {
  const { shop, environment } = await startCliShop();
  const logins = () => shop.requests.count(login, 'POST');
  const putBack = shop.faults.add({ match: login, times: 100, answer: refusal });

  const first = await runCommand(['backfill'], environment);
  expect(first.stderr).toContain(`${said} (401) Check MAGENTO_USERNAME and MAGENTO_PASSWORD`);
  for (const command of ['backfill', 'reference-data']) {
    const { exitCode, stderr } = await runCommand([command], environment);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /No login is tried before \S+Z: the shop refused the last one at \S+Z: The account sign-in/,
    );
    expect(stderr).toContain('"magento-sync sign-in" tries at once');
  }
  const doctor = await runCommand(['doctor'], environment);
  expect(doctor.stdout).toMatch(
    /^PROBLEM +sign-in +No login is tried before .*The account sign-in was incorrect/m,
  );
  const check = await runCommand(['status', '--check'], environment);
  expect(check.exitCode).toBe(3);
  expect(check.stdout).toMatch(
    /^Sign-in as admin .*: No login is tried before .*The account sign-in was incorrect.*sign-in"/,
  );
  expect(logins()).toBe(1);

  putBack();
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(1);
  const cured = await runCommand(['sign-in', '--json'], environment);
  expect(cured.exitCode, cured.stderr).toBe(0);
  expect(JSON.parse(cured.stdout)).toMatchObject({ kind: 'admin', loggedIn: true, customers: 40 });
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  const after = await runCommand(['status', '--json'], environment);
  expect(JSON.parse(after.stdout)).toMatchObject({ failedSignIns: [], attention: [] });
});

test('sign-in stops before the login that would lock the account', async () => {
  const { shop, environment } = await startCliShop();
  shop.faults.add({ match: login, times: 100, answer: refusal });
  for (let attempt = 0; attempt < 8; attempt++)
    expect((await runCommand(['sign-in'], environment)).exitCode).toBe(1);
  expect(shop.requests.count(login, 'POST')).toBe(5);
});

test('a token behind a notice of PHP is no refusal: the shop that is repaired is used at once', async () => {
  const { shop, environment } = await startCliShop();
  let broken = true;
  const proxy = await startProxy(shop.url, {
    change(answer, { url }) {
      if (broken && url.endsWith(login))
        answer.body = Buffer.concat([
          Buffer.from('\nDeprecated: property in /srv/x.php on line 12\n'),
          answer.body,
        ]);
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const behind = { ...environment, MAGENTO_BASE_URL: proxy.url };
  for (let attempt = 0; attempt < 2; attempt++) {
    const { exitCode, stderr } = await runCommand(['backfill'], behind);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The answer to /rest/V1/integration/admin/token');
    expect(stderr).toContain('the login was not refused');
  }
  broken = false;
  expect((await runCommand(['backfill'], behind)).exitCode).toBe(0);
});

test('a daemon whose shop answers no login, and fails over its newest customer, starts and recovers', async () => {
  const { shop, environment, query } = await startCliShop();
  const gate = {
    kind: 'answer',
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="Staging"' },
    body: '',
  } as const;
  const open = shop.faults.add({ match: '', times: 100_000, answer: gate });
  const daemon = await startCli(['daemon'], { ...environment, PULL_EVERY: '1s', HTTP_PORT: '0' });
  const address = await servedAddress(daemon);
  await daemon.untilOutput('"msg":"running"');
  expect(daemon.stdout).toContain('asks for a login of its own (401, Basic \\"Staging\\")');
  expect((await fetch(`${address}/livez`)).status).toBe(200);
  open();
  shop.faults.add({
    match: ({ path, query: asked }) =>
      path.includes('customers/search') && /DESC/.test(JSON.stringify([...asked])),
    times: 1,
    answer: { kind: 'answer', status: 500, headers: {}, body: '' },
  });
  await runCommand(['sign-in'], environment);
  await expect
    .poll(() =>
      query('select 1 from magento.customers').then(
        (rows) => rows.length,
        () => 0,
      ),
    )
    .toBe(40);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});
