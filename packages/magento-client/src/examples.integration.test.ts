import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
const full = integrations['Full access']!;

/** Runs an example as a user would and returns what it prints. */
async function example(name: string, settings: Record<string, string>): Promise<string> {
  const flags = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  const file = fileURLToPath(new URL(`${name}.ts`, folder));
  const { stdout } = await run(process.execPath, ['--conditions=source', '--import', 'tsx', file, ...flags]);
  return stdout.trim();
}

describe('prints what the shop has', () => {
  test.each([
    ['admin', ADMIN, /^6 store views: default, admin, /],
    ['customer', SHOPPER, /^Customer 1 has \d+ addresses$/],
    ['guest', {}, /^The shop sells in USD, EUR$/],
    ['complete-orders', ADMIN, /^\d+ complete orders, [\d.]+ in all$/],
    ['soap', ADMIN, /^2500 customers over SOAP, the first ids are 1, 2, 3$/],
    [
      'integration',
      {
        'consumer-key': full['consumer_key']!,
        'consumer-secret': full['consumer_secret']!,
        'access-token': full['access_token']!,
        'access-token-secret': full['access_token_secret']!,
      },
      /^2490 customers changed since 2024, the first is 1$/,
    ],
  ] as const)('%s', async (name, settings, expected) => {
    await using shop = await startMagentoShop();
    expect(await example(name, { 'base-url': shop.url, ...settings })).toMatch(expected);
  });
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
