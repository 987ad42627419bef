import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MagentoShop, startMagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runCommand, servedAddress, servedPage, startCli } from '../testing/cli-process.ts';
import { query } from '../testing/cli-shop.ts';
import { createCopy } from '../testing/shop-and-copy.ts';
import { administrator } from '../testing/sync-harness.ts';

const patience = { interval: 500 };

interface ShopOfFile {
  readonly name: string;
  readonly shop: MagentoShop;
  readonly auth: object;
}

/** The first hangs on every request, the second refuses the sign-in, the secret of the third is not there. */
type Shops = [hangs: ShopOfFile, refuses: ShopOfFile, lacks: ShopOfFile, ...others: ShopOfFile[]];

async function startShop(seed: number): Promise<MagentoShop> {
  const shop = await startMagentoShop({ population: { customers: 3 + (seed % 4), seed } });
  onTestFinished(() => shop.stop());
  return shop;
}

async function startShops(count: number, secretFile: string): Promise<Shops> {
  const run = Math.random().toString(36).slice(2, 8);
  const auth = { username: administrator.username, password: { env: 'ADMIN_PASSWORD' } };
  const started: ShopOfFile[] = [];
  for (let index = 0; index < count; index += 1) {
    started.push({ name: `s${index}-${run}`, shop: await startShop(index), auth });
  }
  const [hangs, refuses, lacks, ...others] = started as Shops;
  hangs.shop.faults.add({
    match: '',
    times: Number.POSITIVE_INFINITY,
    answer: { kind: 'delay', milliseconds: 600_000 },
  });
  return [
    hangs,
    { ...refuses, auth: { ...auth, password: { env: 'WRONG_PASSWORD' } } },
    { ...lacks, auth: { ...auth, password: { file: secretFile } } },
    ...others,
  ];
}

function customersOf(shops: readonly ShopOfFile[]): unknown {
  return Object.fromEntries(
    shops.map(({ name, shop }) => [
      name,
      shop.customers.ids().map((id) => [id, shop.customers.get(id)?.firstname]),
    ]),
  );
}

/** The same, as the copy has them. */
async function copiedCustomers(url: string, shops: readonly ShopOfFile[]): Promise<unknown> {
  const rows = await query(url, 'select shop, id, firstname from magento.customers order by id').catch(
    () => [],
  );
  return Object.fromEntries(
    shops.map(({ name }) => [
      name,
      rows.filter(({ shop }) => shop === name).map(({ id, firstname }) => [Number(id), firstname]),
    ]),
  );
}

/** A database of Redis in which no other test is. */
const redisDatabase = 7;
const ownRedis = () => {
  const url = new URL(inject('redisUrl'));
  url.pathname = `/${redisDatabase}`;
  return url.href;
};

async function redisConnections(): Promise<number> {
  const redis = new Redis(inject('redisUrl'));
  try {
    const clients = String(await redis.client('LIST'));
    return clients.split('\n').filter((line) => line.includes(` db=${redisDatabase} `)).length;
  } finally {
    redis.disconnect();
  }
}

