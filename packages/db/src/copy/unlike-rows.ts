import { type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { nameOf } from '../values/rows.ts';
import { sourceTime } from '../values/source-time.ts';
import type { CopiedEntity } from './copied-entity.ts';
import type { SentRecord } from './record.ts';

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
): Promise<SentRecord[]> {
  const answered = await statements.execute<{ id: string; contentHash: string | null }>(
    rowsUnlike(copied, shop, sent),
  );
  const unlike = new Map(answered.rows.map(({ id, contentHash }) => [Number(id), contentHash]));
  return sent.filter((record) => {
    const stored = unlike.get(record.id);
    return stored !== undefined && (stored === null || stored !== record.contentHash());
  });
}

/** Ids of records whose rows differ, and the digest of the row's content where it lives and has the same stamp. */
function rowsUnlike({ records }: CopiedEntity, shop: string, sent: readonly SentRecord[]): SQL {
  const { table, key, updatedAt } = records;
  const stamps = sent.map((record) =>
    record.updatedAt === null ? null : (sourceTime(record.updatedAt) ?? null),
  );
  const sameStamp = sql`${nameOf(updatedAt, 's')} is not distinct from r.stamp`;
  const living = sql`${nameOf(key, 's')} is not null and s.deleted_at is null`;
  return sql`
select r.id, case when ${living} and ${sameStamp} then s.content_hash end as "contentHash"
from unnest(
  ${sql.param(sent.map(({ id }) => id))}::bigint[],
  ${sql.param(sent.map(({ sentHash }) => sentHash))}::uuid[],
  ${sql.param(stamps)}::timestamptz[]
) as r(id, sent_hash, stamp)
left join ${table} s on s.shop = ${shop} and ${nameOf(key, 's')} = r.id
where not (${living} and ${sameStamp} and s.sent_hash is not distinct from r.sent_hash)`;
}
