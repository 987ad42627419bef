import { createTokenRepository } from '@magento-sync/db';
import type { MagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { runCommand, servedAddress, servedPage, startCli } from '../testing/cli-process.ts';
import { startCliShop } from '../testing/cli-shop.ts';
import { everyPage, visitorOf } from '../testing/served-page.ts';
import { administrator } from '../testing/sync-harness.ts';
import { Secret } from './config/secret.ts';
import { createTokenCipher } from './token-cipher.ts';
import { tokenContext } from './token-store.ts';

const key = Buffer.alloc(32, 'secret-key').toString('base64');
const previousKey = Buffer.alloc(32, 'previous-secret').toString('base64');
const totp = 'KRUGS4ZANFZSAYJAONSWG4TFOQ======';

/** Every variable that carries a secret, recognisable wherever it might turn up. */
const secrets = {
  MAGENTO_PASSWORD: administrator.password,
  MAGENTO_TOTP_SECRET: totp,
  MAGENTO_CONSUMER_SECRET: 'consumersecret0consumersecret012',
  MAGENTO_ACCESS_TOKEN: 'accesstoken0123accesstoken012345',
  MAGENTO_ACCESS_TOKEN_SECRET: 'accesstokensecretaccesstokensecr',
  MAGENTO_BEARER_TOKEN: 'a-bearer-token-that-is-secret',
  MAGENTO_IMS_CLIENT_SECRET: 'an-ims-client-secret',
  CONSOLE_PASSWORD: 'a-password-of-operators',
  CONSOLE_VIEWER_PASSWORD: 'a-password-of-viewers',
  TOKEN_ENCRYPTION_KEY: key,
  TOKEN_ENCRYPTION_KEY_PREVIOUS: previousKey,
};

async function start(queueUrl?: string) {
  const { shop, copy, environment: plain } = await startCliShop({ population: { customers: 12 } });
  const environment: Record<string, string> = {
    ...plain,
    ...secrets,
    PULL_EVERY: '1s',
    LOG_LEVEL: 'debug',
    HTTP_PORT: '0',
    CONSOLE_PORT: '0',
    ...(queueUrl ? { QUEUE_URL: queueUrl } : {}),
  };
  return { shop, copy, environment };
}

/** Everything that a text column or a document of our schemas holds. */
async function databaseText(pool: pg.Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('sync', 'sync_queue', 'magento')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}

/** Everything below the prefix of the queues, whatever its type. */
async function redisText(url: string, shop: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const texts: string[] = [];
    for (const name of await redis.keys(`*${shop}*`)) {
      const dump = await redis.dumpBuffer(name);
      const fields = (await redis.type(name)) === 'hash' ? await redis.hgetall(name) : {};
      texts.push(name, dump?.toString('latin1') ?? '', JSON.stringify(fields));
    }
    return texts.join('\n');
  } finally {
    redis.disconnect();
  }
}

function expectNoSecret(text: string, more: readonly string[] = []): void {
  expect(text.length).toBeGreaterThan(0);
  for (const secret of [...Object.values(secrets), ...more]) {
    // A stored secret would be found in base64 and percent-encoded as well.
    for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
      expect(text.includes(form), `${secret.slice(0, 8)}… is to be seen`).toBe(false);
    }
  }
}

describe.each([
  ['Redis', () => inject('redisUrl')],
  ['PostgreSQL', () => undefined],
])('with the queue on %s', (_name, queueUrl) => {
  test('a daemon at work shows no secret', async () => {
    const { shop, copy, environment } = await start(queueUrl());
    const daemon = await startCli(['daemon', '--trace'], environment);
    const served = await servedAddress(daemon);
    await expect.poll(() => shop.requests.count('[field]=updated_at'), { interval: 100 }).toBeGreaterThan(3);
    // A failing job as well: its error is kept in the queue.
    shop.faults.add({ match: 'customers/search', times: 3, answer: { kind: 'answer', status: 500 } });
    await expect.poll(() => shop.faults.struck, { interval: 100 }).toBe(3);
    const metrics = await (await fetch(`${served}/metrics`)).text();
    const ready = await (await fetch(`${served}/readyz`)).text();

    const visitor = visitorOf(await servedPage(daemon));
    await visitor.signIn(secrets.CONSOLE_PASSWORD);
    const pages = await everyPage(visitor);
    for (const path of [`/shops/${environment['MAGENTO_SHOP']}`, '/runs/1', '/pause'])
      expect(pages).toContain(`${path}\n`);
    expect(pages).not.toMatch(/[\w.+]+@[\w-]+\.\w/);

    const address = new URL(shop.url).host.replace(/[^a-z0-9]+/g, '-');
    const { rows } = await copy.database.pool.query<{ name: string }>('select name from sync.tokens');
    const name = rows[0]!.name;
    const stored = await createTokenRepository(copy.database).read({ shop: address, name });
    const cipher = createTokenCipher([new Secret(key)])!;
    const token = cipher.open(
      { ciphertext: stored!.ciphertext!, keyId: stored!.keyId! },
      tokenContext(address, name),
    )!;
    expect(token.length).toBeGreaterThan(30);

    const queue = queueUrl() ? await redisText(queueUrl()!, environment['MAGENTO_SHOP']!) : 'in PostgreSQL';
    const database = await databaseText(copy.database.pool);
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(queue + database).toContain('pull');
    for (const text of [daemon.stdout, `${daemon.stderr} `, metrics, ready, pages, queue, database]) {
      expectNoSecret(text, [token, new URL(copy.url).password || 'no-password-in-the-url']);
    }
  });
});

