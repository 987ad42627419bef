import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const folder = new URL('../examples/', import.meta.url);
const ADMIN = { username: 'admin', password: 'Passw0rd123!' };
const SHOPPER = { username: 'customer1@example.com', password: 'Passw0rd123!' };
const integrations = JSON.parse(
  readFileSync(new URL('../../../recordings/integrations.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, string>>;
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const SMALL = { population: { customers: 5, seed: 1 } } as const;

function keysOf(name: string): Record<string, string> {
  const keys = integrations[name]!;
  return {
    'consumer-key': keys['consumer_key']!,
    'consumer-secret': keys['consumer_secret']!,
    'access-token': keys['access_token']!,
    'access-token-secret': keys['access_token_secret']!,
  };
}

function command(name: string, settings: Record<string, string>): string[] {
  const flags = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  return ['--conditions=source', '--import', 'tsx', fileURLToPath(new URL(`${name}.ts`, folder)), ...flags];
}

/** Runs an example as a user would and returns what it prints. */
async function example(name: string, settings: Record<string, string>): Promise<string> {
  const { stdout } = await run(process.execPath, command(name, settings));
  return stdout.trim();
}

/** Starts an example that waits for something, and hands over its lines one by one. */
function start(name: string, settings: Record<string, string>): { line(): Promise<string> } {
  const child = execFile(process.execPath, command(name, settings));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${name} ended without another line.`);
      return value;
    },
  };
}

describe('prints what the shop has', () => {
  test.each([
    ['admin', ADMIN, /^6 store views: default, admin, /],
    ['customer', SHOPPER, /^Customer 1 has \d+ addresses$/],
    ['quick-start', ADMIN, /^500 customers in Germany, the first is \S+@\S+$/],
    ['guest', {}, /^The shop sells in USD, EUR$/],
    ['complete-orders', ADMIN, /^\d+ complete orders, [\d.]+ in all$/],
    ['soap', ADMIN, /^2500 customers over SOAP, the first ids are 1, 2, 3$/],
    ['integration', keysOf('Full access'), /^2500 customers changed since 2024, the first is 1$/],
  ] as const)('%s', async (name, settings, expected) => {
    await using shop = await startMagentoShop();
    expect(await example(name, { 'base-url': shop.url, ...settings })).toMatch(expected);
  });

  test('admin, with two-factor authentication on', async () => {
    await using shop = await startMagentoShop({ ...SMALL, twoFactor: { secrets: { admin: SECRET } } });
    const settings = { 'base-url': shop.url, ...ADMIN, 'totp-secret': SECRET };
    expect(await example('admin', settings)).toMatch(/^6 store views/);
  });

  test('bearer', async () => {
    await using shop = await startMagentoShop({ ...SMALL, integrationAsBearer: true });
    const token = integrations['Full access']!['access_token']!;
    expect(await example('bearer', { 'base-url': shop.url, token })).toMatch(
      /^6 customer groups: NOT LOGGED IN, /,
    );
  });

  test('session', async () => {
    await using shop = await startMagentoShop();
    const sessionId = shop.logInCustomer(SHOPPER.username);
    expect(await example('session', { 'base-url': shop.url, 'session-id': sessionId })).toBe(
      'The session belongs to customer 1',
    );
  });

  test('ims', async () => {
    const cloud = {
      tenantId: 'tenant-1',
      clientId: 'client-1',
      clientSecret: 's3cret',
      organizationId: 'org@AdobeOrg',
    };
    await using shop = await startMagentoShop({ ...SMALL, cloud });
    const settings = {
      'base-url': shop.apiUrl,
      'store-code': 'default',
      'ims-client-id': cloud.clientId,
      'ims-client-secret': cloud.clientSecret,
      'ims-organization-id': cloud.organizationId,
      'ims-token-url': `${shop.url}/ims/token/v3`,
    };
    expect(await example('ims', settings)).toBe('3 websites: admin, base, eu');
  });

  test('activate-integration, with an administrator who presses Activate', async () => {
    await using shop = await startMagentoShop(SMALL);
    const command = start('activate-integration', { 'base-url': shop.url, port: '0', host: '127.0.0.1' });
    const port = /on port (\d+)/.exec(await command.line())![1];
    shop.oauth.integrations.create({
      name: 'Sync',
      resources: 'all',
      callbackUrl: `http://127.0.0.1:${port}/callback`,
      identityLinkUrl: `http://127.0.0.1:${port}/identity`,
    });
    const { identityLink } = await shop.oauth.activate('Sync');
    await fetch(identityLink!, { redirect: 'manual' });
    expect(await command.line()).toMatch(/^The integration is active and sees \d+ modules/);
    expect(shop.oauth.integrations.get('Sync').active).toBe(true);
  });
});

test('the quick start is the one of the README, with settings for its values', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const block = /```ts\n([\s\S]*?)```/.exec(readme)![1]!;
  const withSettings = block
    .replace("'https://shop.example.com'", "setting('base-url')")
    .replace("'sync'", "setting('username')")
    .replace("'…'", "setting('password')");
  const file = readFileSync(new URL('quick-start.ts', folder), 'utf8');
  expect(file.replace(/^\/\/.*\n/, '').replace("import { setting } from './settings.ts';\n", '')).toBe(
    withSettings,
  );
  expect(block.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
});

test('says which setting is missing', async () => {
  await expect(example('guest', {})).rejects.toThrow(/Give --base-url or set MAGENTO_BASE_URL/);
});

test('there is one for every strategy', () => {
  const names = readdirSync(folder).map((file) => file.replace('.ts', ''));
  expect(names).toEqual(
    expect.arrayContaining(['admin', 'integration', 'bearer', 'customer', 'session', 'guest', 'ims']),
  );
});
