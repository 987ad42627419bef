import type { Database } from '../open-database.ts';
import { asSourceTime } from '../source-time.ts';

/** What `verify` and the sweep compare with the source. */
export interface StoredVersion {
  contentHash: string;
  /** UTC, 'YYYY-MM-DD HH:MM:SS'. */
  sourceUpdatedAt: string | null;
}

/** How many customers the copy of a shop has. */
export interface CustomerTotals {
  live: number;
  /** With a tombstone, erased ones included. */
  deleted: number;
  erased: number;
  /** Of live customers. */
  addresses: number;
}

const inRange = 'shop = $1 and id > $2 and ($3::bigint is null or id <= $3) and deleted_at is null';

/** Number of living customers with afterId < id <= upToId; null means no upper end. */
export async function countInRange(
  database: Database,
  shop: string,
  afterId: number,
  upToId: number | null,
): Promise<number> {
  const counted = await database.pool.query<{ count: number }>(
    `select count(*) as count from magento.customers where ${inRange}`,
    [shop, afterId, upToId],
  );
  return counted.rows[0]?.count ?? 0;
}

/** Ids of the living customers of a range, ascending. */
export async function idsInRange(
  database: Database,
  shop: string,
  afterId: number,
  upToId: number | null,
): Promise<number[]> {
  const found = await database.pool.query<{ id: number }>(
    `select id from magento.customers where ${inRange} order by id`,
    [shop, afterId, upToId],
  );
  return found.rows.map(({ id }) => id);
}

/** A place in the order of changes. */
export interface StampedPlace {
  /** UTC, 'YYYY-MM-DD HH:MM:SS'. */
  updatedAt: string;
  id: number;
}

/** Number of living customers whose (update time, id) lies after one place and not after another. */
export async function countStamped(
  database: Database,
  shop: string,
  after: StampedPlace,
  upTo: StampedPlace,
): Promise<number> {
  const counted = await database.pool.query<{ count: number }>(
    `select count(*) as count from magento.customers
     where shop = $1 and deleted_at is null and (source_updated_at, id) > ($2::timestamptz, $3)
       and (source_updated_at, id) <= ($4::timestamptz, $5)`,
    [shop, `${after.updatedAt}Z`, after.id, `${upTo.updatedAt}Z`, upTo.id],
  );
  return counted.rows[0]?.count ?? 0;
}

/** Ids of customers with a tombstone whose personal data is still there, ascending. */
export async function tombstonedIds(database: Database, shop: string): Promise<number[]> {
  const found = await database.pool.query<{ id: number }>(
    `select id from magento.customers
     where shop = $1 and deleted_at is not null and erased_at is null order by id`,
    [shop],
  );
  return found.rows.map(({ id }) => id);
}

/** Hash and update time of the living customers of a range by id, ascending. */
export async function hashesInRange(
  database: Database,
  shop: string,
  afterId: number,
  upToId: number | null,
): Promise<Map<number, StoredVersion>> {
  const found = await database.pool.query<StoredVersion & { id: number }>(
    `select id, content_hash as "contentHash", ${asSourceTime('source_updated_at')} as "sourceUpdatedAt"
     from magento.customers where ${inRange} order by id`,
    [shop, afterId, upToId],
  );
  return new Map(found.rows.map(({ id, ...version }) => [id, version]));
}

/** Those of the ids that live in the copy, ascending. */
export async function livingIds(database: Database, shop: string, ids: readonly number[]): Promise<number[]> {
  const found = await database.pool.query<{ id: number }>(
    `select id from magento.customers where shop = $1 and id = any($2::bigint[]) and deleted_at is null order by id`,
    [shop, ids],
  );
  return found.rows.map(({ id }) => id);
}

/** Every so many living customers above an id, the id of the last of them, ascending: where to cut ranges. */
export async function rangeEnds(
  database: Database,
  shop: string,
  afterId: number,
  customersPerRange: number,
): Promise<number[]> {
  const found = await database.pool.query<{ id: number }>(
    `select id from (
       select id, row_number() over (order by id) as position from magento.customers where ${inRange}
     ) numbered
     where position % $4 = 0 order by id`,
    [shop, afterId, null, customersPerRange],
  );
  return found.rows.map(({ id }) => id);
}

/** The largest id the copy has ever seen, tombstones included; 0 when there is none. */
export async function largestId(database: Database, shop: string): Promise<number> {
  const found = await database.pool.query<{ id: number | null }>(
    'select max(id) as id from magento.customers where shop = $1',
    [shop],
  );
  return found.rows[0]?.id ?? 0;
}

/**
 * The living customer whose last comparison with the source is longest ago; `lastVerifiedAt` null means never.
 *
 * Reads the whole table (`last_verified_at` has no index on purpose): ask once a minute, not once a request.
 */
export async function oldestUnverified(
  database: Database,
  shop: string,
): Promise<{ id: number; lastVerifiedAt: Date | null } | undefined> {
  const found = await database.pool.query<{ id: number; lastVerifiedAt: Date | null }>(
    `select id, last_verified_at as "lastVerifiedAt" from magento.customers
     where shop = $1 and deleted_at is null order by last_verified_at nulls first, id limit 1`,
    [shop],
  );
  return found.rows[0];
}

/** Says that these living customers were compared with the source and are equal. Returns how many rows moved. */
export async function markVerified(
  database: Database,
  shop: string,
  ids: readonly number[],
  verifiedAt: Date,
): Promise<number> {
  const marked = await database.pool.query(
    `update magento.customers c
     set last_verified_at = $3, last_seen_at = greatest(c.last_seen_at, $3)
     from (select id from magento.customers where shop = $1 and id = any($2::bigint[]) order by id for update) locked
     where c.shop = $1 and c.id = locked.id and c.deleted_at is null
       and (c.last_verified_at is null or c.last_verified_at < $3)`,
    [shop, ids, verifiedAt],
  );
  return marked.rowCount ?? 0;
}

/** Counts the copy of a shop. */
export async function totals(database: Database, shop: string): Promise<CustomerTotals> {
  const counted = await database.pool.query<CustomerTotals>(
    `select count(*) filter (where deleted_at is null) as live,
       count(*) filter (where deleted_at is not null) as deleted,
       count(*) filter (where erased_at is not null) as erased,
       (select count(*) from magento.customer_addresses where shop = $1 and deleted_at is null) as addresses
     from magento.customers where shop = $1`,
    [shop],
  );
  return counted.rows[0] ?? { live: 0, deleted: 0, erased: 0, addresses: 0 };
}
