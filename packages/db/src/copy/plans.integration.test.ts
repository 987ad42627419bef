import { customers, orders } from '@magento-sync/entities';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  createChangeRepository,
  createEntityCopy,
  createHintRepository,
  createOutboxRepository,
  createQuarantineRepository,
  createRunRepository,
  type Database,
  sumUpRowCounts,
} from '../index.ts';
import { openWriter } from '../testing/customer-writer.ts';
import { customer } from '../testing/recorded-customers.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

const shop = 'large';
const size = 100_000;
/** So many rows the planner is told of, and the blocks of their indexes and tables stay as few as they are. */
const pretended = 10_000_000;

interface Sent {
  readonly text: string;
  readonly values: unknown[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How a statement is looked at: done as a whole or by a plan that fits any values, or planned alone. */
type How = 'executed' | 'executed by a kept plan' | 'planned for 10,000,000 rows';

/** Tables with so many rows that reading them as a whole would be seen. */
const large = new Set(['customers', 'orders', 'outbox', 'changes', 'runs']);

describe.each(['15', '18'] as const)('statements on a large copy, PostgreSQL %s', (version) => {
  let created: TestDatabase;
  const database = (): Database => created.database;
  const copy = () => createEntityCopy(database(), customers);
  const sales = () => createEntityCopy(database(), orders);

  beforeAll(async () => {
    created = await createTestDatabase(inject('postgresUrls')[version]);
    await created.database.pool.query(`
      insert into magento.customers (shop, id, email, source_updated_at, first_seen_at, last_seen_at, last_verified_at, deleted_at)
        select '${shop}', n, n || '@example.com', timestamptz '2026-01-01' + n * interval '1 minute', now(), now() - interval '1 day',
          now() - interval '1 day', case when n % 10 = 0 then now() - interval '1 day' end
        from generate_series(1, ${size}) n;
      insert into magento.orders (shop, entity_id, customer_id, customer_email, created_at, first_seen_at, last_seen_at)
        select '${shop}', n, n, n || '@example.com', timestamptz '2026-01-01' + n * interval '1 minute', now(), now() - interval '1 day'
        from generate_series(1, ${size}) n;
      insert into sync.outbox (shop, entity, entity_id, operation, cause, changed_fields, recorded_at)
        select '${shop}', 'customers', n, 'insert', 'pull', '{}', now() - (${size} - n) * interval '1 minute'
        from generate_series(1, ${size}) n;
      insert into sync.outbox_consumers (shop, consumer, position) values ('${shop}', 'crm', ${size - 50});
      insert into sync.changes (shop, entity, entity_id, operation, cause, observed_at, changed_fields, recorded_at)
        select '${shop}', 'customers', n % 5000, 'update', 'pull', now(), '{}', now() - (${size} - n) * interval '1 minute'
        from generate_series(1, ${size}) n;
      insert into sync.runs (shop, entity, kind, status, started_at, finished_at)
        select '${shop}', (array['customers', 'orders'])[1 + n % 2], (array['pull', 'sweep', 'reconcile'])[1 + n % 3], 'succeeded',
          now() - (${size} - n) * interval '1 minute', now() from generate_series(1, ${size}) n`);
    await sumUpRowCounts(created.database, shop);
    await created.database.pool.query('vacuum analyze');
  });
  afterAll(() => created[Symbol.asyncDispose]());

  /** Does the work and notes every statement of it. */
  async function statementsOf(work: () => Promise<unknown>): Promise<Sent[]> {
    const { pool } = database();
    const sent: Sent[] = [];
    const listen = (target: { query: (...given: never[]) => unknown }) => {
      const query = target.query.bind(target) as (...given: unknown[]) => unknown;
      target.query = (...given: unknown[]) => {
        const [first, values] = given as [string | { text: string; values?: unknown[] }, unknown[]?];
        const text = typeof first === 'string' ? first : first.text;
        const parameters = values ?? (typeof first === 'string' ? [] : (first.values ?? []));
        if (/^\s*(select|with|insert|update|delete)\b/i.test(text)) sent.push({ text, values: parameters });
        return query(...given);
      };
      return () => {
        target.query = query as typeof target.query;
      };
    };
    const restore = [listen(pool as never)];
    const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<never>;
    // The pool takes the clients for its own queries by a callback.
    pool.connect = (async (...given: unknown[]) => {
      if (given.length > 0) return connect(...given);
      const client = await connect();
      restore.push(listen(client));
      return client;
    }) as typeof pool.connect;
    try {
      await work();
    } finally {
      pool.connect = connect as typeof pool.connect;
      // The last first: a client that was given out twice is listened to twice.
      for (const undo of restore.toReversed()) undo();
    }
    return sent;
  }

  /** How a statement reads the large tables: by what, and how many rows it touches, or would touch. */
  async function scansOf({ text, values }: Sent, how: How): Promise<{ by: string; rows: number }[]> {
    const client = await database().pool.connect();
    const explain = 'explain (analyze, format json, costs off, timing off)';
    try {
      await client.query('begin');
      const kept = how === 'executed by a kept plan';
      if (how === 'planned for 10,000,000 rows') await pretend(client);
      else await client.query('set local plan_cache_mode = force_generic_plan');
      if (kept) await client.query(`prepare kept as ${text}`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        how === 'planned for 10,000,000 rows'
          ? `explain (format json) ${text}`
          : kept
            ? `${explain} execute kept${literals(values)}`
            : `${explain} ${text}`,
        kept ? [] : values,
      );
      const scans = (node: PlanNode): { by: string; rows: number }[] => {
        const table = node['Relation Name'];
        const touched =
          ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 0);
        const own =
          table !== undefined && large.has(table) && node['Node Type'].includes('Scan')
            ? [{ by: `${node['Node Type']} on ${table}`, rows: touched }]
            : [];
        return [...own, ...(node.Plans ?? []).flatMap(scans)];
      };
      return scans(rows[0]!['QUERY PLAN'][0].Plan);
    } finally {
      await client.query('rollback');
      await client.query('deallocate all');
      client.release();
    }
  }

  /** Values as EXECUTE takes them. */
  function literals(values: readonly unknown[]): string {
    const elements = (list: readonly unknown[]) =>
      `{${list.map((each) => (each === null ? 'null' : JSON.stringify(String(each)))).join()}}`;
    const literal = (value: unknown) =>
      value === null || value === undefined
        ? 'null'
        : pg.escapeLiteral(
            Array.isArray(value)
              ? elements(value)
              : value instanceof Date
                ? value.toISOString()
                : String(value),
          );
    return values.length === 0 ? '' : `(${values.map(literal).join()})`;
  }

  /**
   * Tells the planner of so many rows, until the transaction ends: it takes the density of a table from the catalogue and
   * its blocks from the file. So few blocks make reading a table as a whole look cheaper than it would be.
   */
  async function pretend(client: {
    query(text: string, values: unknown[]): Promise<unknown>;
  }): Promise<void> {
    await client.query(
      `update pg_class set reltuples = reltuples * $1 where reltuples > 0 and oid in (
         select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('magento', 'sync') and c.relname = any($2)
         union select i.indexrelid from pg_index i join pg_class c on c.oid = i.indrelid
         join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('magento', 'sync') and c.relname = any($2))`,
      [pretended / size, [...large]],
    );
  }

  test('the planner takes a table for as large as it is told', async () => {
    const client = await database().pool.connect();
    try {
      await client.query('begin');
      await pretend(client);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
        'explain (format json) select from magento.customers',
      );
      expect(rows[0]!['QUERY PLAN'][0].Plan['Plan Rows']).toBeGreaterThan(pretended / 2);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  const changes = () => createChangeRepository(database());
  const outbox = () => createOutboxRepository(database());
  const runs = () => createRunRepository(database());
  const hints = () => createHintRepository(database());
  const quarantine = () => createQuarantineRepository(database());
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const deletion = { shop, cause: 'reconcile', confirmedAt: new Date(0) } as const;
  const everyEntry = 110_000;

  test.each<[name: string, work: () => Promise<unknown>, mostRows?: number]>([
    ['totals', () => copy().totals(shop), 0],
    ['count of everything', () => copy().countInRange(shop, 0), 0],
    ['count of a range', () => copy().countInRange(shop, 5_000, 60_000), 2 * 4_096],
    ['count of a small range', () => copy().countInRange(shop, 50_000, 50_300)],
    ['blocks', () => copy().blocks(shop), 0],
    ['ranges of a verification', () => copy().rangeEnds(shop, 0, 5_000), 0],
    ['largest id', () => copy().largestId(shop), 1],
    ['ids of a page', () => copy().idsInRange(shop, 50_000, 50_300)],
    ['living ids', () => copy().livingIds(shop, [1, 70_000])],
    ['life of one', () => copy().lifeOf(shop, 70_000), 1],
    ['oldest comparison of a copy that was never swept', () => copy().oldestUnverified(shop), 10_001],
    ['tombstones to be erased', () => copy().tombstonedIds(shop, 50_000, 500), 500],
    ['start of recent records', () => sales().lastIdBefore(shop, new Date('2026-01-02T00:00:00Z')), 1_000],
    [
      'changes of a stretch',
      () => {
        const place = (updatedAt: string) => ({ updatedAt, id: 1 });
        return copy().countStamped(shop, place('2026-02-01 00:00:00'), place('2026-02-01 01:00:00'));
      },
    ],
    ['marking deletions', () => copy().tombstone({ ...deletion, ids: [11, 21] })],
    ['erasing people and their orders', () => copy().erase({ ...deletion, ids: [20, 30, 99_990] })],
    ['history of a record', () => changes().of({ shop, entity: 'customers', id: 4_999 })],
    ['pruning the history', () => changes().prune(shop, ago(size - 2_000), 1_000), 1_000],
    ['reading the feed', () => outbox().read(shop, 50_000n), 1_000],
    ['end of the feed', () => outbox().head(shop), 1],
    ['consumers', () => outbox().consumers(shop), 100],
    ['pruning the feed', () => outbox().prune(shop, ago(size - 2_500)), 10_000],
    ['latest runs', () => runs().latestOfEachKind(shop)],
    ['latest runs that ended', () => runs().latestEnded(shop)],
    ['last runs', () => runs().recent(shop, { limit: 10 }), 20],
    ['last deletions', () => runs().deletedWithin(shop, 'customers', 86_400_000), 3_000],
    ['silent runs', () => runs().markInterrupted(shop, 60_000)],
    ['pruning runs', () => runs().prune(shop, ago(size - 2_000), 1_000), 1_000],
    ['tally of runs, from its index alone', () => runs().tally(shop), everyEntry],
    ['hints', async () => [await hints().count(shop, 'customers'), await hints().pending(shop, 'customers')]],
    ['quarantine', () => quarantine().list(shop)],
    ['one record for the page', () => copy().read(shop, 70_000)],
    ['people by e-mail address', () => copy().idsByEmail(shop, '70000@EXAMPLE.com')],
    ['orders by e-mail address', () => sales().idsByEmail(shop, '70000@EXAMPLE.com')],
    ['what is kept of a person', () => copy().countPersonal(shop, 70_000)],
    ['summing up', () => sumUpRowCounts(database(), shop)],
  ])('read no table as a whole: %s', async (_name, work, mostRows = 400) => {
    const sent = await statementsOf(work);
    expect(sent.length).toBeGreaterThan(0);
    for (const statement of sent) {
      const scans = await scansOf(statement, 'executed');
      const whole = scans.filter(({ by, rows }) => by.startsWith('Seq Scan') || rows > mostRows);
      expect([statement.text, whole]).toEqual([statement.text, []]);
      const planned = await scansOf(statement, 'planned for 10,000,000 rows');
      const wholeThen = planned.filter(({ by }) => by.startsWith('Seq Scan'));
      expect([statement.text, wholeThen]).toEqual([statement.text, []]);
    }
  });

  test.each([
    ['rows that are there', 50_001],
    ['rows that are not there', 200_001],
  ])('a page is written by plans that are kept, and reads no table as a whole: %s', async (_name, first) => {
    const records = Array.from({ length: 300 }, (_, index) => customer(first + index));
    const { write } = await openWriter(database(), shop);
    const span = { afterId: first - 1, upToId: first + 299 };
    const sent = await statementsOf(() => write(records, { cause: 'backfill', span }));
    const about = sent.filter(({ text }) => text.includes('customers'));
    expect(about.length).toBeGreaterThan(1);
    for (const statement of about) {
      const scans = await scansOf(statement, 'executed by a kept plan');
      const whole = scans.filter(({ by, rows }) => by.startsWith('Seq Scan') || rows > 1_000);
      expect([statement.text, whole]).toEqual([statement.text, []]);
    }
  });
});