/** What Magento tells of orders and documents that nobody but the shop may know, as the stand-in shop has it. */
function secretsOfSales({ sales }: MagentoShop): string[] {
  const texts = (value: unknown): string[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [String(value)];
  return sales
    .orders()
    .flatMap(({ protect_code: code, payment, extension_attributes: more }) => [
      String(code),
      ...texts(payment?.['additional_information']),
      ...texts(more['payment_additional_info']).filter((text) => text.includes(marked)),
      ...texts(payment).filter((text) => text.includes(marked)),
    ]);
}

const marked = 'nobody-may-know';

/** Puts secrets wherever Magento and payment modules keep them. */
function addSecrets({ sales }: MagentoShop): void {
  const token = {
    gateway_token: `${marked}-token`,
    public_hash: `${marked}-hash`,
    token_details: `{"of":"${marked}"}`,
  };
  const card = Object.fromEntries(
    [
      'cc_last4',
      'cc_owner',
      'cc_number_enc',
      'cc_trans_id',
      'cc_debug_response_body',
      'echeck_account_name',
    ].map((name) => [name, `${marked}-${name}`]),
  );
  const payment = {
    ...card,
    additional_information: [`${marked}-information`],
    additional_data: `${marked}-data`,
    extension_attributes: { vault_payment_token: token },
  };
  const { entity_id: id } = sales.place({
    lines: [{ sku: 'CUP', price: 5, qty: 2 }],
    payment,
    payment_info: { [`${marked}-key`]: `${marked}-value` },
    columns: { protect_code: `${marked}-code` },
  });
  sales.invoice(id);
  const shipment = sales.ship(id).entity_id;
  sales.updateDocumentSilently('shipments', shipment, {
    shipping_label: Buffer.from(`%PDF-1.4 ${marked}-label`).toString('base64'),
  });
  sales.refund(id);
  // Modules send lists for objects, and objects with numbers for lists.
  for (const shape of [[payment], { 3: payment }])
    sales.updateSilently(sales.place({}).entity_id, { payment: shape as never });
}

test.each([
  ['the recorded shop', { recorded: '2.4.8-p1' }],
  ['a seeded shop', { population: { customers: 30 }, orders: 120 }],
] as const)('what the orders of %s keep secret stays there', async (_which, options) => {
  const { shop, query, environment: plain, copy } = await startCliShop(options);
  const environment = { ...plain, ENTITIES: 'all', LOG_LEVEL: 'debug' };
  addSecrets(shop);
  const known = secretsOfSales(shop);
  expect(new Set(known).size).toBeGreaterThan(100);
  const run = async (...args: string[]) => {
    const command = await startCli([...args, '--trace'], environment);
    expect(await command.ended, command.stderr).toBe(0);
    return `${command.stdout}${command.stderr}`;
  };
  const texts = [await run('backfill')];
  // Changes, so that history and feed have something to tell.
  for (const { entity_id: id } of shop.sales.orders().slice(-20))
    shop.sales.save(id, { protect_code: `${marked}-${id}`, customer_note: 'Ring once.' });
  texts.push(await run('pull'), await run('verify'), await run('changes'));
  expect(await query("select from sync.changes where entity = 'orders' limit 1")).toHaveLength(1);
  texts.push(await databaseText(copy.database.pool));
  for (const text of texts) {
    for (const secret of [...known, marked, Buffer.from(marked).toString('base64').slice(0, -2)])
      expect(text.includes(secret), `${secret} is to be seen`).toBe(false);
  }
});

test.each([
  ['a wrong password', { MAGENTO_PASSWORD: 'a-wrong-password' }],
  ['an integration that is not known', { MAGENTO_AUTH: 'integration', MAGENTO_CONSUMER_KEY: 'k'.repeat(32) }],
  ['half an integration', { MAGENTO_AUTH: 'integration' }],
  ['a bearer token that is refused', { MAGENTO_AUTH: 'bearer' }],
  ['a database that is not there', { DATABASE_URL: 'postgres://sync:database-password@127.0.0.1:1/sync' }],
  ['a queue that is not there', { QUEUE_URL: 'redis://:redis-password@127.0.0.1:1' }],
  ['a key that is none', { TOKEN_ENCRYPTION_KEY: 'not-a-key-but-secret' }],
])('commands that fail show no secret: %s', async (_what, wrong) => {
  const { copy, environment } = await start();
  const more = ['a-wrong-password', 'database-password', 'redis-password', 'not-a-key-but-secret'];
  // A process of its own, so that its log is heard as well.
  const daemon = await startCli(['daemon', '--trace'], { ...environment, ...wrong });
  if ('QUEUE_URL' in wrong) {
    // A daemon waits for its queue, and says so.
    await daemon.untilOutput('waiting for it');
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
  } else expect(await daemon.ended).not.toBe(0);
  expectNoSecret(`${daemon.stdout}${daemon.stderr}`, more);
  for (const args of [['doctor', '--json'], ['doctor']]) {
    const { exitCode, stdout, stderr } = await runCommand(args, {
      ...environment,
      ...wrong,
      LOG_LEVEL: 'silent',
    });
    expect(exitCode).toBe(1);
    expectNoSecret(`${stdout}${stderr}`, more);
  }
  expectNoSecret(await databaseText(copy.database.pool), more);
});
