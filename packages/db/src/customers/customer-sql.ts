import { assignments, columnList, columnSpecs, qualifiedName, recordset } from '../bulk/recordset.ts';
import { customers } from '../schema/customers.ts';

/** The columns that come from the shop; the others are set by the statements themselves. */
export const customerColumns = columnSpecs(customers, [
  'shop',
  'firstSeenAt',
  'lastSeenAt',
  'lastVerifiedAt',
  'deletedAt',
  'erasedAt',
]);

const table = qualifiedName(customers);

/**
 * Locks the rows of a page that exist and returns their ids; always in the order of ids, so that two writers of
 * overlapping pages wait for each other instead of blocking each other.
 *
 * $1 shop, $2 ids.
 */
export const lockCustomersSql = `
select id from ${table} where shop = $1 and id = any($2::bigint[]) order by id for update`;

/**
 * Inserts rows that are new and returns their ids; rows that another writer inserted meanwhile are left out.
 *
 * $1 shop, $2 rows, $3 readAt, $4 verified.
 */
export const insertCustomersSql = `
insert into ${table} (shop, ${columnList(customerColumns)}, first_seen_at, last_seen_at, last_verified_at)
select $1, ${columnList(customerColumns, 'r')}, $3::timestamptz, $3::timestamptz,
  case when $4::boolean then $3::timestamptz end
from ${recordset(2, customerColumns, 'r')}
order by r.id
on conflict (shop, id) do nothing
returning id`;

/**
 * What is to happen with each row that exists already:
 *
 * - `revived`: the tombstone is older than this read.
 * - `replaced`: another creation time, so another person under the same id.
 * - `changed`: another content, not older than the stored one.
 * - `moved`: the same content under another `updated_at`.
 * - `same`: nothing to write.
 * - `stale`: older than what is stored.
 *
 * An equal `updated_at` with another content is decided by the time of reading: an address edit does not move
 * `updated_at` (Magento: recordings/writes.json 'delete an address of customer 1').
 */
const verdict = `
case
  when s.deleted_at is not null then
    case
      when $3::timestamptz <= s.deleted_at then 'stale'
      when s.source_created_at <> r.source_created_at then 'replaced'
      else 'revived'
    end
  when s.source_created_at <> r.source_created_at then
    case when $3::timestamptz >= s.last_seen_at then 'replaced' else 'stale' end
  when r.source_updated_at < s.source_updated_at and not ($5::boolean and $3::timestamptz >= s.last_seen_at) then 'stale'
  when r.content_hash = s.content_hash and $9::boolean and $3::timestamptz >= s.last_seen_at then 'changed'
  when r.content_hash = s.content_hash then
    case when r.source_updated_at is distinct from s.source_updated_at and r.source_updated_at is not null
      then 'moved' else 'same' end
  when r.source_updated_at > s.source_updated_at then 'changed'
  when $3::timestamptz >= s.last_seen_at then 'changed'
  else 'stale'
end`;

/** One flat document per version, so that a changed custom attribute is named instead of the whole list. */
const document = (alias: string) => `
select key, value from jsonb_each(${alias}raw - '{custom_attributes,extension_attributes,updated_at}'::text[])
union all select 'custom_attributes.' || key, value from jsonb_each(${alias}custom_attributes)
union all select 'extension_attributes.' || key, value from jsonb_each(${alias}extension_attributes)`;

/**
 * Compares locked rows with the page, writes what is to be written and records the history of it.
 *
 * Returns per row its id, verdict, the names of changed fields and the id of the history entry.
 * $1 shop, $2 rows, $3 readAt, $4 verified, $5 acceptOlder, $6 history, $7 cause, $8 run, $9 rewrite.
 */
export const updateCustomersSql = `
with verdicts as materialized (
  select r.*, s.raw as old_raw, s.custom_attributes as old_custom_attributes,
    s.extension_attributes as old_extension_attributes, ${verdict} as verdict,
    $3::timestamptz - s.last_seen_at > interval '1 hour'
      or ($4::boolean and ($3::timestamptz - s.last_verified_at > interval '1 hour' or s.last_verified_at is null)) as seen_long_ago
  from ${recordset(2, customerColumns, 'r')}
  join ${table} s on s.shop = $1 and s.id = r.id
),
written as (
  update ${table} s set ${assignments(customerColumns, 'v')},
    first_seen_at = case when v.verdict = 'replaced' then $3 else s.first_seen_at end,
    last_seen_at = greatest(s.last_seen_at, $3),
    last_verified_at = case when $4 then greatest(s.last_verified_at, $3) else s.last_verified_at end,
    deleted_at = null, erased_at = null
  from verdicts v
  where s.shop = $1 and s.id = v.id and v.verdict in ('changed', 'replaced', 'revived')
),
moved as (
  update ${table} s set source_updated_at = v.source_updated_at, raw = v.raw,
    last_seen_at = greatest(s.last_seen_at, $3),
    last_verified_at = case when $4 then greatest(s.last_verified_at, $3) else s.last_verified_at end
  from verdicts v
  where s.shop = $1 and s.id = v.id and v.verdict = 'moved'
),
touched as (
  update ${table} s set last_seen_at = greatest(s.last_seen_at, $3),
    last_verified_at = case when $4 then greatest(s.last_verified_at, $3) else s.last_verified_at end
  from verdicts v
  where s.shop = $1 and s.id = v.id and v.verdict = 'same' and v.seen_long_ago
),
differences as materialized (
  select v.id, v.verdict, v.source_updated_at,
    coalesce(array_agg(d.key order by d.key) filter (where d.key is not null), '{}') as changed_fields,
    jsonb_object_agg(d.key, d.old_value) filter (where d.old_value is not null) as old_values,
    jsonb_object_agg(d.key, d.new_value) filter (where d.new_value is not null) as new_values
  from verdicts v
  left join lateral (
    select key, o.value as old_value, n.value as new_value
    from (${document('v.old_')}) o full join (${document('v.')}) n using (key)
    where o.value is distinct from n.value
  ) d on true
  where v.verdict in ('changed', 'replaced', 'revived')
  group by v.id, v.verdict, v.source_updated_at
),
recorded as (
  insert into sync.changes (shop, entity, entity_id, operation, cause, run_id, observed_at,
    changed_fields, old_values, new_values)
  select $1, 'customers', id,
    case verdict when 'changed' then 'update' when 'replaced' then 'replace' else 'revive' end,
    $7, $8, $3, changed_fields, old_values, new_values
  from differences where $6::boolean
  order by id
  returning id, entity_id
)
select v.id, v.verdict, coalesce(d.changed_fields, '{}') as "changedFields", c.id::text as "changeId"
from verdicts v
left join differences d on d.id = v.id
left join recorded c on c.entity_id = v.id`;
