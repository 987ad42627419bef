import { type ColumnSpec, columnList, qualifiedName, recordset, recordsetValue } from '../bulk/recordset.ts';
import type { Database } from '../open-database.ts';
import { customerAddresses } from '../schema/customer-addresses.ts';
import { customers } from '../schema/customers.ts';
import { concealRowValues } from '../transaction.ts';
import { addressColumns } from './address-sql.ts';
import type { CustomerRecord } from './customer-record.ts';
import { pageRows } from './customer-rows.ts';
import { customerColumns } from './customer-sql.ts';

/** Columns by their names in SQL. Carries personal data: compare, and pass on names alone. */
export type ColumnValues = Readonly<Record<string, unknown>>;

/** A row as it would be written and as it is stored; `null` on a side that has none. */
export interface RowPair {
  expected: ColumnValues | null;
  stored: ColumnValues | null;
}

/** How a record stands against its row. */
export interface ComparedCustomer {
  id: number;
  state: 'absent' | 'deleted' | 'living';
  /** The columns, when any of a living row differs. */
  columns: RowPair | null;
  /** Addresses of a living row that differ, are too many or too few. */
  addresses: RowPair[];
}

/**
 * Compares records with the rows that writing them would leave, column by column, without writing.
 *
 * jsonb columns may still be equal in content, because lists come in changing order: the caller decides.
 */
export async function comparePage(
  database: Database,
  shop: string,
  records: readonly CustomerRecord[],
): Promise<ComparedCustomer[]> {
  if (records.length === 0) return [];
  const rows = pageRows(records);
  try {
    const compared = await database.pool.query<ComparedCustomer>(compareCustomersSql, [
      shop,
      recordsetValue(customerColumns, rows.customers),
    ]);
    const addresses = await database.pool.query<RowPair>(compareAddressesSql, [
      shop,
      recordsetValue(addressColumns, rows.addresses),
      rows.customers.map(({ id }) => id),
    ]);
    return compared.rows.map((customer) => ({
      ...customer,
      addresses: customer.state === 'living' ? addresses.rows.filter((pair) => isOf(customer.id, pair)) : [],
    }));
  } catch (error) {
    concealRowValues(error);
    throw error;
  }
}

/** An address counts for the customer that should have it and for the one that has it. */
function isOf(customerId: number, { expected, stored }: RowPair): boolean {
  return expected?.['customer_id'] === customerId || stored?.['customer_id'] === customerId;
}

const differ = (columns: readonly ColumnSpec[]) =>
  `(${columnList(columns, 's')}) is distinct from (${columnList(columns, 'r')})`;

/** $1 shop, $2 rows. */
const compareCustomersSql = `
select r.id,
  case when s.id is null then 'absent' when s.deleted_at is null then 'living' else 'deleted' end as state,
  case when s.deleted_at is null and s.id is not null and ${differ(customerColumns)}
    then jsonb_build_object('expected', to_jsonb(r), 'stored', to_jsonb(s)) end as columns
from ${recordset(2, customerColumns, 'r')}
left join ${qualifiedName(customers)} s on s.shop = $1 and s.id = r.id
order by r.id`;

/** $1 shop, $2 rows, $3 ids of the customers. */
const compareAddressesSql = `
select case when r.id is not null then to_jsonb(r) end as expected,
  case when s.id is not null then to_jsonb(s) end as stored
from ${recordset(2, addressColumns, 'r')}
full join (
  select * from ${qualifiedName(customerAddresses)}
  where shop = $1 and deleted_at is null
    and (customer_id = any($3::bigint[]) or id in (select id from ${recordset(2, addressColumns, 'e')}))
) s on s.id = r.id
where r.id is null or s.id is null or ${differ(addressColumns)}`;
