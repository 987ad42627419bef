import { kept, partsOf, summing } from './checksum.ts';
import type { BenchDatabase } from './running/postgres.ts';
import type { ShopProcess } from './running/shop.ts';
import type { Checksum, IdRange } from './running/shop-control.ts';

const tables: Readonly<Record<string, { readonly table: string; readonly key: string }>> = {
  customers: { table: 'customers', key: 'id' },
  orders: { table: 'orders', key: 'entity_id' },
};

const rowsAtATime = 5_000;

/**
 * Compares both sides by number, by a sum over every record and by their parts; throws where they differ, so that no figure is
 * printed about a copy that is wrong.
 */
export async function checkCopy(shop: ShopProcess, copy: BenchDatabase, entity: string): Promise<Checksum> {
  const [inShop, inCopy] = await Promise.all([shop.checksum(entity), checksumOfCopy(copy, entity)]);
  return equalOrThrow(entity, inShop, inCopy);
}

/** The same for some ranges of ids, where a copy is too large to be compared whole, and for the number of all rows. */
export async function checkRanges(
  shop: ShopProcess,
  copy: BenchDatabase,
  entity: string,
  ranges: readonly IdRange[],
): Promise<void> {
  const { table = entity } = tables[entity] ?? {};
  const { rows } = await copy.client.query<{ rows: string }>(
    `select count(*) as rows from magento.${table} where shop = 'bench' and deleted_at is null`,
  );
  if (Number(rows[0]?.rows) !== shop.rows)
    throw new Error(`The shop has ${shop.rows} ${entity}, the copy ${rows[0]?.rows}.`);
  for (const range of ranges) {
    const [inShop, inCopy] = await Promise.all([
      shop.checksum(entity, [range]),
      checksumOfCopy(copy, entity, range),
    ]);
    equalOrThrow(entity, { ...inShop, parts: {} }, { ...inCopy, parts: {} });
  }
}

function equalOrThrow(entity: string, inShop: Checksum, inCopy: Checksum): Checksum {
  const [wanted, found] = [JSON.stringify(inShop), JSON.stringify(inCopy)];
  if (wanted !== found) throw new Error(`The copy of ${entity} is wrong. Shop: ${wanted}. Copy: ${found}.`);
  return inCopy;
}

async function checksumOfCopy({ client }: BenchDatabase, entity: string, range?: IdRange): Promise<Checksum> {
  const [afterId, upToId] = range ?? [0, Number.MAX_SAFE_INTEGER];
  const { table, key } = tables[entity] ?? { table: entity, key: 'entity_id' };
  const sum = summing();
  for (let after = afterId; ; ) {
    const { rows } = await client.query<{ id: string; raw: string }>(
      `select ${key} as id, raw::text as raw from magento.${table}
       where shop = 'bench' and deleted_at is null and ${key} > $1 and ${key} <= $2 order by ${key} limit ${rowsAtATime}`,
      [after, upToId],
    );
    for (const { raw } of rows) sum.add(kept(entity, JSON.parse(raw) as Record<string, unknown>));
    after = Number(rows.at(-1)?.id ?? 0);
    if (rows.length < rowsAtATime) break;
  }
  const parts: Record<string, { rows: number; idSum: number }> = {};
  // Parts are counted in all, which is a scan of their table.
  for (const part of range ? [] : (partsOf[entity] ?? [])) {
    const { rows } = await client.query<{ rows: string; ids: string }>(
      `select count(*) as rows, coalesce(sum(${part.key}), 0) as ids
       from magento.${part.table} where shop = 'bench' and deleted_at is null`,
    );
    parts[part.table] = { rows: Number(rows[0]?.rows), idSum: Number(rows[0]?.ids) };
  }
  return { rows: sum.rows, sum: sum.sum, parts };
}

/** Rows of the copy that were inserted, updated or deleted since the server's statistics began. */
export async function rowsWritten({ client }: BenchDatabase): Promise<number> {
  const { rows } = await client.query<{ written: string }>(
    `select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as written
     from pg_stat_user_tables where schemaname = 'magento'`,
  );
  return Number(rows[0]?.written);
}

/** Bytes that the server has written to its log so far. */
export async function walBytes({ client }: BenchDatabase): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]?.bytes);
}
