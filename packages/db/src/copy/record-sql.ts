import { type SQL, sql } from 'drizzle-orm';
import { changes } from '../schema/changes.ts';
import { nameOf, namesOf, rowsOf, setTo } from '../values/rows.ts';
import { type CopiedEntity, namesOfObjects, type Row } from './copied-entity.ts';
import { lastSeen } from './verified-ranges.ts';

/** What the statements that write a page are told about it. */
export interface PageFacts {
  readonly shop: string;
  readonly runId: number;
  readonly cause: string;
  readonly readAt: Date;
  readonly verified: boolean;
  readonly acceptOlder: boolean;
  readonly rewrite: boolean;
  readonly history: boolean;
}

/** Whether a row was erased while the shop still had its record: such a row is never filled again. */
export function isForgotten(alias: string): SQL {
  const its = sql.identifier(alias);
  return sql`(${its}.erased_at is not null and (${its}.deleted_at is null or ${its}.deleted_at > ${its}.erased_at))`;
}

/** Inserts rows that are new and returns their ids; rows that another writer inserted meanwhile are left out. */
export function insertRecords({ records }: CopiedEntity, rows: readonly Row[], page: PageFacts): SQL {
  const { table, written: columns, key } = records;
  const readAt = sql`${page.readAt}::timestamptz`;
  return sql`
insert into ${table} (shop, ${namesOf(columns)}, first_seen_at, last_seen_at, last_verified_at)
select ${page.shop}, ${namesOf(columns, 'r')}, ${readAt}, ${readAt}, case when ${page.verified}::boolean then ${readAt} end
from ${rowsOf(columns, rows, 'r')}
order by ${nameOf(key, 'r')}
on conflict (shop, ${nameOf(key)}) do nothing
returning ${nameOf(key)} as id`;
}

/**
 * What is to happen with each row that exists already:
 *
 * - `revived`: the tombstone is older than this read.
 * - `replaced`: another creation time, so another record under the same id.
 * - `changed`: another content, not older than the stored one.
 * - `moved`: the same content under another stamp, or under none any more (a zero date).
 * - `same`: nothing to write.
 * - `stale`: older than what is stored.
 *
 * An equal stamp with another content is decided by the time of reading: an address edit does not move `updated_at`
 * (Magento: recordings/writes.json 'delete an address of customer 1').
 */
function verdictOn(copied: CopiedEntity, { readAt, acceptOlder, rewrite }: PageFacts): SQL {
  const { records } = copied;
  const [createdBefore, createdAt] = [nameOf(records.createdAt, 's'), nameOf(records.createdAt, 'r')];
  const [storedStamp, stamp] = [nameOf(records.updatedAt, 's'), nameOf(records.updatedAt, 'r')];
  const readTime = sql`${readAt}::timestamptz`;
  const isLater = sql`${readTime} >= ${lastSeen(copied, 's')}`;
  return sql`
case
  when s.deleted_at is not null then
    case
      when ${readTime} <= s.deleted_at then 'stale'
      when ${createdBefore} <> ${createdAt} then 'replaced'
      else 'revived'
    end
  when ${createdBefore} <> ${createdAt} then
    case when ${isLater} then 'replaced' else 'stale' end
  when ${stamp} < ${storedStamp} and not (${acceptOlder}::boolean and ${isLater}) then 'stale'
  when r.content_hash = s.content_hash and ${rewrite}::boolean and ${isLater} then 'changed'
  when r.content_hash = s.content_hash then
    case when ${stamp} is distinct from ${storedStamp} and (${stamp} is not null or ${isLater}) then 'moved' else 'same' end
  when ${stamp} > ${storedStamp} then 'changed'
  when ${isLater} then 'changed'
  else 'stale'
end`;
}

/** What a row has in each column afterwards: what was read, and the last known value where that is remembered. */
function written({ records: { definition, written: columns } }: CopiedEntity): SQL {
  const values = columns.map((column) => {
    const { remembered } = definition.columns[column.name] ?? {};
    if (!remembered) return sql`${nameOf(column)} = ${nameOf(column, 'v')}`;
    const before = sql`case when v.verdict <> 'replaced' then ${nameOf(column, 's')} end`;
    return sql`${nameOf(column)} = coalesce(${nameOf(column, 'v')}, ${before})`;
  });
  return sql.join(values, sql`, `);
}

