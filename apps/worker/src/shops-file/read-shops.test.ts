import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { chooseShop } from './choose-shop.ts';
import { environmentOf, parseShops } from './read-shops.ts';

const head = 'version: 1\nshops:\n  - name: eu\n    base_url: https://eu.example.com\n';
const whole = `version: 1
defaults: { pull_every: 5m, requests_per_second: 5, auth: { username: sync } }
shops:
  - name: eu                       # in every row; never changes
    base_url: https://eu.example.com
    auth: { type: admin, password: { env: EU_PASSWORD } }
  - name: de
    base_url: https://de.example.com
    auth: { type: bearer, token: { file: TOKEN_FILE } }
    pull_every: 15m
    reference_data_at: 03:30
    enabled: false
`;

test('a shop is the file over its defaults over the environment, with secrets by reference', async () => {
  const file = join(tmpdir(), `magento-sync-token-${process.pid}`);
  await writeFile(file, 'the-token\n');
  const [eu, de] = parseShops(whole.replace('TOKEN_FILE', file), 'shops.yaml');
  const around = { EU_PASSWORD: 'p: "1"', MAGENTO_CONCURRENCY: '4', PULL_EVERY: '1h' };
  const config = parseConfig(environmentOf(eu!, around));
  expect([config.shop, config.magento.budget, config.schedule.pullEveryMs]).toEqual([
    'eu',
    { concurrency: 4, requestsPerSecond: 5 },
    300_000,
  ]);
  expect(JSON.stringify(config)).not.toContain(around.EU_PASSWORD);
  expect(environmentOf(eu!, around)).toMatchObject({
    MAGENTO_USERNAME: 'sync',
    MAGENTO_PASSWORD: around.EU_PASSWORD,
  });
  expect(environmentOf(de!, around)).toMatchObject({ MAGENTO_BEARER_TOKEN: 'the-token', PULL_EVERY: '15m' });
  expect([eu!.enabled, de!.enabled]).toEqual([true, false]);
  expect(parseConfig(environmentOf(de!, around)).schedule.referenceDataAtMinute).toBe(210);
});

test.each([
  ['', /shops\.yaml:1:1 the file: /],
  ['version: 2\nshops: []', /:1:10 version: must be 1[^]*:2:8 shops: names no shop/],
  ['version: 1', /shops: /],
  [`${head}    pull_evry: 5m`, /shops\.yaml:5:5 shops\.0\.pull_evry: unknown key; did you mean pull_every\?/],
  [`${head}    auth: { usrname: x }`, /:5:13 shops\.0\.auth\.usrname: unknown key; did you mean username\?/],
  [`${head}    pull_every: 5 parsecs`, /shops\.yaml:5:17 pull_every: /],
  [`${head}    concurrency: 0`, /shops\.yaml:5:18 concurrency: /],
  [`${head}    pull_every: [5m]`, /:5:17 shops\.0\.pull_every: must be a text/],
  [`${head}    auth: { password: secret }`, /:5:23 shops\.0\.auth\.password: a secret is given by reference/],
  [`${head}    auth: { password: { env: A, file: b } }`, /:5:23 shops\.0\.auth\.password: a secret is given/],
  [`${head}    base_url: https://again.example.com`, /:5:5 Map keys must be unique/],
  [
    `${head}  - name: eu\n    base_url: https://x.example.com`,
    /:5:11 shops\.1\.name: shops\.0 has this name/,
  ],
  [`${head}  - name: de`, /:5:5 shops\.1: base_url is missing/],
  [`${head}  - name: D E\n    base_url: https://x.example.com`, /:5:11 shops\.1\.name: must be made of/],
  [`${head}  - name: 12\n    base_url: https://x.example.com`, /:5:11 shops\.1\.name: /],
  [`${head}    base_path: &a x\n    store_code: *a`, /anchors and aliases/],
  ['version: 1\nshops: [', /shops\.yaml:2:9 /],
  ['version: 1\nshops:\n\t- name: eu', /shops\.yaml:3:/],
])('%j is refused with its line', (text, says) => {
  expect(() => parseShops(text, 'shops.yaml')).toThrow(says);
});

test('everything that is wrong is said at once', () => {
  expect(() => parseShops(`${head}    nme: 1\n    speed: 2`, 'shops.yaml')).toThrow(/:5:5 [^]*:6:5 /);
});

test.each([
  ['{ env: NOT_SET }', /shops\.yaml:5:23 auth\.password of the shop eu: the variable NOT_SET is not set/],
  ['{ file: /nowhere/secret }', /shops\.yaml:5:23 auth\.password of the shop eu: ENOENT/],
  ['{ file: /dev/null }', /the file \/dev\/null is empty/],
])('a secret that is not there (%s) concerns its shop alone', (value, says) => {
  const text = `${head}    auth: { password: ${value} }\n  - name: de\n    base_url: https://de.example.com`;
  const [eu, de] = parseShops(text, 'shops.yaml');
  expect(() => environmentOf(eu!, {})).toThrow(says);
  expect(environmentOf(de!, {})).toMatchObject({ MAGENTO_SHOP: 'de' });
});

test('--shop is needed only where there are several, and then the message names them', async () => {
  const path = join(tmpdir(), `magento-sync-shops-${process.pid}.yaml`);
  await writeFile(path, head);
  const environment = { SHOPS_FILE: path };
  expect(chooseShop(environment, 'pull', undefined)).toMatchObject({ MAGENTO_SHOP: 'eu' });
  await writeFile(path, `${head}  - name: de\n    base_url: https://de.example.com\n    enabled: false`);
  expect(() => chooseShop(environment, 'pull', undefined)).toThrow(/several shops.*--shop; it has eu, de/);
  expect(() => chooseShop(environment, 'pull', 'fr')).toThrow(/no shop "fr"; it has eu, de/);
  expect(chooseShop(environment, 'status', 'de')).toMatchObject({ MAGENTO_SHOP: 'de' });
  expect(() => chooseShop(environment, 'daemon', 'de')).toThrow(/switched off/);
  expect(chooseShop(environment, 'migrate', undefined)).toBe(environment);
  expect(() => chooseShop({}, 'pull', 'eu')).toThrow(/set SHOPS_FILE/);
  expect(() => chooseShop({ SHOPS_FILE: '/nowhere.yaml' }, 'pull', 'eu')).toThrow(
    /cannot be read.*SHOPS_FILE/,
  );
});
