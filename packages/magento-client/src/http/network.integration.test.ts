import { createServer, type RequestListener, request as sendRequest } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { startMagentoShop, startProxy } from '@magento-sync/magento-testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AuthOptions } from '../auth/strategy.ts';
import { createMagentoClient } from '../client.ts';
import { GateRefusedError, MagentoNetworkError, PermissionError } from '../errors.ts';
import type { MagentoClientOptions } from '../options.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { localhostCertificate } from '../testing/certificate.ts';

const KEYS = {
  consumerKey: 'k'.repeat(32),
  consumerSecret: 's'.repeat(32),
  accessToken: 't'.repeat(32),
  accessTokenSecret: 'u'.repeat(32),
};
const integration: AuthOptions = { kind: 'integration', ...KEYS };
const administrator: AuthOptions = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' };

async function startShop() {
  const integrations = [{ name: 'Sync', active: true, resources: 'all', ...KEYS }] as const;
  const shop = await startMagentoShop({ population: { customers: 3 }, integrations });
  onTestFinished(() => shop.stop());
  return shop;
}

/** Counts the customers with a client of these options. */
async function count(options: Omit<MagentoClientOptions, 'auth'> & { auth?: AuthOptions }): Promise<number> {
  await using client = createMagentoClient({ auth: administrator, retry: { attempts: 1 }, ...options });
  return await client.customers.count(searchCriteria());
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Passes requests on to a shop, from whatever server they come. */
function passTo(target: string): RequestListener {
  return (incoming, outgoing) => {
    const { ':method': _m, ':path': _p, ':scheme': _s, ':authority': _a, ...headers } = incoming.headers;
    const { method, url = '' } = incoming;
    const passed = sendRequest(new URL(url, target), {
      method,
      headers: { ...headers, host: new URL(target).host },
    });
    passed.on('response', (answer) => {
      const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(outgoing);
    });
    incoming.pipe(passed);
  };
}

describe('a web server that asks for a login of its own', () => {
  const basicAuth = { username: 'stage', password: 'ab:cd' };
  const basic = Buffer.from('stage:ab:cd').toString('base64');
  const gate = {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="Staging"' },
    body: Buffer.from(''),
  };

  /** Reads the header as nginx does: up to the padding, which has to be there when more follows. */
  async function startGate(strips: boolean) {
    const shop = await startShop();
    const proxy = await startProxy(shop.url, {
      before(request) {
        const given = request.headers.authorization ?? '';
        const [, credentials = '', rest = ''] = /^Basic ([A-Za-z0-9+/]+)=*(?:, (.*))?$/.exec(given) ?? [];
        const padded = rest === '' || given.includes('=, ');
        if (!padded || credentials !== basic.replace(/=+$/, '')) return gate;
        if (strips) request.headers.authorization = rest;
        return undefined;
      },
    });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    return { shop, baseUrl: proxy.url };
  }

  test('is named, with what to give', async () => {
    const { shop, baseUrl } = await startGate(false);
    const error = await failureOf(count({ baseUrl }));
    expect(error).toBeInstanceOf(GateRefusedError);
    expect((error as Error).message).toMatch(/login of its own \(401, Basic "Staging"\).*basicAuth/);
    expect(shop.requests.all()).toEqual([]);
  });

  test('lets an integration through: its signature stands behind the login', async () => {
    const { shop, baseUrl } = await startGate(false);
    expect(await count({ baseUrl, auth: integration, basicAuth, signingBaseUrl: shop.url })).toBe(3);
  });

  test('lets a token through where it keeps its login to itself', async () => {
    const { baseUrl } = await startGate(true);
    expect(await count({ baseUrl, basicAuth })).toBe(3);
  });

  test('hides a token where it passes the header on: that is said, with what to do', async () => {
    const { baseUrl } = await startGate(false);
    const error = await failureOf(count({ baseUrl, basicAuth }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ reason: 'behind_basic_auth' });
    expect((error as Error).message).toMatch(/both cannot be sent.*Use an integration/);
  });
});

test('further headers reach the shop, and no answer that repeats them shows their values', async () => {
  const shop = await startShop();
  await using proxy = await startProxy(shop.url, {
    before: ({ url, headers }) =>
      url.includes('customers')
        ? {
            status: 400,
            headers: {},
            body: Buffer.from(JSON.stringify({ message: `got ${String(headers['x-gate-key'])}` })),
          }
        : undefined,
  });
  const error = await failureOf(count({ baseUrl: proxy.url, extraHeaders: { 'X-Gate-Key': 'open-sesame' } }));
  expect((error as Error).message).toContain('got [secret]');
});

describe('a proxy of a company', () => {
  async function startCompanyProxy(login?: string) {
    const seen: string[] = [];
    const refuses = (given: string | undefined) =>
      login !== undefined && given !== `Basic ${Buffer.from(login).toString('base64')}`;
    const server = createServer((incoming, outgoing) => {
      seen.push(`${incoming.method} ${new URL(incoming.url ?? '').origin}`);
      if (refuses(incoming.headers['proxy-authorization'])) return void outgoing.writeHead(407).end();
      passTo(new URL(incoming.url ?? '').origin)(incoming, outgoing);
    });
    server.on('connect', (incoming, socket) => {
      seen.push(`CONNECT ${incoming.url}`);
      if (refuses(incoming.headers['proxy-authorization'])) return void socket.end('HTTP/1.1 407 no\r\n\r\n');
      const [host, port] = (incoming.url ?? '').split(':');
      const passed = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        passed.pipe(socket).pipe(passed);
      });
      for (const end of [passed, socket]) end.on('error', () => (passed.destroy(), socket.destroy()));
    });
    const port = await listen(server);
    onTestFinished(() => server.closeAllConnections());
    return { seen, address: `127.0.0.1:${port}` };
  }

  test('is used for plain addresses without a tunnel, and not for those that need none', async () => {
    const shop = await startShop();
    const { seen, address } = await startCompanyProxy('me:pass');
    const proxy = { http: `http://me:pass@${address}`, https: 'http://127.0.0.1:1' };
    expect(await count({ baseUrl: shop.url, proxy })).toBe(3);
    expect(new Set(seen)).toEqual(new Set([`POST ${shop.url}`, `GET ${shop.url}`]));
    seen.length = 0;
    expect(await count({ baseUrl: shop.url, proxy: { ...proxy, none: '127.0.0.0/8' } })).toBe(3);
    expect(seen).toEqual([]);
  });

  test('is tunnelled through for encrypted addresses', async () => {
    const shop = await startShop();
    const secure = await listen(createTlsServer(localhostCertificate, passTo(shop.url)));
    const { seen, address } = await startCompanyProxy();
    const certificateAuthorities = localhostCertificate.cert;
    const baseUrl = `https://localhost:${secure}`;
    expect(await count({ baseUrl, certificateAuthorities, proxy: { https: `http://${address}` } })).toBe(3);
    expect(new Set(seen)).toEqual(new Set([`CONNECT localhost:${secure}`]));
  });

  test('that wants a login, or is away, is named in place of the shop', async () => {
    const { address } = await startCompanyProxy('me:pass');
    const plain = await failureOf(
      count({ baseUrl: 'http://shop.invalid', proxy: { http: `http://${address}` } }),
    );
    expect((plain as Error).message).toMatch(
      /does not let this client through .*\(407\); it asks for a login/,
    );
    const tunnel = await failureOf(
      count({ baseUrl: 'https://shop.invalid', proxy: { https: `http://${address}` } }),
    );
    expect(tunnel).toBeInstanceOf(MagentoNetworkError);
    expect((tunnel as Error).message).toMatch(
      new RegExp(`The proxy ${address} does not let .* shop.invalid \\(407\\)`),
    );
    const away = await failureOf(
      count({ baseUrl: 'https://shop.invalid', proxy: { https: 'http://127.0.0.1:1' } }),
    );
    expect((away as Error).message).toContain('The proxy 127.0.0.1:1 cannot be reached (ECONNREFUSED)');
  });
});

