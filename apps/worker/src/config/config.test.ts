import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { describeConfig, describeSettings, parseConfig, parseStorageConfig, shopNameOf } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';

const enough = {
  MAGENTO_BASE_URL: 'https://www.shop.example.com/',
  MAGENTO_USERNAME: 'sync',
  MAGENTO_PASSWORD: 'hunter2-secret',
};

function problemsOf(environment: Record<string, string>): ConfigurationError {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

test('address, user and password are enough', () => {
  const config = parseConfig(enough);
  expect(config.shop).toBe('shop-example-com');
  expect(config.magento.baseUrl).toBe('https://www.shop.example.com');
  expect(config.magento.auth).toMatchObject({ kind: 'admin', username: 'sync' });
  expect(config.schedule).toMatchObject({ pullEveryMs: 300_000, pullOverlapMs: 600_000 });
  expect(config.databaseUrl).toBeUndefined();
  expect(config.http).toBeUndefined();
});

test('all problems are said at once, each with its variable and an example', () => {
  const { problems, message } = problemsOf({
    MAGENTO_BASE_URL: 'shop.example.com',
    MAGENTO_USERNAME: 'sync',
    MAGENTO_PAGE_SIZE: '0',
    PULL_EVERY: 'often',
    QUEUE_URL: 'mysql://localhost/queue',
  });
  expect(problems.map(({ variable }) => variable).toSorted()).toEqual([
    'MAGENTO_BASE_URL',
    'MAGENTO_PAGE_SIZE',
    'MAGENTO_PASSWORD',
    'PULL_EVERY',
    'QUEUE_URL',
  ]);
  expect(message).toContain('5 settings are wrong or missing');
  expect(message).toContain(
    'PULL_EVERY must be a duration such as 30s, 5m, 12h or 1d. Example: PULL_EVERY=1m',
  );
});

test('a variable that is empty counts as missing', () => {
  expect(problemsOf({ ...enough, MAGENTO_PASSWORD: ' ' }).message).toContain('MAGENTO_PASSWORD is missing');
});

test('a mistyped name is recognised when the right one is missing', () => {
  const { MAGENTO_PASSWORD: password, ...rest } = enough;
  expect(problemsOf({ ...rest, MAGENTO_PASWORD: password }).message).toContain('MAGENTO_PASWORD is set');
});

test('each way to sign in names exactly what it needs', () => {
  const { problems } = problemsOf({ MAGENTO_BASE_URL: enough.MAGENTO_BASE_URL, MAGENTO_AUTH: 'integration' });
  expect(problems.map(({ variable }) => variable)).toEqual([
    'MAGENTO_CONSUMER_KEY',
    'MAGENTO_CONSUMER_SECRET',
    'MAGENTO_ACCESS_TOKEN',
    'MAGENTO_ACCESS_TOKEN_SECRET',
  ]);
});

test('an integration is given by all four credentials, or by none when they can be stored', () => {
  const base = { MAGENTO_BASE_URL: enough.MAGENTO_BASE_URL, MAGENTO_AUTH: 'integration' };
  const key = { TOKEN_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') };
  expect(parseConfig({ ...base, ...key }).magento.auth).toEqual({ kind: 'stored-integration' });
  expect(problemsOf(base).message).toContain('"magento-sync authorize" has stored the credentials');
  const half = problemsOf({ ...base, ...key, MAGENTO_CONSUMER_KEY: 'key', MAGENTO_ACCESS_TOKEN: 'token' });
  expect(half.problems.map(({ variable }) => variable)).toEqual([
    'MAGENTO_CONSUMER_SECRET',
    'MAGENTO_ACCESS_TOKEN_SECRET',
  ]);
  expect(half.message).toContain('all four or, after "magento-sync authorize", none');
});

test.each([
  ['customer', 'a customer may read only the own account'],
  ['session', 'the session of a customer may read only the own account'],
  ['guest', 'a guest may read no customer at all'],
])('signing in as a %s is refused, because it cannot read customers', (kind, reason) => {
  const { problems } = problemsOf({ ...enough, MAGENTO_AUTH: kind });
  expect(problems).toEqual([
    expect.objectContaining({ variable: 'MAGENTO_AUTH', problem: expect.stringContaining(reason) }),
  ]);
});

test('a grace that is not shorter than the deadline is refused', () => {
  const { message } = problemsOf({ ...enough, SHUTDOWN_GRACE: '1m', SHUTDOWN_DEADLINE: '30s' });
  expect(message).toContain('SHUTDOWN_GRACE must be shorter than SHUTDOWN_DEADLINE');
});

test('no way of printing the configuration shows a secret', () => {
  const config = parseConfig({
    ...enough,
    DATABASE_URL: 'postgres://sync:db-secret@localhost/sync',
    QUEUE_URL: 'redis://:redis-secret@localhost:6379',
    TOKEN_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  const printed = [
    inspect(config, { depth: 9, showHidden: true }),
    JSON.stringify(config),
    JSON.stringify(describeConfig(config)),
    `${String(config.databaseUrl)}`,
  ].join('\n');
  for (const secret of [
    'hunter2-secret',
    'db-secret',
    'redis-secret',
    Buffer.alloc(32, 7).toString('base64'),
  ]) {
    expect(printed).not.toContain(secret);
  }
  expect(describeConfig(config)['databaseUrl']).toBe('postgres://sync:***@localhost:5432/sync');
});

test('a secret is not repeated by the error about it', () => {
  const { message } = problemsOf({ ...enough, TOKEN_ENCRYPTION_KEY: 'too-short-but-secret' });
  expect(message).toContain('TOKEN_ENCRYPTION_KEY must be 32 random bytes');
  expect(message).not.toContain('too-short-but-secret');
});

test('commands that only need the storage ask for nothing about the shop', () => {
  expect(parseStorageConfig({})).toMatchObject({ shop: undefined, dataDirectory: '.data' });
});

test.each([
  ['https://www.shop.example.com', 'shop-example-com'],
  ['http://127.0.0.1:8090', '127-0-0-1-8090'],
  ['https://example.com/de/shop', 'example-com-de-shop'],
])('the shop at %s is called %s', (address, name) => {
  expect(shopNameOf(address)).toBe(name);
});

test.each([
  ['https://shop.example.com/', 'https://shop.example.com'],
  ['https://shop.example.com//', 'https://shop.example.com'],
  ['HTTPS://Shop.Example.com', 'https://shop.example.com'],
  ['https://shop.example.com/de/rest', 'https://shop.example.com/de'],
  ['https://shop.example.com/rest/V1', 'https://shop.example.com'],
  ['https://shop.example.com/rest/V1/customers/search', 'https://shop.example.com'],
  ['https://shop.example.com/rest/all/V1', 'https://shop.example.com'],
  ['https://shop.example.com/index.php', 'https://shop.example.com/index.php'],
  ['https://shop.example.com/index.php/rest/V1', 'https://shop.example.com/index.php'],
  ['https://shop.example.com/#', 'https://shop.example.com'],
  ['http://[::1]:8080/', 'http://[::1]:8080'],
  ['https://shop.example.com:443/', 'https://shop.example.com'],
])('the address %s is taken as %s', (typed, taken) => {
  expect(parseConfig({ ...enough, MAGENTO_BASE_URL: typed }).magento.baseUrl).toBe(taken);
});

test.each([
  ['shop.example.com', 'for example https://shop.example.com'],
  ['shop.example.com:8443/de', 'for example https://shop.example.com:8443/de'],
  ['localhost:8080', 'for example https://localhost:8080'],
  ['//shop.example.com', 'begins with https:// or http://'],
  ['https:/shop.example.com', 'for example https://shop.example.com'],
  ['ftp://shop.example.com', 'for example https://shop.example.com'],
  ['https://', 'begins with https:// or http://'],
  ['https://shop.example.com/?utm=1', 'write https://shop.example.com.'],
  ['https://shop.example.com/rest/V1#x', 'write https://shop.example.com.'],
  [
    'https://shop.example.com/rest/default/V1',
    'write https://shop.example.com, and MAGENTO_STORE_CODE=default',
  ],
  ['https://shop.example.com/admin', 'the administration: write https://shop.example.com.'],
  [
    'https://shop.example.com/index.php/admin_1x2y/dashboard/',
    'the administration: write https://shop.example.com.',
  ],
  ['https://shop.example.com/de/customer/account', 'write https://shop.example.com/de.'],
  ['"https://shop.example.com"', 'is wrapped in quotation marks'],
])('the address %s is refused with the one to write', (typed, said) => {
  const { problems, message } = problemsOf({ ...enough, MAGENTO_BASE_URL: typed });
  expect(problems.map(({ variable }) => variable)).toEqual(['MAGENTO_BASE_URL']);
  expect(message).toContain(said);
});

test('a login for the web server is taken from the address or from its own variable, and never shown', () => {
  const typed = { ...enough, MAGENTO_BASE_URL: 'https://stage:p%40ss-word@shop.example.com/de/' };
  const { magento, shop } = parseConfig(typed);
  expect([magento.baseUrl, shop]).toEqual(['https://shop.example.com/de', 'shop-example-com-de']);
  expect(magento.basicAuth?.username).toBe('stage');
  expect(magento.basicAuth?.password.reveal()).toBe('p@ss-word');
  const own = parseConfig({ ...typed, MAGENTO_BASIC_AUTH: 'other:pass:word' }).magento.basicAuth;
  expect([own?.username, own?.password.reveal()]).toEqual(['other', 'pass:word']);
  const shown = JSON.stringify([describeSettings(typed), describeConfig(parseConfig(typed))]);
  expect(shown).toContain('(with a login for its web server, hidden)');
  expect(shown).not.toMatch(/p@ss-word|p%40ss/);
  for (const wrong of ['shop.example.com', 'https://shop.example.com?x'])
    expect(
      problemsOf({ ...enough, MAGENTO_BASE_URL: wrong.replace(/(\/\/|^)/, '$1u:secret@') }).message,
    ).not.toContain('secret');
});

test.each([
  ['X-Gate-Key: k:1', { 'X-Gate-Key': 'k:1' }],
  ['X-A: 1\\nX-B: 2', { 'X-A': '1', 'X-B': '2' }],
  ['X-A: 1\n\nX-B:2\n', { 'X-A': '1', 'X-B': '2' }],
  ['{"X-A": "1"}', { 'X-A': '1' }],
])('further headers are read from %s', (typed, headers) => {
  const { extraHeaders } = parseConfig({ ...enough, MAGENTO_EXTRA_HEADERS: typed }).magento;
  const revealed = Object.entries(extraHeaders ?? {}).map(([name, value]) => [name, value.reveal()]);
  expect(Object.fromEntries(revealed)).toEqual(headers);
  expect(JSON.stringify(extraHeaders)).not.toMatch(/:"(1|2|k:1)"/);
});

test('proxies are read under all their usual names, with and without a scheme', () => {
  const proxy = (environment: Record<string, string>) =>
    parseConfig({ ...enough, ...environment }).magento.proxy;
  const revealed = ({ http, https, none }: ReturnType<typeof proxy>) => [
    http?.reveal(),
    https?.reveal(),
    none,
  ];
  expect(revealed(proxy({ HTTP_PROXY: 'http://a:1', https_proxy: 'b:2', no_proxy: 'c' }))).toEqual([
    'http://a:1',
    'http://b:2',
    'c',
  ]);
  expect(revealed(proxy({ ALL_PROXY: 'socks5://a:1' }))).toEqual(['socks5://a:1', 'socks5://a:1', undefined]);
  expect(revealed(proxy({}))).toEqual([undefined, undefined, undefined]);
  expect(problemsOf({ ...enough, HTTPS_PROXY: 'ftp://proxy' }).message).toContain(
    'HTTPS_PROXY must be the address of a proxy',
  );
  expect(JSON.stringify(proxy({ HTTPS_PROXY: 'http://u:secret@p:1' }))).not.toContain('secret');
});

test.each([
  ['a file that is not there', '/nowhere/ca.pem', 'cannot be read (ENOENT)'],
  ['a file without a certificate', fileURLToPath(import.meta.url), 'without a certificate in PEM'],
])('%s is named', (_name, path, said) => {
  expect(problemsOf({ ...enough, MAGENTO_CA_FILE: path }).message).toContain(`MAGENTO_CA_FILE names a file`);
  expect(problemsOf({ ...enough, MAGENTO_CA_FILE: path }).message).toContain(said);
});

const operators = 'operators-may-act';

test.each([
  ['no port', {}, undefined],
  ['this machine alone', { CONSOLE_PORT: '9465' }, { host: '127.0.0.1', port: 9465, password: undefined }],
  ['IPv6', { CONSOLE_PORT: '9465', CONSOLE_HOST: '::1' }, { host: '::1' }],
  [
    'everybody, with a password',
    { CONSOLE_PORT: '0', CONSOLE_HOST: '0.0.0.0', CONSOLE_PASSWORD: operators },
    { port: 0 },
  ],
  [
    'a proxy',
    { CONSOLE_PORT: '1', CONSOLE_PASSWORD: operators, CONSOLE_URL: 'https://a.example/sync/' },
    { url: 'https://a.example/sync' },
  ],
])('the page is served to %s', (_who, environment, expected) => {
  const page = parseConfig({ ...enough, ...environment }).console;
  if (expected === undefined) expect(page).toBeUndefined();
  else expect(page).toMatchObject(expected);
  expect(JSON.stringify(page ?? '')).not.toContain(operators);
});

test.each([
  ['0.0.0.0', { CONSOLE_HOST: '0.0.0.0' }, 'CONSOLE_PASSWORD is missing (CONSOLE_HOST=0.0.0.0 opens'],
  ['::', { CONSOLE_HOST: '::' }, 'CONSOLE_PASSWORD is missing'],
  ['an address', { CONSOLE_HOST: '192.0.2.1' }, 'CONSOLE_PASSWORD is missing'],
  ['an IPv4 address within an IPv6 one', { CONSOLE_HOST: '::ffff:192.0.2.1' }, 'CONSOLE_PASSWORD is missing'],
  ['a name', { CONSOLE_HOST: 'localhost.example.com' }, 'CONSOLE_PASSWORD is missing'],
  ['a proxy', { CONSOLE_URL: 'https://sync.example.com' }, 'CONSOLE_PASSWORD is missing (CONSOLE_URL opens'],
])('the page is not opened without a password: %s', (_what, environment, sentence) => {
  expect(problemsOf({ ...enough, CONSOLE_PORT: '9465', ...environment }).message).toContain(sentence);
});

test.each([
  [
    'one for both',
    { CONSOLE_PASSWORD: operators, CONSOLE_VIEWER_PASSWORD: operators },
    'must not be the same',
  ],
  ['one that is short', { CONSOLE_PASSWORD: 'short' }, 'at least 12 characters'],
  ['one for viewers alone', { CONSOLE_VIEWER_PASSWORD: operators }, 'CONSOLE_PASSWORD is missing'],
  ['none, and the port of health', { HTTP_PORT: '9465' }, 'CONSOLE_PORT must not be the same as HTTP_PORT'],
])('passwords of the page: %s', (_what, environment, sentence) => {
  const { message } = problemsOf({ ...enough, CONSOLE_PORT: '9465', ...environment });
  expect(message).toContain(sentence);
  expect(message).not.toContain(operators);
});
