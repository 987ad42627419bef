import { and, eq, gte, lte, notInArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { allOf, inPageTransaction, type Queryable, together } from '../connection/transaction.ts';
import { verifiedRanges } from '../schema/progress.ts';
import { plainArray } from '../values/array-text.ts';
import { nameOf } from '../values/rows.ts';
import type { CopiedEntity } from './copied-entity.ts';

/** Ids above `afterId`, up to `upToId` itself. */
export interface IdSpan {
  readonly afterId: number;
  readonly upToId: number;
}

/** A span all of whose living rows were compared with the shop, the one that was compared first at this time. */
export interface VerifiedRange extends IdSpan {
  readonly verifiedAt: Date;
}

/** What a read compared: every record that the shop shows of a span. */
export interface ComparedSpan {
  readonly shop: string;
  readonly span: IdSpan;
  /** The ids that were compared and are equal by now. */
  readonly ids: readonly number[];
  readonly at: Date;
}

/** Neighbours whose times are no farther apart become one range, under the earlier time. */
const precisionMs = 3_600_000;
/** A span with more living rows that were not compared is not remembered at all. */
const mostMissed = 50;

/** Remembers in a transaction of its own, as {@link verifiedNotes} says. */
export function noteVerified(
  database: Database,
  copied: CopiedEntity,
  compared: ComparedSpan,
): Promise<void> {
  return inPageTransaction(database, {
    first: async () => undefined,
    work: async (statements, client, _, atTheEnd) =>
      atTheEnd(...(await verifiedNotes(statements, client, copied, compared))),
  });
}

/**
 * Statements that remember that every living row of a span was compared with the shop, to be executed in the same
 * transaction.
 *
 * Whether that is so is looked up here and not believed: living rows that are not among the ids are cut out.
 *
 * Nothing is locked meanwhile. What a range says stays true whatever others note, so that two who note at once may leave
 * ranges that overlap, and never one that is wrong; whoever notes there next puts them in order.
 */
export async function verifiedNotes(
  statements: Statements,
  client: Queryable,
  copied: CopiedEntity,
  { shop, span, ids, at }: ComparedSpan,
): Promise<SQL[]> {
  const { name: entity } = copied.entity;
  const { afterId, upToId, verifiedAt } = verifiedRanges;
  const ofEntity = and(eq(verifiedRanges.shop, shop), eq(verifiedRanges.entity, entity));
  const [missed, before] = await together(client, () =>
    allOf([
      livingWithout(statements, copied, shop, span, ids),
      statements
        .select({ afterId, upToId, verifiedAt })
        .from(verifiedRanges)
        .where(and(ofEntity, lte(afterId, span.upToId), gte(upToId, span.afterId)))
        .execute(),
    ]),
  );
  if (missed.length > mostMissed) return [];
  const after = spansWithout(span, missed).reduce(
    (ranges: readonly VerifiedRange[], each) => withVerified(ranges, each, at),
    before,
  );
  const kept = after.map((range) => range.afterId);
  const notes: SQL[] = [];
  if (before.some((range) => !kept.includes(range.afterId))) {
    const replaced = and(lte(afterId, span.upToId), gte(upToId, span.afterId), notInArray(afterId, kept));
    notes.push(statements.delete(verifiedRanges).where(and(ofEntity, replaced)).getSQL());
  }
  const changed = after.filter((range) => !before.some((known) => isSame(known, range)));
  if (changed.length === 0) return notes;
  const insert = statements
    .insert(verifiedRanges)
    .values(changed.map((range) => ({ shop, entity, ...range })))
    .onConflictDoUpdate({
      target: [verifiedRanges.shop, verifiedRanges.entity, afterId],
      set: { upToId: sql`excluded.up_to_id`, verifiedAt: sql`excluded.verified_at` },
    });
  return [...notes, insert.getSQL()];
}

/** Living rows of a span that are not among the ids. */
async function livingWithout(
  statements: Statements,
  { records: { table, key } }: CopiedEntity,
  shop: string,
  { afterId, upToId }: IdSpan,
  ids: readonly number[],
): Promise<number[]> {
  // By EXCEPT, whose cost does not depend on what the planner believes about the number of rows.
  const found = await statements.execute<{ id: string }>(sql`
    select ${nameOf(key)} as id from ${table}
    where shop = ${shop} and ${nameOf(key)} > ${afterId}::bigint and ${nameOf(key)} <= ${upToId}::bigint and deleted_at is null
    except select unnest(${plainArray(ids)}::bigint[])
    order by id limit ${mostMissed + 1}`);
  return found.rows.map(({ id }) => Number(id));
}

/** What is left of a span without some of its ids. */
export function spansWithout({ afterId, upToId }: IdSpan, ids: readonly number[]): IdSpan[] {
  const starts = [afterId, ...ids];
  const ends = [...ids.map((id) => id - 1), upToId];
  return starts
    .map((start, index): IdSpan => ({ afterId: start, upToId: ends[index] ?? start }))
    .filter((span) => span.upToId > span.afterId);
}

/** Ranges with one more span, none overlapping another; of two times that an id has the later one counts. */
export function withVerified(
  ranges: readonly VerifiedRange[],
  span: IdSpan,
  verifiedAt: Date,
): VerifiedRange[] {
  const all = [...ranges, { ...span, verifiedAt }];
  const ends = [...new Set(all.flatMap((range) => [range.afterId, range.upToId]))].toSorted(
    (one, other) => one - other,
  );
  const merged: VerifiedRange[] = [];
  for (const [index, upToId] of ends.slice(1).entries()) {
    const afterId = ends[index] ?? upToId;
    const times = all
      .filter((range) => range.afterId <= afterId && range.upToId >= upToId)
      .map((range) => range.verifiedAt.getTime());
    if (times.length === 0) continue;
    const time = Math.max(...times);
    const last = merged.at(-1);
    const before = last?.upToId === afterId ? last.verifiedAt.getTime() : undefined;
    if (last !== undefined && before !== undefined && Math.abs(before - time) <= precisionMs) {
      merged[merged.length - 1] = { ...last, upToId, verifiedAt: new Date(Math.min(before, time)) };
    } else merged.push({ afterId, upToId, verifiedAt: new Date(time) });
  }
  return merged;
}

function isSame(one: VerifiedRange, other: VerifiedRange): boolean {
  const sameSpan = one.afterId === other.afterId && one.upToId === other.upToId;
  return sameSpan && one.verifiedAt.getTime() === other.verifiedAt.getTime();
}

/** When a row was last seen in the shop: when it was written, or when its range was compared after that. */
export function lastSeen({ entity, records }: CopiedEntity, alias: string): SQL {
  const its = sql.identifier(alias);
  return sql`greatest(${its}.last_seen_at, (
    select max(v.verified_at) from ${verifiedRanges} v
    where v.shop = ${its}.shop and v.entity = ${entity.name}
      and v.after_id < ${nameOf(records.key, alias)} and v.up_to_id >= ${nameOf(records.key, alias)}))`;
}

/** So many rows of a gap between verified ranges are looked at: a sweep verifies the next ones in their order anyway. */
const mostLookedAt = 10_000;

/**
 * The living record whose last comparison is longest ago, by the ranges; of the rows outside of them the first ones of
 * each gap count one by one, so that a copy that was never swept is not read as a whole.
 *
 * Never compared (`null`) comes first.
 */
export async function oldestUnverified(
  statements: Statements,
  { entity, records: { table, key } }: CopiedEntity,
  shop: string,
): Promise<{ id: number; lastVerifiedAt: Date | null } | undefined> {
  const its = nameOf(key, 'c');
  const isLiving = sql`c.shop = ${shop} and c.deleted_at is null`;
  const found = await statements.execute<{ id: string; verifiedAt: string | null }>(sql`
with verified as (
  select after_id, up_to_id, verified_at from ${verifiedRanges} where shop = ${shop} and entity = ${entity.name}
),
gaps as (
  select coalesce(max(up_to_id) over (order by after_id rows between unbounded preceding and 1 preceding), 0) as after_id,
    after_id as up_to_id from verified
  union all select coalesce(max(up_to_id), 0), ${Number.MAX_SAFE_INTEGER}::bigint from verified
),
oldest as (
  select first.id, v.verified_at
  from verified v cross join lateral (
    select ${its} as id from ${table} c where ${isLiving} and ${its} > v.after_id and ${its} <= v.up_to_id
    order by ${its} limit 1
  ) first
  union all
  select first.id, first.last_verified_at
  from gaps g cross join lateral (
    select id, last_verified_at from (
      select ${its} as id, c.last_verified_at from ${table} c
      where ${isLiving} and ${its} > g.after_id and ${its} <= g.up_to_id
      order by ${its} limit ${mostLookedAt}
    ) next_ones
    order by last_verified_at nulls first, id limit 1
  ) first
  where g.up_to_id > g.after_id
)
select id, verified_at as "verifiedAt" from oldest order by verified_at nulls first, id limit 1`);
  const [oldest] = found.rows;
  return (
    oldest && {
      id: Number(oldest.id),
      lastVerifiedAt: oldest.verifiedAt === null ? null : new Date(oldest.verifiedAt),
    }
  );
}
