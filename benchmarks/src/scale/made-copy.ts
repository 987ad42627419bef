import { mkdir, statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { customers } from '@magento-sync/entities';
import pg from 'pg';
import { rulesFor } from '../../../apps/worker/src/sync/entity/sent-record.ts';
import type { Bench } from '../bench.ts';
import { shown } from '../results.ts';
import type { BenchDatabase } from '../running/postgres.ts';
import { type ShopProcess, startShop } from '../running/shop.ts';
import { runWorker } from '../running/worker.ts';
import { customerTemplates, mostAddresses } from './customer-templates.ts';

/** Room that a made customer takes with addresses, indexes and log, generously. */
const bytesARow = 4_000;
const bytesBeside = 8e9;
const tables = ['customers', 'customer_addresses'] as const;
const idsAtATime = 100_000;
/** As many sessions as write at a time. */
const sessions = 2;

/** Refuses a size for which the disk has no room, and says how much it takes. */
export async function demandRoom(rows: number): Promise<void> {
  const folder = fileURLToPath(new URL('../../../.data/benchmarks', import.meta.url));
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  const needed = rows * bytesARow + (rows > 100_000 ? bytesBeside : 0);
  if (bavail * bsize >= needed) return;
  throw new Error(
    `A copy of ${shown(rows)} customers needs ${shown(needed / 1e9, 'GB')} in ${folder}, where ` +
      `${shown((bavail * bsize) / 1e9, 'GB')} are free. Free some, or put .data on a larger disk.`,
  );
}

/**
 * Fills a copy with the customers of a made-up shop in SQL, as if the worker had read them all just now: rows, addresses, hashes
 * and what is remembered about them.
 *
 * The worker itself fills the copy with the recorded customers first; every made row is one of these with what differs.
 */
export async function makeCopy(bench: Bench, copy: BenchDatabase, shop: ShopProcess): Promise<void> {
  const { client } = copy;
  await seed(copy);
  await careless(client, true);
  const definitions = await dropIndexes(client);
  await Promise.all(
    Array.from({ length: sessions }, (_, number) =>
      fillShare(bench, copy, shop.largestId, shop.rows, number),
    ),
  );
  // Both tables at a time, and while there are no indexes; what is left for the end is little.
  bench.say('vacuum, as the server does by itself after a while');
  await Promise.all(tables.map((table) => aside(copy, (other) => other.query(`vacuum magento.${table}`))));
  await client.query(`set maintenance_work_mem = '512MB'`);
  for (const [index, statement] of definitions.entries()) {
    bench.signal.throwIfAborted();
    bench.say(`building the indexes, ${index + 1} of ${definitions.length}`);
    await client.query(statement);
  }
  await client.query('drop schema seed cascade');
  await client.query('update sync.shops set base_url = $1', [shop.url]);
  await client.query('delete from sync.verified_ranges');
  await client.query(
    `insert into sync.verified_ranges (shop, entity, after_id, up_to_id, verified_at)
     values ('bench', 'customers', 0, $1, now())`,
    [shop.largestId],
  );
  await client.query('vacuum (analyze)');
  await careless(client, false);
  await client.query('checkpoint');
}

/** What a server may leave out while nothing is lost by a crash that could not be made again. */
const carelessSettings = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' } as const;

async function careless(client: pg.Client, isCareless: boolean): Promise<void> {
  for (const [name, value] of Object.entries(carelessSettings))
    await client.query(isCareless ? `alter system set ${name} = ${value}` : `alter system reset ${name}`);
  await client.query('select pg_reload_conf()');
}

/** Rows of the recorded customers as the worker writes them, put aside, and the templates that make others from them. */
async function seed(copy: BenchDatabase): Promise<void> {
  const { client } = copy;
  {
    await using recorded = await startShop({ recorded: true });
    await runWorker(['backfill'], { shopUrl: recorded.url, databaseUrl: copy.url });
  }
  await client.query('create schema seed');
  for (const table of tables)
    await client.query(`create table seed.${table} as select * from magento.${table}`);
  for (const table of tables.toReversed()) await client.query(`delete from magento.${table}`);
  await client.query('delete from sync.outbox');
  await client.query(`
    create table seed.templates (position int primary key, seed_id bigint, sent text, canonical text,
      before text, behind text, billing int, shipping int, firstname text, lastname text);
    create table seed.address_templates (position int, index int, seed_id bigint, sent text, has_postcode boolean,
      primary key (position, index));
    create function seed.stamp(seconds double precision) returns text language sql immutable as $$
      select to_char(to_timestamp(seconds) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') $$;
    create function seed.inside_json(value text) returns text language sql immutable as $$
      select substr(value, 2, length(value) - 2) $$`);
  const templates = customerTemplates();
  await client.query(
    `insert into seed.templates
     select position, "seedId", sent, canonical, email->>0, email->>1, (defaults->>0)::int, (defaults->>1)::int,
            names->>0, names->>1
     from jsonb_to_recordset($1) as t(position int, "seedId" bigint, sent text, canonical text, email jsonb,
       defaults jsonb, names jsonb)`,
    [JSON.stringify(templates)],
  );
  const addresses = templates.flatMap(({ position, addresses: own }) =>
    own.map((address, index) => ({ position, index, ...address })),
  );
  await client.query(
    `insert into seed.address_templates
     select position, index, "seedId", sent, "hasPostcode"
     from jsonb_to_recordset($1) as t(position int, index int, "seedId" bigint, sent text, "hasPostcode" boolean)`,
    [JSON.stringify(addresses)],
  );
  await client.query(
    'analyze seed.templates, seed.address_templates, seed.customers, seed.customer_addresses',
  );
}

/** Drops keys and indexes of the tables that are filled; returns the statements that make them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const statements: string[] = [];
  for (const table of tables) {
    const keys = await client.query<{ name: string; definition: string }>(
      `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
       where conrelid = $1::regclass and contype in ('p', 'u')`,
      [`magento.${table}`],
    );
    for (const { name, definition } of keys.rows) {
      await client.query(`alter table magento.${table} drop constraint ${client.escapeIdentifier(name)}`);
      statements.push(
        `alter table magento.${table} add constraint ${client.escapeIdentifier(name)} ${definition}`,
      );
    }
    const indexes = await client.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes
       where schemaname = 'magento' and tablename = $1`,
      [table],
    );
    for (const { name, definition } of indexes.rows) {
      await client.query(`drop index magento.${client.escapeIdentifier(name)}`);
      statements.push(definition);
    }
  }
  return statements;
}

/** Works in a session of its own. */
async function aside({ url }: BenchDatabase, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** One session fills every second stretch of ids. */
function fillShare(
  { say, signal }: Bench,
  copy: BenchDatabase,
  largestId: number,
  rows: number,
  number: number,
): Promise<void> {
  return aside(copy, async (client) => {
    await client.query('set synchronous_commit = off');
    const [customersSql, addressesSql] = [await customersInsert(client), await addressesInsert(client)];
    let toldAt = performance.now();
    for (let from = number * idsAtATime; from < largestId; from += sessions * idsAtATime) {
      signal.throwIfAborted();
      const upTo = Math.min(largestId, from + idsAtATime);
      await client.query(customersSql, [from + 1, upTo, largestId]);
      await client.query(addressesSql, [from + 1, upTo]);
      if (number === 0 && performance.now() - toldAt > 15_000) {
        toldAt = performance.now();
        say(`about ${shown(Math.round((upTo / largestId) * rows))} of ${shown(rows)} customers are made`);
      }
    }
  });
}

const epoch = Date.UTC(2024, 0, 1) / 1000;
const day = 86_400;
const longest = 546 * day;

/** Numbers that decide how a customer differs, with the seeds that `variedPopulation` has for them. */
const chances = {
  exists: ['id', 1],
  stamps: ['id', 2],
  delay: ['id', 3],
  like_whom: ['id', 4],
  named_as: ['id', 5],
  ...Object.fromEntries(
    Array.from({ length: mostAddresses }, (_, index) => [`address_${index}`, [`(id * 4 + ${index})`, 6]]),
  ),
} as Readonly<Record<string, readonly [of: string, seed: number]>>;

/**
 * Ids with their numbers, mixed as `variedPopulation` mixes them: step by step in subqueries, because a function would be
 * called a dozen times a row and take half of the time. "offset 0" keeps the planner from computing the steps over again.
 */
function mixedIds(): string {
  const every = (step: (name: string) => string) =>
    Object.keys(chances)
      .map((name) => `${step(name)} as ${name}`)
      .join(', ');
  const all = 2n ** 32n - 1n;
  const first = every((name) => {
    const [of = 'id', seed = 0] = chances[name] ?? [];
    return `(${of} * 2654435761 & ${all}) # ${(BigInt(seed) * 2246822507n) & all}`;
  });
  const second = every((name) => `((${name} # (${name} >> 16)) * 569420461) & ${all}`);
  const third = every((name) => `((${name} # (${name} >> 15)) * 1935289751) & ${all}`);
  const last = every((name) => `${name} # (${name} >> 15)`);
  return `select id, ${last} from (
    select id, ${third} from (
      select id, ${second} from (
        select id, ${first} from generate_series($1::bigint, $2::bigint) as all_ids(id) offset 0
      ) one offset 0) two offset 0) three offset 0`;
}

/** Ids, templates and everything that differs. */
const madeIds = `
  from (${mixedIds()}) ids
  join seed.templates t on t.position = ids.like_whom % (select count(*) from seed.templates)
  join seed.templates n on n.position = ids.named_as % (select count(*) from seed.templates)`;
const exists = 'where ids.exists % 20 <> 0';
const addressNumber = (index: number) => `ids.address_${index}`;
const numberAt = (index: string) =>
  `(array[${Array.from({ length: mostAddresses }, (_, each) => addressNumber(each)).join(', ')}])[${index} + 1]`;
const telephone = (number: string) => `'+1 555 ' || (1000000 + ${number} % 9000000)`;
const postcode = (number: string) => `(10000 + ${number} % 89999)::text`;
const namesInJson = `seed.inside_json(to_json(n.firstname)::text), seed.inside_json(to_json(n.lastname)::text)`;

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'magento' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** Every column as the recorded row has it, but for those that are named. */
function chosen(columns: readonly string[], others: Readonly<Record<string, string>>): string {
  return columns.map((name) => others[name] ?? `s."${name}"`).join(', ');
}

async function customersInsert(client: pg.Client): Promise<string> {
  const columns = await columnsOf(client, 'customers');
  const args = [
    'ids.id::text',
    namesInJson,
    'seed.stamp(m.created)',
    'seed.stamp(m.updated)',
    ...Array.from({ length: mostAddresses }, (_, index) => [
      `(ids.id * 4 + ${index})::text`,
      telephone(addressNumber(index)),
      postcode(addressNumber(index)),
    ]).flat(),
  ];
  const hash = (text: string, digits = 64) =>
    `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), ${digits})`;
  const values = chosen(columns, {
    shop: `'bench'`,
    id: 'ids.id',
    email: 't.before || ids.id || t.behind',
    firstname: 'n.firstname',
    lastname: 'n.lastname',
    default_billing: 'case when t.billing < 0 then null else ids.id * 4 + t.billing end',
    default_shipping: 'case when t.shipping < 0 then null else ids.id * 4 + t.shipping end',
    source_created_at: 'to_timestamp(m.created)',
    source_updated_at: 'to_timestamp(m.updated)',
    raw: 'f.sent::jsonb',
    content_hash: hash('f.canonical'),
    sent_hash: `${hash(`'${rulesFor(customers)}' || f.sent`, 32)}::uuid`,
    first_seen_at: 'now()',
    last_seen_at: 'now()',
    last_verified_at: 'now()',
  });
  // "offset 0" keeps the planner from computing the same text twice.
  return `
    insert into magento.customers (${columns.map((name) => `"${name}"`).join(', ')})
    select ${values} ${madeIds}
    join seed.customers s on s.id = t.seed_id
    cross join lateral (
      select ${epoch} + floor(ids.id * least(60::double precision, ${longest}::double precision / $3::double precision)) as created,
             ids.stamps as chance offset 0) c
    cross join lateral (
      select c.created, case when c.chance % 10 = 0
        then ${epoch + longest} + ((c.chance / 10) % 8) * ${30 * day}
        else c.created + ids.delay % ${400 * day} end as updated offset 0) m
    cross join lateral (select array[${args.join(', ')}]::text[] as args offset 0) a
    cross join lateral (
      select format(t.sent, variadic a.args) as sent, format(t.canonical, variadic a.args) as canonical offset 0) f
    ${exists}`;
}

async function addressesInsert(client: pg.Client): Promise<string> {
  const columns = await columnsOf(client, 'customer_addresses');
  const unused = `''`;
  const args = [
    'ids.id::text',
    namesInJson,
    unused,
    unused,
    ...Array.from({ length: mostAddresses }, (_, index) => [
      `(ids.id * 4 + ${index})::text`,
      'd.telephone',
      'd.postcode',
    ]).flat(),
  ];
  const values = chosen(columns, {
    shop: `'bench'`,
    id: 'ids.id * 4 + b.index',
    customer_id: 'ids.id',
    firstname: 'n.firstname',
    lastname: 'n.lastname',
    telephone: 'd.telephone',
    postcode: 'case when b.has_postcode then d.postcode else s.postcode end',
    raw: 'format(b.sent, variadic a.args)::jsonb',
    first_seen_at: 'now()',
    changed_at: 'now()',
  });
  return `
    insert into magento.customer_addresses (${columns.map((name) => `"${name}"`).join(', ')})
    select ${values} ${madeIds}
    join seed.address_templates b on b.position = t.position
    join seed.customer_addresses s on s.id = b.seed_id
    cross join lateral (
      select ${telephone('r.number')} as telephone, ${postcode('r.number')} as postcode
      from (select ${numberAt('b.index')} as number offset 0) r offset 0) d
    cross join lateral (select array[${args.join(', ')}]::text[] as args offset 0) a
    ${exists}`;
}