test.each([
  { queue: 'PostgreSQL', count: 50, environment: () => ({}), queueSessions: 1, changesFile: false },
  {
    queue: 'Redis',
    count: 8,
    environment: () => ({ QUEUE_URL: ownRedis() }),
    queueSessions: 0,
    changesFile: true,
  },
])(
  'one daemon keeps $count shops fresh whatever three of them do, with its queue on $queue',
  async ({ queue, count, environment: own, queueSessions, changesFile }) => {
    const folder = await mkdtemp(join(tmpdir(), 'magento-sync-shops-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const secretFile = join(folder, 'secret');
    const copy = await createCopy();
    const shops = await startShops(count, secretFile);
    const [hangs, refuses, lacks, ...others] = shops;
    const path = join(folder, 'shops.yaml');
    const listed = shops.map(({ name, shop, auth }) => ({ name, base_url: shop.url, auth }));
    const off = { name: 'off', base_url: 'http://127.0.0.1:9', enabled: false };
    await writeFile(path, JSON.stringify({ version: 1, shops: [...listed, off] }));
    const environment: Record<string, string> = {
      ...own(),
      SHOPS_FILE: path,
      DATABASE_URL: copy.url,
      ADMIN_PASSWORD: administrator.password,
      WRONG_PASSWORD: 'not-the-password-1',
      ENTITIES: 'customers',
      PULL_EVERY: '5s',
      MAGENTO_REQUESTS_PER_SECOND: '100',
      SHUTDOWN_GRACE: '2s',
      SHUTDOWN_DEADLINE: '5m',
      HINT_SECRET: 'the-secret-of-hints',
      HTTP_PORT: '0',
      CONSOLE_PORT: '0',
      LOG_FORMAT: 'json',
    };
    const daemon = await startCli(['daemon'], environment);
    const address = await servedAddress(daemon);
    const page = await servedPage(daemon);
    await expect.poll(() => copiedCustomers(copy.url, others), patience).toEqual(customersOf(others));
    for (const { shop } of others)
      shop.customers.save(shop.customers.ids()[0] ?? 0, { firstname: 'Changed' });
    await expect.poll(() => copiedCustomers(copy.url, others), patience).toEqual(customersOf(others));

    // What they use together does not grow with their number.
    const sessions = await query(
      copy.url,
      `select application_name as name, count(*)::int as count from pg_stat_activity
     where datname = current_database() and application_name like 'magento-sync daemon%' group by 1`,
    );
    const sessionsOf = (name: string) =>
      Number(sessions.find((each) => each['name'] === name)?.['count'] ?? 0);
    expect(sessionsOf('magento-sync daemon')).toBeLessThanOrEqual(16);
    expect(sessionsOf('magento-sync daemon lock')).toBeLessThanOrEqual(1);
    expect(sessionsOf('magento-sync daemon queue')).toBe(queueSessions);
    if (queue === 'Redis') {
      await expect.poll(redisConnections, patience).toBe(3);
    }
    const mostMemory = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1];
    expect(Number(mostMemory)).toBeLessThan(800_000);

    // Each of the three is named wherever somebody looks.
    const readiness = async () => {
      const answer = await fetch(`${address}/readyz`);
      return { status: answer.status, ...((await answer.json()) as { shops: Record<string, string> }) };
    };
    const states = {
      [hangs.name]: 'The shop does not answer.',
      [refuses.name]: expect.stringMatching(/sign-in was incorrect.* It is tried again\.$/),
      [lacks.name]: expect.stringMatching(
        /^misconfigured: .*auth\.password of the shop .*no such file.* It is tried again\.$/,
      ),
      ...Object.fromEntries(others.map(({ name }) => [name, 'ok'])),
    };
    await expect
      .poll(readiness, patience)
      .toMatchObject({ status: 200, checks: { worker: 'ok', postgres: 'ok', queue: 'ok' }, shops: states });
    for (const { name } of [refuses, lacks]) {
      expect(daemon.stdout).toMatch(new RegExp(`"shop":"${name}"[^\\n]*this shop is not worked for`));
    }
    expect(daemon.stdout).toMatch(new RegExp(`"shop":"${hangs.name}"[^\\n]*does not answer as it should`));
    const metrics = await (await fetch(`${address}/metrics`)).text();
    for (const { name } of shops) {
      const works = others.some((each) => each.name === name);
      expect(metrics).toContain(`magento_sync_shop_working{shop="${name}"} ${works ? 1 : 0}`);
      const isMisconfigured = name === lacks.name ? 1 : 0;
      expect(metrics).toContain(`magento_sync_shop_misconfigured{shop="${name}"} ${isMisconfigured}`);
    }
    expect(metrics.match(/^# TYPE magento_sync_jobs_total /gm)).toHaveLength(1);
    for (const { name } of others) {
      expect(metrics).toMatch(new RegExp(`^magento_sync_jobs_total\\{job="pull".*shop="${name}"\\} `, 'm'));
    }
    const overview = async () => (await fetch(page)).text();
    await expect.poll(overview, patience).toContain('The shop does not answer.');
    await expect.poll(overview, patience).toContain(`auth.password of the shop ${lacks.name}`);
    expect(await overview()).toContain('Misconfigured');
    const ofRefuses = async () => (await fetch(`${page}/shops/${refuses.name}`)).text();
    await expect.poll(ofRefuses, patience).toContain('sign-in was incorrect');
    const status = async ({ name }: ShopOfFile) => {
      const { stdout, stderr } = await runCommand(['status', '--shop', name], environment);
      return stdout + stderr;
    };
    expect(await status(hangs)).toContain('got no answer');
    expect(await status(refuses)).toContain('sign-in was incorrect');
    expect(await status(lacks)).toContain(`auth.password of the shop ${lacks.name}`);
    expect((await runCommand(['health'], environment)).exitCode).toBe(0);
    if (changesFile) {
      const all = await runCommand(['status'], environment);
      expect([all.exitCode, all.stdout.split('\n').length]).toEqual([3, count + 3]);
      for (const { name } of others) expect(all.stdout).toMatch(new RegExp(`^${name}  .* ago `, 'm'));
      expect(all.stdout).toMatch(new RegExp(`^${lacks.name} +✕ Misconfigured .*auth\\.password`, 'm'));
      expect(all.stdout).toMatch(/^off +– Off /m);
      const attention = await runCommand(['status', '--check'], environment);
      expect(attention).toMatchObject({ exitCode: 3, stdout: expect.stringContaining(`${lacks.name}: `) });
    }

    // Hints go to one of them; who knows no shop is told of none.
    const hint = (to: string) =>
      fetch(`${address}/hints/${to}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${environment['HINT_SECRET']}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ entity: 'customers', id: 1, kind: 'changed' }),
      });
    const [first] = others;
    expect((await hint(first?.name ?? '')).status).toBe(202);
    const unknown = await hint('nobody');
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.not.stringContaining(first?.name ?? ''),
    ]);

    // A secret that arrives is found.
    await writeFile(secretFile, administrator.password);
    await expect.poll(() => copiedCustomers(copy.url, [lacks]), patience).toEqual(customersOf([lacks]));
    expect(refuses.shop.requests.count('integration/admin/token')).toBe(1);

    if (changesFile) {
      // What is changed in the file counts for the shops that it is about.
      const [gone, changed, untouched, ...more] = others as [
        ShopOfFile,
        ShopOfFile,
        ShopOfFile,
        ...ShopOfFile[],
      ];
      const added = { ...untouched, name: `new-${untouched.name}`, shop: await startShop(99) };
      const entries = [hangs, refuses, lacks, changed, untouched, ...more, added].map(
        ({ name, shop, auth }) => ({
          name,
          base_url: shop.url,
          auth,
          ...(name === changed.name ? { pull_every: '6s' } : {}),
        }),
      );
      const say = (text: string) => writeFile(path, text);
      const reloaded = async () => /reload_success ([01])$/m.exec(await metricsNow())?.[1];
      const metricsNow = async () => (await fetch(`${address}/metrics`)).text();
      const begun = ({ name }: ShopOfFile) =>
        [...daemon.stdout.matchAll(new RegExp(`"shop":"${name}"[^\\n]*"msg":"running"`, 'g'))].length;
      expect(await reloaded()).toBe('1');
      await say('version: 1\nshops:\n  - name: eu\n    bse_url: x\n');
      daemon.kill('SIGHUP');
      await daemon.untilOutput('what it said before stays in force');
      expect(daemon.stdout).toContain('shops.yaml:4:5 shops.0.bse_url: unknown key; did you mean base_url?');
      expect(await reloaded()).toBe('0');
      expect(await overview()).toContain('shops.yaml:4:5');
      expect((await runCommand(['health'], environment)).exitCode).toBe(0);
      await expect.poll(readiness, patience).toMatchObject({
        status: 200,
        shops: { [gone.name]: 'ok', [untouched.name]: 'ok' },
      });
      const begunBefore = { changed: begun(changed), untouched: begun(untouched) };
      await say(JSON.stringify({ version: 1, shops: entries }));
      daemon.kill('SIGHUP');
      await daemon.untilOutput(
        `"added":["${added.name}"],"changed":{"${changed.name}":["pull_every"]},"removed":["${gone.name}"]`,
      );
      expect(await reloaded()).toBe('1');
      await expect.poll(() => copiedCustomers(copy.url, [added]), patience).toEqual(customersOf([added]));
      await expect.poll(() => begun(changed), patience).toBe(begunBefore.changed + 1);
      expect(Object.keys((await readiness()).shops)).not.toContain(gone.name);
      expect(await metricsNow()).not.toContain(`shop="${gone.name}"`);
      await expect.poll(overview, patience).toContain(`/shops/${added.name}"`);
      expect(await overview()).not.toContain(`/shops/${gone.name}"`);
      expect(await copiedCustomers(copy.url, [gone])).toEqual(customersOf([gone]));
      untouched.shop.customers.save(1, { firstname: 'Again' });
      changed.shop.customers.save(1, { firstname: 'Again' });
      const both = [untouched, changed];
      expect(begun(untouched)).toBe(begunBefore.untouched);
      await expect.poll(() => copiedCustomers(copy.url, both), patience).toEqual(customersOf(both));

      // Another name for the same shop is refused; what is put right counts without a signal.
      await say(
        JSON.stringify({ version: 1, shops: entries }).replace(`"${untouched.name}"`, '"other-name"'),
      );
      daemon.kill('SIGHUP');
      await daemon.untilOutput(`call it ${untouched.name} again`);
      expect(await reloaded()).toBe('0');
      await say(JSON.stringify({ version: 1, shops: entries, defaults: { reconcile_every: '50m' } }));
      await expect.poll(reloaded, patience).toBe('1');
    }

    daemon.kill('SIGTERM');
    expect(await daemon.ended, daemon.stderr).toBe(0);
    expect((await runCommand(['health'], environment)).exitCode).toBe(1);
    expect(daemon.stderr).not.toContain('MaxListeners');
    for (const secret of [administrator.password, environment['WRONG_PASSWORD'] ?? '']) {
      expect(daemon.stdout + metrics).not.toContain(secret);
    }
  },
);
