import { assignments, columnList, columnSpecs, qualifiedName, recordset } from '../bulk/recordset.ts';
import { customerAddresses } from '../schema/customer-addresses.ts';

/** The columns that come from the shop. */
export const addressColumns = columnSpecs(customerAddresses, [
  'shop',
  'firstSeenAt',
  'changedAt',
  'deletedAt',
]);

const table = qualifiedName(customerAddresses);

/**
 * Deletes the addresses that their customers no longer show.
 *
 * $1 shop, $2 ids of the customers that were written, $3 ids of all their addresses.
 */
export const deleteVanishedAddressesSql = `
delete from ${table} where shop = $1 and customer_id = any($2::bigint[]) and id <> all($3::bigint[])`;

/**
 * Writes addresses that are new or differ; the others are not touched.
 *
 * $1 shop, $2 rows, $3 readAt.
 */
export const upsertAddressesSql = `
insert into ${table} as a (shop, ${columnList(addressColumns)}, first_seen_at, changed_at)
select $1, ${columnList(addressColumns, 'r')}, $3::timestamptz, $3::timestamptz
from ${recordset(2, addressColumns, 'r')}
order by r.id
on conflict (shop, id) do update set ${assignments(addressColumns, 'excluded')},
  changed_at = excluded.changed_at, deleted_at = null
where (${columnList(addressColumns, 'a')}) is distinct from (${columnList(addressColumns, 'excluded')})
  or a.deleted_at is not null`;
