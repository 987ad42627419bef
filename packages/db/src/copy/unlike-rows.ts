import { type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { plainArray } from '../values/array-text.ts';
import { nameOf } from '../values/rows.ts';
import { sourceTime } from '../values/source-time.ts';
import type { CopiedEntity } from './copied-entity.ts';
import type { SentRecord } from './record.ts';

/** Records that may have to be written, and the ids of those of which the copy has no row yet. */
export interface Unlike {
  readonly records: readonly SentRecord[];
  readonly missing: ReadonlySet<number>;
}

/**
 * The records of a page that are not plainly equal to their rows; of all others nothing has to be read or written.
 *
 * Asks with ids, stamps and digests alone, and locks nothing: a row that is equal now may only be changed by a writer
 * whose change comes after this read. The digest of what was sent decides nearly always. Where it differs, for example
 * because lists came in another order or the row is older than the digest, the content decides.
 */
export async function unlikeTheirRows(
  statements: Statements,
  copied: CopiedEntity,
  shop: string,
  sent: readonly SentRecord[],
): Promise<Unlike> {
  if (sent.length === 0) return { records: [], missing: new Set() };
  const answered = await statements.execute<{
    id: string | null;
    exists: boolean;
    contentHash: string | null;
  }>(rowsUnlike(copied, shop, sent));
  if (answered.rows[0]?.id === null) return { records: sent, missing: new Set(sent.map(({ id }) => id)) };
  const unlike = new Map(answered.rows.map((row) => [Number(row.id), row]));
  const missing = answered.rows.filter(({ exists }) => !exists).map(({ id }) => Number(id));
  const records = sent.filter((record) => {
    const row = unlike.get(record.id);
    return row !== undefined && (row.contentHash === null || row.contentHash !== record.contentHash());
  });
  return { records, missing: new Set(missing) };
}

/**
 * Ids of records whose rows differ, and the digest of the row's content where it lives and has the same stamp; or one row
 * without an id where no row is there from the first id to the last.
 *
 * Each row is looked up by its key: a planner that has no statistics yet, as while a copy is filled, would rather read
 * the whole table for every page.
 */
function rowsUnlike({ records }: CopiedEntity, shop: string, sent: readonly SentRecord[]): SQL {
  const { table, key, updatedAt } = records;
  const stamps = sent.map((record) =>
    record.updatedAt === null ? null : (sourceTime(record.updatedAt) ?? null),
  );
  const ids = sent.map(({ id }) => id);
  const [first, last] = [
    ids.reduce((one, other) => Math.min(one, other)),
    ids.reduce((one, other) => Math.max(one, other)),
  ];
  const isSame = sql`s.exists and s.deleted_at is null and s.stamp is not distinct from r.stamp`;
  return sql`
with span as materialized (
  select coalesce((
    select ${nameOf(key, 't')} from ${table} t where t.shop = ${shop} and ${nameOf(key, 't')} >= ${first}::bigint
    order by ${nameOf(key, 't')} limit 1
  ) <= ${last}::bigint, false) as filled
)
select r.id, coalesce(s.exists, false) as exists, case when ${isSame} then s.content_hash end as "contentHash"
from unnest(
  ${plainArray(ids)}::bigint[],
  ${plainArray(sent.map(({ sentHash }) => sentHash))}::uuid[],
  ${plainArray(stamps)}::timestamptz[]
) as r(id, sent_hash, stamp)
left join lateral (
  select true as exists, deleted_at, ${nameOf(updatedAt, 't')} as stamp, content_hash, sent_hash
  from ${table} t where t.shop = ${shop} and ${nameOf(key, 't')} = r.id limit 1
) s on true
where (${isSame} and s.sent_hash = r.sent_hash) is not true and (select filled from span)
union all select null, false, null where not (select filled from span)`;
}
