import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createOutboxRepository, openDatabase } from '@magento-sync/db';
import type { Bench, Part } from '../bench.ts';
import { checkRanges, rowsWritten, walBytes } from '../check-copy.ts';
import { shown } from '../results.ts';
import { type BenchDatabase, settle } from '../running/postgres.ts';
import { type ShopProcess, startShop } from '../running/shop.ts';
import { inFlight, runWorker, startWorker, type WorkerPlace } from '../running/worker.ts';
import { demandRoom, makeCopy } from '../scale/made-copy.ts';

/** Whatever somebody waits for may take so long at any size. */
const patienceSeconds = 1;
const deletions = 10;
const idsAPage = 300;

/** A copy of one size, and everything that must not grow with it. */
export function scaleOf(size: 'small' | 'large', only?: readonly string[]): Part {
  return {
    name: `scale-${size}`,
    title: `the ${size === 'small' ? 'smaller' : 'larger'} of two copies made in SQL`,
    async run(bench) {
      const rows = bench.sizes.scale[size];
      await demandRoom(rows);
      if (size === 'small') {
        // Told now and not after a quarter of an hour.
        await demandRoom(bench.sizes.scale.large).catch((error: Error) => bench.say(error.message));
      }
      bench.figure('rows', 'customers', rows, 'rows');
      await using shop = await startShop({ customers: rows });
      await using copy = await bench.postgres.createCopy(`bench_scale_${size}`);
      bench.say(`making a copy of ${rows} customers in SQL`);
      const startedAt = performance.now();
      await makeCopy(bench, copy, shop);
      bench.figure('making', 'making the copy', (performance.now() - startedAt) / 1000, 's');
      bench.say('comparing samples of both sides');
      await checkRanges(shop, copy, 'customers', samples(shop.largestId));
      await measureSize(bench, copy, rows);
      const place = { shopUrl: shop.url, databaseUrl: copy.url, settings: inFlight(4) };
      const scene = { copy, shop, place };
      const failures: string[] = [];
      for (const [, title, step] of steps.filter(([name]) => only?.includes(name) ?? true)) {
        const begunAt = performance.now();
        try {
          bench.say(title);
          await step(bench, scene);
          bench.say(`took ${shown((performance.now() - begunAt) / 1000, 's')}`);
        } catch (error) {
          // One that does not work costs the others nothing.
          bench.signal.throwIfAborted();
          failures.push(`${title}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
          bench.say(failures.at(-1) ?? '');
        }
      }
      if (failures.length > 0) throw new Error(failures.join(' '));
    },
  };
}

interface Scene {
  readonly copy: BenchDatabase;
  readonly shop: ShopProcess;
  readonly place: WorkerPlace;
}

const steps: readonly (readonly [
  name: string,
  title: string,
  step: (bench: Bench, scene: Scene) => Promise<void>,
])[] = [
  ['commands', 'commands that an operator waits for', commands],
  ['daemon', 'a daemon that has nothing to do, with health and metrics', steadyDaemon],
  ['verify', 'magento-sync verify --counts-only', verifyCounts],
  ['reconcile-nothing', 'magento-sync reconcile where nothing is missing', reconcileNothing],
  ['reconcile', `magento-sync reconcile after ${deletions} deletions`, findDeletions],
  ['prune', 'pruning the feed', pruneFeed],
  ['erase', 'erasing tombstones', eraseTombstones],
];

/** Names of what is measured on each copy. */
export const stepNames: readonly string[] = steps.map(([name]) => name);

/** Ranges spread over all ids. */
function samples(largestId: number) {
  const width = Math.min(500, Math.ceil(largestId / 20));
  return Array.from({ length: 10 }, (_, index) => {
    const afterId = Math.floor(((largestId - width) * index) / 9);
    return [afterId, afterId + width] as const;
  });
}

async function measureSize({ figure }: Bench, { client }: BenchDatabase, rows: number): Promise<void> {
  const sizes = await client.query<{ all: string; indexes: string }>(
    `select sum(pg_total_relation_size(oid)) as all, sum(pg_indexes_size(oid)) as indexes
     from pg_class where relnamespace = 'magento'::regnamespace and relkind = 'r'`,
  );
  figure(
    'bytes_a_row',
    'bytes a customer with addresses and indexes',
    Number(sizes.rows[0]?.all) / rows,
    'bytes',
  );
  figure('index_bytes_a_row', 'of these in indexes', Number(sizes.rows[0]?.indexes) / rows, 'bytes');
}

async function commands(bench: Bench, scene: Scene): Promise<void> {
  const asked = [
    ['status', ['status', '--json']],
    ['history', ['history', 'customers', '17', '--json']],
  ] as const;
  for (const [name, args] of asked) {
    const { seconds, beyondEmpty } = await timed(bench, scene, args);
    bench.figure(name, `magento-sync ${args.join(' ')}`, seconds, 's');
    bench.bar(`${name}_seconds`, `magento-sync ${name}, longer than with an empty copy`, {
      value: beyondEmpty,
      limit: patienceSeconds,
      wanted: 'at most',
      unit: 's',
    });
  }
}

/** How long a command takes, and how much longer than with an empty copy, where it only has to start; its requests alone are counted. */
async function timed({ postgres }: Bench, { shop, place }: Scene, args: readonly string[]) {
  await using empty = await postgres.createCopy('bench_scale_empty');
  await using idle = await startWorker(args, { ...place, databaseUrl: empty.url });
  // With a code of its own where it says that there is nothing yet.
  const start = (await idle.ended).cost?.seconds ?? 0;
  await shop.clearTraffic();
  const { cost } = await runWorker(args, place);
  return { seconds: cost.seconds, beyondEmpty: Math.max(0, cost.seconds - start) };
}

async function steadyDaemon(bench: Bench, { copy, shop, place }: Scene): Promise<void> {
  const { figure, bar, signal, sizes, postgres, startRedis } = bench;
  await using redis = await startRedis();
  const port = await freePort();
  const scans = await scansOfRecords(copy);
  await using daemon = await startWorker(['daemon'], {
    ...place,
    queueUrl: redis.url,
    settings: { PULL_EVERY: '30s', HTTP_PORT: String(port), LOG_LEVEL: 'error' },
  });
  const get = async (path: string) => {
    const startedAt = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(60_000) });
    await answer.text();
    return { status: answer.status, seconds: (performance.now() - startedAt) / 1000 };
  };
  let dead = false;
  void daemon.ended.then(() => {
    dead = true;
  });
  for (;;) {
    const { status } = await get('/livez').catch(() => ({ status: 0 }));
    if (status === 200) break;
    if (dead) throw new Error(`The daemon ended: ${(await daemon.ended).stderr.slice(-500)}`);
    await delay(50, undefined, { signal });
  }
  const ready = await get('/readyz');
  const metrics = await get('/metrics');
  for (const [name, title, { seconds }] of [
    ['readiness', '/readyz', ready],
    ['metrics', '/metrics, the first time', metrics],
  ] as const) {
    bar(name, title, { value: seconds, limit: patienceSeconds, wanted: 'at most', unit: 's' });
  }
  // What it does once at its start is over by then.
  await delay(sizes.steadySeconds * 250, undefined, { signal });
  const before = await stateOf();
  for (let second = 0; second < sizes.steadySeconds; second += 10) {
    await delay(Math.min(10, sizes.steadySeconds) * 1000, undefined, { signal });
    await get('/metrics');
  }
  const after = await stateOf();
  daemon.kill('SIGTERM');
  await daemon.ended;
  const minute = (name: keyof typeof before) => ((after[name] - before[name]) * 60) / (after.at - before.at);
  figure('steady_cpu', 'CPU time of the daemon in a steady minute', minute('cpu'), 's');
  figure('steady_database_cpu', 'CPU time of PostgreSQL in it', minute('databaseCpu'), 's');
  figure('steady_log', 'WAL in it', minute('log') / 1000, 'kB');
  figure('steady_requests', 'requests to the shop in it', minute('requests'), 'requests');
  figure('steady_written', 'rows of the copy written in it', minute('written'), 'rows');
  bar('scans', 'scans of whole tables of records by the daemon and its metrics', {
    value: (await scansOfRecords(copy)) - scans,
    limit: 0,
    wanted: 'at most',
    unit: 'scans',
  });

  async function stateOf() {
    return {
      at: Date.now() / 1000,
      cpu: (await daemon.cpuSeconds()) ?? 0,
      databaseCpu: (await postgres.cpuSeconds()) ?? 0,
      log: await walBytes(copy),
      requests: (await shop.traffic()).requests,
      written: await rowsWritten(copy),
    };
  }
}

async function scansOfRecords({ client }: BenchDatabase): Promise<number> {
  // What this session itself has scanned, to compare both sides, is counted before and not in between.
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ scans: string }>(
    `select coalesce(sum(seq_scan), 0) as scans from pg_stat_user_tables
     where schemaname = 'magento' and relname in ('customers', 'customer_addresses')`,
  );
  return Number(rows[0]?.scans);
}

async function verifyCounts({ figure }: Bench, { shop, place }: Scene): Promise<void> {
  await shop.clearTraffic();
  const { cost } = await runWorker(['verify', '--counts-only'], place);
  const { requests } = await shop.traffic();
  figure('verify_counts', 'verify --counts-only', cost.seconds, 's');
  figure('verify_counts_requests', 'its requests', requests, 'requests');
  figure('verify_counts_memory', 'its peak memory', cost.peakMb, 'MB');
}

async function reconcileNothing(bench: Bench, scene: Scene): Promise<void> {
  const { bar } = bench;
  const { beyondEmpty } = await timed(bench, scene, ['reconcile']);
  bar('reconcile_nothing', 'a reconcile that finds nothing, longer than with an empty copy', {
    value: beyondEmpty,
    limit: patienceSeconds,
    wanted: 'at most',
    unit: 's',
  });
  bar('reconcile_nothing_requests', 'its requests', {
    value: (await scene.shop.traffic()).requests,
    limit: 2,
    wanted: 'at most',
    unit: 'requests',
  });
}

async function findDeletions({ figure, bar }: Bench, { copy, shop, place }: Scene): Promise<void> {
  const gone = await shop.removeCustomers(deletions);
  await shop.clearTraffic();
  const { cost } = await runWorker(['reconcile'], place);
  const { requests } = await shop.traffic();
  const { rows } = await copy.client.query<{ id: string }>(
    `select id from magento.customers where shop = 'bench' and deleted_at is not null order by id`,
  );
  const found = rows.map(({ id }) => Number(id));
  if (found.join() !== gone.toSorted((one, other) => one - other).join())
    throw new Error(`Deleted were ${gone.join()}; found ${found.length}: ${found.slice(0, 20).join()}.`);
  figure('reconcile', `reconcile that finds ${deletions} deletions`, cost.seconds, 's');
  figure('reconcile_requests', 'its requests', requests, 'requests');
  figure('reconcile_memory', 'its peak memory', cost.peakMb, 'MB');
  const share = (100 * requests) / Math.ceil(shop.rows / idsAPage);
  const title = `its requests, as a share of a read of all ids with ${idsAPage} a page`;
  // A small copy is read whole with hardly more requests than ten proofs take.
  if (shop.rows < 900_000) figure('reconcile_share', title, share, '%');
  else bar('reconcile_share', title, { value: share, limit: 2, wanted: 'at most', unit: '%' });
}

async function pruneFeed({ figure }: Bench, { copy, shop }: Scene): Promise<void> {
  const entries = Math.round(shop.rows / 10);
  // A feed begins with its oldest entry.
  await copy.client.query('delete from sync.outbox');
  await copy.client.query(
    `insert into sync.outbox (shop, entity, entity_id, operation, cause, changed_fields, recorded_at)
     select 'bench', 'customers', id, 'update', 'pull', '{email}', now() - interval '30 days'
     from generate_series(1, $1::int) as ids(id)`,
    [entries],
  );
  await settle(copy, 'sync.outbox');
  await using database = await openDatabase({ url: copy.url });
  const startedAt = performance.now();
  const pruned = await createOutboxRepository(database).prune('bench', new Date(Date.now() - 7 * 86_400_000));
  const seconds = (performance.now() - startedAt) / 1000;
  if (pruned < entries) throw new Error(`Of ${entries} old entries ${pruned} were pruned.`);
  figure('prune_entries', 'entries of the feed pruned', pruned, 'entries');
  figure('prune', 'pruning them', seconds, 's');
}

async function eraseTombstones({ figure }: Bench, { copy, shop, place }: Scene): Promise<void> {
  const wanted = Math.min(100_000, Math.round(shop.rows / 10));
  await addTombstones(copy, wanted, shop.largestId);
  const settings = { ...place.settings, DELETED_CUSTOMERS: 'erase' };
  const startedAt = Date.now();
  const { cost } = await runWorker(['reconcile'], { ...place, settings });
  const { rows } = await copy.client.query<{ erased: string }>(
    `select count(*) as erased from magento.customers where shop = 'bench' and erased_at is not null`,
  );
  const erased = Number(rows[0]?.erased);
  if (erased < wanted) throw new Error(`Of ${wanted} tombstones ${erased} were erased.`);
  figure('erase_rows', 'tombstones erased', erased, 'rows');
  figure('erase', 'a reconcile that erases them', (cost.endedAt - startedAt) / 1000, 's');
  figure('erase_memory', 'its peak memory', cost.peakMb, 'MB');
}

/** Customers that the shop does not have any more: those with the smallest ids once more, behind the largest one. */
async function addTombstones({ client }: BenchDatabase, count: number, largestId: number): Promise<void> {
  const shifted: Readonly<Record<string, string>> = {
    'customers.id': `id + ${largestId}`,
    'customer_addresses.id': `id + ${4 * largestId + 4}`,
    'customer_addresses.customer_id': `customer_id + ${largestId}`,
  };
  for (const table of ['customers', 'customer_addresses']) {
    const { rows } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'magento' and table_name = $1 and is_generated = 'NEVER'`,
      [table],
    );
    const names = rows.map(({ name }) => name);
    const values = names.map((name) =>
      name === 'deleted_at' ? 'now()' : (shifted[`${table}.${name}`] ?? `"${name}"`),
    );
    const owner = table === 'customers' ? 'id' : 'customer_id';
    await client.query(
      `insert into magento.${table} (${names.map((name) => `"${name}"`).join(', ')})
       select ${values.join(', ')} from magento.${table}
       where shop = 'bench' and deleted_at is null and ${owner} in (
         select id from magento.customers where shop = 'bench' and deleted_at is null order by id limit ${count})
       ${table === 'customers' ? '' : `and ${owner} <= ${largestId}`}`,
    );
  }
  await settle({ client }, 'magento.customers', 'magento.customer_addresses');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No free port was found.');
  return address.port;
}

/** How what was measured at both sizes compares: nothing may grow faster than the rows. */
export const scaleGrowth: Part = {
  name: 'scale-growth',
  title: 'what grows from the small copy to the large one',
  async run({ sizes, earlier, bar }) {
    const factor = sizes.scale.large / sizes.scale.small;
    const counted = (name: string) =>
      (earlier('scale-large', name) ?? 1) /
      (earlier('scale-small', name) ?? earlier('scale-large', name) ?? 1);
    const growing = [
      ['verify_counts', 'time of verify --counts-only', factor],
      ['reconcile', 'time of a reconcile', factor],
      ['prune', 'time of pruning, entries growing with the rows', factor],
      ['erase', 'time of erasing tombstones, compared with their number', counted('erase_rows')],
      ['erase_memory', 'memory of erasing', 1],
      ['reconcile_memory', 'memory of a reconcile', 1],
      ['verify_counts_memory', 'memory of verify --counts-only', 1],
      ['steady_cpu', 'CPU time of the daemon in a steady minute', factor],
      ['steady_database_cpu', 'CPU time of PostgreSQL in a steady minute', factor],
    ] as const;
    let measured = 0;
    for (const [name, title, allowed] of growing) {
      const [small, large] = [earlier('scale-small', name), earlier('scale-large', name)];
      if (small === undefined || large === undefined) continue;
      measured += 1;
      bar(name, `${title}, large compared with small`, {
        value: large / small,
        limit: allowed * 1.1,
        wanted: 'at most',
        unit: 'x',
      });
    }
    if (measured === 0) throw new Error('Neither size was measured.');
  },
};

/** What `npm run bench -- --scale` measures, or some steps of it. */
export function scalePartsOf(only?: readonly string[]): readonly Part[] {
  const unknown = only?.filter((name) => !stepNames.includes(name)) ?? [];
  if (unknown.length > 0) throw new RangeError(`There is no step "${unknown.join('", "')}".`);
  return [scaleOf('small', only), scaleOf('large', only), scaleGrowth];
}