/** One flat document per version, so that a changed member of an object is named instead of the whole object. */
function documentOf({ entity }: CopiedEntity, version: 'old_' | ''): SQL {
  const objects = namesOfObjects(entity.table);
  const its = (name: string) => sql`v.${sql.identifier(`${version}${name}`)}`;
  const named = sql.param([...objects, ...entity.uncounted]);
  const members = objects.map(
    (name) => sql`
union all select ${`${name}.`}::text || key, value from jsonb_each(${its(name)})`,
  );
  return sql`select key, value from jsonb_each(${its('raw')} - ${named}::text[])${sql.join(members)}`;
}

/**
 * Compares locked rows with the page, writes what is to be written and records the history of it.
 *
 * Returns per row its id, verdict, the names of changed fields and the id of the history entry.
 */
export function updateRecords(copied: CopiedEntity, rows: readonly Row[], page: PageFacts): SQL {
  const { entity, records } = copied;
  const { table, written: columns } = records;
  const [key, stamp] = [sql.identifier(records.key.name), sql.identifier(records.updatedAt.name)];
  const objects = namesOfObjects(entity.table).map(
    (name) => sql`s.${sql.identifier(name)} as ${sql.identifier(`old_${name}`)}, `,
  );
  const readAt = sql`${page.readAt}::timestamptz`;
  const verified = sql`${page.verified}::boolean`;
  const seen = sql`last_seen_at = greatest(s.last_seen_at, ${readAt}),
    last_verified_at = case when ${verified} then greatest(s.last_verified_at, ${readAt}) else s.last_verified_at end`;
  return sql`
with verdicts as materialized (
  select r.*, s.raw as old_raw, ${sql.join(objects)}${verdictOn(copied, page)} as verdict
  from ${rowsOf(columns, rows, 'r')}
  join ${table} s on s.shop = ${page.shop} and s.${key} = r.${key}
),
written as (
  update ${table} s set ${written(copied)},
    first_seen_at = case when v.verdict = 'replaced' then ${readAt} else s.first_seen_at end,
    ${seen},
    erased_at = case when ${isForgotten('s')} then s.erased_at end,
    deleted_at = null
  from verdicts v
  where s.shop = ${page.shop} and s.${key} = v.${key} and v.verdict in ('changed', 'replaced', 'revived')
),
moved as (
  update ${table} s set ${setTo([records.updatedAt], 'v')}, raw = v.raw, sent_hash = v.sent_hash, ${seen}
  from verdicts v
  where s.shop = ${page.shop} and s.${key} = v.${key} and v.verdict = 'moved'
),
differences as materialized (
  select v.${key} as id, v.verdict, v.${stamp},
    coalesce(array_agg(d.key order by d.key) filter (where d.key is not null), '{}') as changed_fields,
    jsonb_object_agg(d.key, d.old_value) filter (where d.old_value is not null) as old_values,
    jsonb_object_agg(d.key, d.new_value) filter (where d.new_value is not null) as new_values
  from verdicts v
  left join lateral (
    select key, o.value as old_value, n.value as new_value
    from (${documentOf(copied, 'old_')}) o full join (${documentOf(copied, '')}) n using (key)
    where o.value is distinct from n.value
  ) d on true
  where v.verdict in ('changed', 'replaced', 'revived')
  group by v.${key}, v.verdict, v.${stamp}
),
recorded as (
  insert into ${changes} (shop, entity, entity_id, operation, cause, run_id, observed_at,
    changed_fields, old_values, new_values)
  select ${page.shop}, ${entity.name}, id,
    case verdict when 'changed' then 'update' when 'replaced' then 'replace' else 'revive' end,
    ${page.cause}, ${page.runId}::bigint, ${readAt}, changed_fields, old_values, new_values
  from differences where ${page.history}::boolean
  order by id
  returning id, entity_id
)
select v.${key} as id, v.verdict, coalesce(d.changed_fields, '{}') as "changedFields", c.id::text as "changeId"
from verdicts v
left join differences d on d.id = v.${key}
left join recorded c on c.entity_id = v.${key}`;
}
