import { randomBytes } from 'node:crypto';
import type { MagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { runCommand, startCli, startCommand } from '../../testing/cli-process.ts';
import { startShopAndCopy } from '../../testing/shop-and-copy.ts';

const newKey = () => randomBytes(32).toString('base64');
const least = ['Magento_Customer::customer', 'Magento_Customer::group', 'Magento_Backend::store'];

async function start() {
  const { shop, copy } = await startShopAndCopy({ population: { customers: 7 }, integrations: [] });
  const environment = {
    MAGENTO_BASE_URL: shop.url,
    MAGENTO_SHOP: 'test',
    MAGENTO_AUTH: 'integration',
    DATABASE_URL: copy.url,
    TOKEN_ENCRYPTION_KEY: newKey(),
  };
  return { shop, environment, database: copy.database };
}

/** Starts the command and reads what it tells the administrator to type. */
async function authorize(environment: Record<string, string>, ...options: string[]) {
  const command = startCommand(
    ['authorize', '--port', '0', '--host', '127.0.0.1', '--timeout', '40s', ...options],
    environment,
  );
  await command.untilOutput('Ctrl-C ends it');
  const text = `${command.stdout}${command.stderr}`;
  const callbackUrl = /Callback URL +(\S+)/.exec(text)![1]!;
  const identityLinkUrl = /Identity link URL +(\S+)/.exec(text)![1]!;
  return { command, callbackUrl, identityLinkUrl };
}

function addIntegration(
  shop: MagentoShop,
  addresses: { callbackUrl: string; identityLinkUrl: string },
  resources: readonly string[] = least,
) {
  shop.oauth.integrations.create({ name: 'magento-sync', resources, ...addresses });
}

/** What the administrator does: press Activate (or Reauthorize) and wait for the window that opens. */
async function press(shop: MagentoShop): Promise<Response> {
  const { identityLink } = await shop.oauth.activate('magento-sync');
  return fetch(identityLink!, { redirect: 'manual' });
}

function post(callbackUrl: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(callbackUrl, { method: 'POST', headers, body });
}

const callbackOf = (verifier: string, consumerKey = 'k'.repeat(32)) =>
  new URLSearchParams({
    oauth_consumer_key: consumerKey,
    oauth_consumer_secret: 's'.repeat(32),
    oauth_verifier: verifier.padEnd(32, 'x'),
    store_base_url: 'http://elsewhere.example.com/',
  }).toString();

test('says what to type, stores what the shop hands out, and the copy is read with it', async () => {
  const { shop, environment, database } = await start();
  const { command, ...addresses } = await authorize(environment);
  for (const right of least) expect(command.stdout).toContain(right);
  addIntegration(shop, addresses);
  const popup = await press(shop);
  expect([popup.status, popup.headers.get('location')]).toEqual([
    302,
    `${shop.url}/admin/integration/loginSuccessCallback/`,
  ]);
  expect(await command.ended).toBe(0);
  expect(command.stdout).toContain('they read its 7 customers');
  expect(command.stdout).toContain('Next: set MAGENTO_AUTH=integration');
  expect(shop.oauth.integrations.get('magento-sync').active).toBe(true);

  const { consumerSecret, token } = shop.oauth.integrations.get('magento-sync');
  const secrets = [consumerSecret, token!.value, token!.secret];
  const { rows } = await database.pool.query('select credentials::text as row from sync.credentials');
  for (const secret of secrets) expect(JSON.stringify(rows) + command.stdout).not.toContain(secret);

  const show = await runCommand(['authorize', '--show'], environment);
  expect(show.stdout).toMatch(/an integration of the shop test, stored \d{4}-.*ago/);
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);

  const otherKey = { ...environment, TOKEN_ENCRYPTION_KEY: newKey() };
  const unreadable = await runCommand(['pull'], otherKey);
  expect([unreadable.exitCode, unreadable.stderr]).toEqual([
    1,
    expect.stringContaining('encrypted with another key. Set TOKEN_ENCRYPTION_KEY or'),
  ]);
  const shown = JSON.parse((await runCommand(['authorize', '--show', '--json'], otherKey)).stdout);
  expect(shown).toMatchObject({ shop: 'test', stored: true, readable: false });

  expect((await runCommand(['authorize', '--remove'], environment)).stdout).toContain('Forgotten.');
  const without = await runCommand(['pull'], environment);
  expect(without.stderr).toContain('Run "magento-sync authorize"');
});