test('a certificate that is signed by itself is refused with the cure, and taken once it is known', async () => {
  const shop = await startShop();
  const port = await listen(createTlsServer(localhostCertificate, passTo(shop.url)));
  const baseUrl = `https://localhost:${port}`;
  const certificateAuthorities = localhostCertificate.cert;
  const unknown = await failureOf(count({ baseUrl }));
  expect((unknown as Error).message).toMatch(
    /not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): it is signed by itself/,
  );
  expect(await count({ baseUrl, certificateAuthorities })).toBe(3);
  const misnamed = await failureOf(count({ baseUrl: `https://127.0.0.1:${port}`, certificateAuthorities }));
  expect((misnamed as Error).message).toContain('is made for localhost, not for 127.0.0.1');
});

test('a server that speaks nothing but HTTP/2 is spoken to so', async () => {
  const shop = await startShop();
  const versions = new Set<string>();
  const server = createSecureServer(localhostCertificate, (incoming, outgoing) => {
    versions.add(incoming.httpVersion);
    passTo(shop.url)(incoming as never, outgoing as never);
  });
  const port = await listen(server);
  const certificateAuthorities = localhostCertificate.cert;
  expect(await count({ baseUrl: `https://localhost:${port}`, certificateAuthorities })).toBe(3);
  expect(versions).toEqual(new Set(['2.0']));
});
