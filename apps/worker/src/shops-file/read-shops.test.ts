import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { variables } from '../config/variables.ts';
import { chooseShop } from './choose-shop.ts';
import { differingKeys, findRenamed } from './compare-shops.ts';
import { parseShops } from './read-shops.ts';
import { shopSettings } from './settings.ts';
import { configOf, environmentOf, findSettings, problemsOf } from './shop-environment.ts';

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
  [`${head}    entities: [customers, ordrs]`, /:5:27 entities: names "ordrs", which is none of customers/],
  [`${head}    entities: []`, /:5:15 entities: names nothing/],
  [`${head}    entities: [{ env: A }]`, /:5:15 shops\.0\.entities: must be a list of names/],
  [
    `${head}    personal_data_key: in-plain-text-for-everybody-to-read`,
    /:5:24 shops\.0\.personal_data_key: a secret/,
  ],
  [`${head}  - name: -x\n    base_url: https://x.example.com`, /:5:11 shops\.1\.name: .*begin with a hyphen/],
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
  const [pull, status, daemon] = [
    { name: 'pull' },
    { name: 'status', aboutShops: 'several' },
    { name: 'daemon' },
  ] as const;
  expect(await chooseShop(environment, pull, undefined)).toMatchObject({ MAGENTO_SHOP: 'eu' });
  await writeFile(path, `${head}  - name: de\n    base_url: https://de.example.com\n    enabled: false`);
  await expect(chooseShop(environment, pull, undefined)).rejects.toThrow(
    /several shops.*--shop; it has eu, de/,
  );
  await expect(chooseShop(environment, pull, 'fr')).rejects.toThrow(/no shop "fr"; it has eu, de/);
  expect(await chooseShop(environment, status, undefined)).toBe(environment);
  expect(await chooseShop(environment, status, 'de')).toMatchObject({ MAGENTO_SHOP: 'de' });
  await expect(chooseShop(environment, daemon, 'de')).rejects.toThrow(/switched off/);
  expect(await chooseShop(environment, { name: 'migrate', aboutShops: 'any' }, undefined)).toBe(environment);
  await expect(chooseShop({}, pull, 'eu')).rejects.toThrow(/set SHOPS_FILE/);
  await expect(chooseShop({ SHOPS_FILE: '/nowhere.yaml' }, pull, 'eu')).rejects.toThrow(
    /cannot be read.*SHOPS_FILE/,
  );
});

test('what is secret by its variable is secret in the file', () => {
  const open = shopSettings.filter(({ variable, isSecret }) => {
    const value: unknown = variables[variable].schema.parse(variables[variable].example);
    const holds = value instanceof Secret || JSON.stringify(value).includes(JSON.stringify('[hidden]'));
    return holds && !isSecret;
  });
  expect(open).toEqual([]);
});

test('entities are a list, or a text with commas', () => {
  const [list] = parseShops(`${head}    entities: [orders, customers]`, 'shops.yaml');
  const [text] = parseShops(`${head}    entities: orders,customers`, 'shops.yaml');
  for (const shop of [list!, text!])
    expect(
      parseConfig({ ...environmentOf(shop, {}), MAGENTO_USERNAME: 'u', MAGENTO_PASSWORD: 'p' }).entities,
    ).toEqual(['customers', 'orders']);
});

test('settings of a shop that do not go together are said at their lines, by their keys', () => {
  const [eu, de] = parseShops(
    `${head}    auth: { password: { env: EU_PASSWORD } }
    personal_data: pseudonymous
  - name: de
    base_url: https://de.example.com
    auth: { type: bearer, token: { env: DE_TOKEN } }
    hint_secret: { env: SHORT }
`,
    'shops.yaml',
  );
  const around = { SHORT: 'short', DE_TOKEN: 't', PULL_EVERY: 'never' };
  const says = (shop: typeof eu) =>
    problemsOf(shop!, around).map(({ line, says: text }) => `${line} ${text}`);
  expect(says(eu)).toEqual([
    expect.stringMatching(
      /^5 auth\.password of the shop eu: the variable EU_PASSWORD is not set.* start it again$/,
    ),
    expect.stringMatching(
      /^3 personal_data_key of the shop eu: is missing .*Example: personal_data_key: \{ file: /,
    ),
    expect.stringMatching(
      /^3 auth\.username of the shop eu: is missing .*Example: auth: \{ username: sync \}$/,
    ),
    expect.stringMatching(/^3 the shop eu: PULL_EVERY of the environment must be a duration/),
  ]);
  expect(says(de)).toEqual([
    expect.stringMatching(/^10 hint_secret of the shop de: must have at least 16/),
    expect.stringContaining('PULL_EVERY of the environment'),
  ]);
  expect(() => configOf(de!, findSettings(de!, around))).toThrow(
    /^The settings of the shop de cannot be used:\n  shops\.yaml:10:18 /,
  );
});

test('a shop is another one when a secret or a certificate behind it is', async () => {
  const file = join(tmpdir(), `magento-sync-other-${process.pid}`);
  await writeFile(file, 'one');
  const [eu] = parseShops(
    `${head}    auth: { password: { file: ${file} } }\n    ca_file: ${file}`,
    'shops.yaml',
  );
  const before = findSettings(eu!, {}).prints;
  expect(differingKeys(before, findSettings(eu!, {}).prints)).toEqual([]);
  expect([...before.values()].join(' ')).not.toContain('one');
  await writeFile(file, 'two');
  expect(differingKeys(before, findSettings(eu!, {}).prints)).toEqual(['auth.password', 'ca_file']);
});

test('a shop that only has another name is found by its address', () => {
  const eu = parseShops(head, 'shops.yaml');
  const renamed = (text: string) => findRenamed(eu, parseShops(text, 'shops.yaml'), {});
  expect(renamed(head.replace('name: eu', 'name: europe').replace('example.com', 'Example.com/'))).toEqual([
    expect.objectContaining({ line: 3, says: expect.stringMatching(/the shop eu .* call it eu again/) }),
  ]);
  expect(renamed(`${head}  - name: second\n    base_url: https://eu.example.com`)).toEqual([]);
  expect(renamed(head.replaceAll('eu', 'fr'))).toEqual([]);
  expect(renamed(`${head}    enabled: false`)).toEqual([]);
});