test('a lacking right is named after the credentials are stored', async () => {
  const { shop, environment } = await start();
  const { command, ...addresses } = await authorize(environment, '--json');
  addIntegration(shop, addresses, ['Magento_Customer::group']);
  await press(shop);
  expect(await command.ended).toBe(1);
  expect(JSON.parse(command.stdout)).toMatchObject({
    shop: 'test',
    check: { ok: false, problem: expect.stringContaining('Magento_Customer::customer') },
  });
  const shown = await runCommand(['authorize', '--show', '--json'], environment);
  expect(JSON.parse(shown.stdout)).toMatchObject({ stored: true, readable: true });
});

test('credentials are stored before the browser comes: Ctrl-C after the handshake loses nothing', async () => {
  const { shop, environment } = await start();
  const command = await startCli(
    ['authorize', '--port', '0', '--host', '127.0.0.1', '--timeout', '40s'],
    environment,
  );
  await command.untilOutput('Ctrl-C ends it');
  const address = (name: string) => new RegExp(`${name} +(\\S+)`).exec(command.stdout)![1]!;
  addIntegration(shop, {
    callbackUrl: address('Callback URL'),
    identityLinkUrl: address('Identity link URL'),
  });
  await shop.oauth.activate('magento-sync');
  await command.untilOutput('The credentials are stored');
  command.kill('SIGINT');
  expect(await command.ended).toBe(130);
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
});

test('Reauthorize replaces what is stored', async () => {
  const { shop, environment } = await start();
  const first = await authorize(environment);
  addIntegration(shop, first);
  await press(shop);
  expect(await first.command.ended).toBe(0);
  const second = await authorize(environment);
  const integration = shop.oauth.integrations.get('magento-sync');
  Object.assign(integration, {
    callbackUrl: second.callbackUrl,
    identityLinkUrl: second.identityLinkUrl,
  });
  const old = integration.token!.value;
  await press(shop);
  expect(await second.command.ended).toBe(0);
  expect(integration.token!.value).not.toBe(old);
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
});

