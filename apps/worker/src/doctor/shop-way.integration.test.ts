import { startProxy } from '@magento-sync/magento-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

const keys = {
  consumerKey: 'k'.repeat(32),
  consumerSecret: 's'.repeat(32),
  accessToken: 't'.repeat(32),
  accessTokenSecret: 'u'.repeat(32),
};

async function start() {
  const integrations = [{ name: 'Sync', active: true, resources: 'all', ...keys }] as const;
  const { shop, environment } = await startCliShop({ population: { customers: 3 }, integrations });
  const signed = {
    ...environment,
    MAGENTO_AUTH: 'integration',
    MAGENTO_CONSUMER_KEY: keys.consumerKey,
    MAGENTO_CONSUMER_SECRET: keys.consumerSecret,
    MAGENTO_ACCESS_TOKEN: keys.accessToken,
    MAGENTO_ACCESS_TOKEN_SECRET: keys.accessTokenSecret,
  };
  return { shop, environment, signed };
}

async function doctor(environment: Record<string, string>, check: string): Promise<string> {
  const { stdout } = await runCommand(['doctor'], environment);
  return stdout.split('\n').find((line) => new RegExp(`^\\S+ +${check} `).test(line)) ?? stdout;
}

test.each([
  [
    'drops the port from Host',
    (host: string) => ({ host: host.replace(/:\d+$/, '') }),
    /^http:\/\/127\.0\.0\.1$/,
  ],
  [
    'says that it was asked by https',
    (host: string) => ({ host, 'x-forwarded-proto': 'https' }),
    /^https:\/\/127\.0\.0\.1:\d+$/,
  ],
])(
  'a web server that %s breaks signatures: doctor finds the address to sign',
  async (_name, change, expected) => {
    const { shop, signed } = await start();
    const proxy = await startProxy(shop.url, {
      before: (request) => void Object.assign(request.headers, change(new URL(proxy.url).host)),
    });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const environment = { ...signed, MAGENTO_BASE_URL: proxy.url };
    const line = await doctor(environment, 'sign-in');
    expect(line).toMatch(/^PROBLEM .*set MAGENTO_SIGNING_BASE_URL to the address the shop itself sees/);
    const found = /set MAGENTO_SIGNING_BASE_URL=(\S+),/.exec(line)?.[1] ?? '';
    expect(found).toMatch(expected);
    expect(line).toMatch(/Magento calls itself http/);
    expect(await doctor({ ...environment, MAGENTO_SIGNING_BASE_URL: found }, 'sign-in')).toMatch(/^ok /);
  },
);

test('a wrong secret is not taken for a wrong address', async () => {
  const { signed } = await start();
  const line = await doctor({ ...signed, MAGENTO_CONSUMER_SECRET: 'z'.repeat(32) }, 'sign-in');
  expect(line).toContain('Compare MAGENTO_CONSUMER_SECRET and MAGENTO_ACCESS_TOKEN_SECRET');
  expect(line).not.toContain('set MAGENTO_SIGNING_BASE_URL=');
});

test('an address that is not quite right is answered with the one at which Magento answers', async () => {
  const { shop, environment } = await start();
  const https = await doctor(
    { ...environment, MAGENTO_BASE_URL: shop.url.replace('http', 'https') },
    'address',
  );
  expect(https).toContain(`Magento answers at ${shop.url}: set MAGENTO_BASE_URL=${shop.url}.`);
  const below = await doctor({ ...environment, MAGENTO_BASE_URL: `${shop.url}/store` }, 'address');
  expect(below).toContain(`set MAGENTO_BASE_URL=${shop.url}.`);
});

test('what only one route answers is no matter of the sign-in', async () => {
  const { shop, environment } = await start();
  const proxy = await startProxy(shop.url, {
    before: ({ url }) =>
      url.includes('customers/search')
        ? { status: 302, headers: { location: '/blocked.html' }, body: Buffer.from('') }
        : undefined,
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const behind = { ...environment, MAGENTO_BASE_URL: proxy.url };
  expect(await doctor(behind, 'sign-in')).toMatch(/^ok /);
  expect(await doctor(behind, 'right Magento_Customer::customer')).toMatch(
    /^PROBLEM .*blocked\.html, which is no address/,
  );
});

test('a redirect proposes the address to configure, and no guess is made', async () => {
  const { shop, environment } = await start();
  const proxy = await startProxy(shop.url, {
    before: ({ url }) => ({
      status: 301,
      headers: { location: `https://www.example.com${url}` },
      body: Buffer.from(''),
    }),
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const line = await doctor({ ...environment, MAGENTO_BASE_URL: proxy.url }, 'address');
  expect(line).toContain('Set MAGENTO_BASE_URL to https://www.example.com.');
  expect(proxy.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
});