describe('while it waits', () => {
  test('Reauthorize before the window was seen: the tokens of the second time count', async () => {
    const { shop, environment } = await start();
    const { command, ...addresses } = await authorize(environment);
    addIntegration(shop, addresses);
    await shop.oauth.activate('magento-sync');
    await expect.poll(() => shop.oauth.integrations.get('magento-sync').active).toBe(true);
    await press(shop);
    expect(await command.ended).toBe(0);
    expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  });

  test('an activation that comes too late is explained, and the next one is taken', async () => {
    const { shop, environment } = await start();
    const { command, ...addresses } = await authorize(environment);
    addIntegration(shop, addresses);
    const integration = shop.oauth.integrations.get('magento-sync');
    integration.postedAt = shop.clock.now() - 301_000;
    await post(
      addresses.callbackUrl,
      new URLSearchParams({
        oauth_consumer_key: integration.consumerKey,
        oauth_consumer_secret: integration.consumerSecret,
        oauth_verifier: shop.oauth.integrations.createVerifier(integration),
      }).toString(),
    );
    await command.untilOutput('five minutes');
    await press(shop);
    expect(await command.ended).toBe(0);
  });

  test('a wrong verifier is explained, and the next activation is taken', async () => {
    const { shop, environment } = await start();
    const { command, ...addresses } = await authorize(environment);
    addIntegration(shop, addresses);
    const integration = shop.oauth.integrations.get('magento-sync');
    integration.postedAt = shop.clock.now();
    shop.oauth.integrations.createVerifier(integration);
    await post(
      addresses.callbackUrl,
      new URLSearchParams({
        oauth_consumer_key: integration.consumerKey,
        oauth_consumer_secret: integration.consumerSecret,
        oauth_verifier: 'w'.repeat(32),
      }).toString(),
    );
    await command.untilOutput('Token verifier and verifier token do not match');
    await press(shop);
    expect(await command.ended).toBe(0);
  });

  test('what does not come from the shop changes nothing', async () => {
    const { shop, environment } = await start();
    const { command, ...addresses } = await authorize(environment);
    addIntegration(shop, addresses);
    expect((await post(addresses.callbackUrl, 'hello')).status).toBe(400);
    expect((await post(addresses.callbackUrl, 'x'.repeat(100_000))).status).toBe(400);
    expect((await fetch(addresses.callbackUrl)).status).toBe(404);
    await post(addresses.callbackUrl, callbackOf('made-up'.replace('-', '')));
    await command.untilOutput('Still waiting');
    await press(shop);
    expect(await command.ended).toBe(0);
    expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  });

  test('a made-up callback between the tokens and the window does not lose them', async () => {
    const { shop, environment } = await start();
    const { command, ...addresses } = await authorize(environment);
    addIntegration(shop, addresses);
    await shop.oauth.activate('magento-sync');
    await expect.poll(() => shop.oauth.integrations.get('magento-sync').active).toBe(true);
    await post(addresses.callbackUrl, callbackOf('madeup'));
    expect(await command.ended).toBe(0);
  });

  test('the time runs out', async () => {
    const { environment } = await start();
    const args = ['authorize', '--port', '0', '--host', '127.0.0.1', '--timeout', '1s'];
    const { exitCode, stderr } = await runCommand(args, environment);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Magento did not call.')]);
  });

  test('Ctrl-C ends it', async () => {
    const { environment } = await start();
    const command = await startCli(['authorize', '--port', '0', '--host', '127.0.0.1'], environment);
    await command.untilOutput('Ctrl-C ends it');
    command.kill('SIGINT');
    expect(await command.ended).toBe(130);
    expect(command.stderr).toBe('');
  });
});

describe('refuses at the start', () => {
  const environment = { MAGENTO_BASE_URL: 'https://shop.example.com' };

  test.each([
    ['without a key', [], 'TOKEN_ENCRYPTION_KEY is missing'],
    ['a port that is none', ['--port', 'http'], '--port must be'],
    ['a time that is none', ['--timeout', 'soon'], '--timeout must be'],
    ['an address that is none', ['--public-url', 'sync.example.com'], '--public-url must be'],
    ['to show and remove at once', ['--show', '--remove'], 'exclude each other'],
  ])('%s', async (_what, options, sentence) => {
    const { exitCode, stderr, stdout } = await runCommand(['authorize', ...options], environment);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)]);
  });

  test('a port that is taken', async () => {
    const { shop, environment: complete } = await start();
    const { port } = new URL(shop.url);
    const args = ['authorize', '--host', '127.0.0.1', '--port', port];
    const { exitCode, stderr } = await runCommand(args, complete);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('choose another by --port')]);
  });
});

test('behind a reverse proxy the administrator types the public address', async () => {
  const { environment } = await start();
  const { callbackUrl, identityLinkUrl, command } = await authorize(
    { ...environment },
    '--public-url',
    'https://sync.example.com/magento/',
    '--timeout',
    '1s',
  );
  expect([callbackUrl, identityLinkUrl]).toEqual([
    'https://sync.example.com/magento/callback',
    'https://sync.example.com/magento/identity',
  ]);
  expect(command.stdout).not.toContain('is a guess');
  await command.ended;
});
