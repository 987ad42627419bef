import type { MagentoShop } from '@magento-sync/magento-testkit';
import pg from 'pg';

type Json = Record<string, unknown>;

/** How the copy compares with the shop. */
export interface Comparison {
  readonly rows: number;
  /** One sentence each, at most twenty. */
  readonly differences: readonly string[];
}

const columns: Readonly<Record<string, (customer: Json) => unknown>> = {
  email: ({ email }) => email,
  group_id: ({ group_id }) => group_id,
  website_id: ({ website_id }) => website_id,
  store_id: ({ store_id }) => store_id,
  created_in: ({ created_in }) => created_in,
  prefix: ({ prefix }) => prefix,
  firstname: ({ firstname }) => firstname,
  middlename: ({ middlename }) => middlename,
  lastname: ({ lastname }) => lastname,
  suffix: ({ suffix }) => suffix,
  dob: ({ dob }) => dob,
  gender: ({ gender }) => gender,
  taxvat: ({ taxvat }) => taxvat,
  confirmation: ({ confirmation }) => confirmation,
  default_billing: ({ default_billing }) => numeric(default_billing),
  default_shipping: ({ default_shipping }) => numeric(default_shipping),
  is_subscribed: ({ extension_attributes }) => (extension_attributes as Json | undefined)?.['is_subscribed'],
  source_created_at: ({ created_at }) => created_at,
  source_updated_at: ({ updated_at }) => updated_at,
};

const addressColumns: Readonly<Record<string, (address: Json) => unknown>> = {
  id: ({ id }) => id,
  customer_id: ({ customer_id }) => customer_id,
  firstname: ({ firstname }) => firstname,
  lastname: ({ lastname }) => lastname,
  company: ({ company }) => company,
  street: ({ street }) => street,
  city: ({ city }) => city,
  postcode: ({ postcode }) => postcode,
  country_id: ({ country_id }) => country_id,
  telephone: ({ telephone }) => telephone,
  default_billing: ({ default_billing }) => default_billing ?? false,
  default_shipping: ({ default_shipping }) => default_shipping ?? false,
};

/**
 * Compares every customer and every address field by field: what the shop has, without any code of the worker, against
 * the raw object and the typed columns of the copy. Customers that the shop itself cannot serve are left out.
 */
export async function compareSides(
  shop: MagentoShop,
  databaseUrl: string,
  unreadable: ReadonlySet<number>,
): Promise<Comparison> {
  const readable = shop.customers.all().filter(({ id }) => !unreadable.has(id));
  const { customers, addresses, aside } = await readCopy(databaseUrl);
  // Whom no list can show is read by his own route, which is not believed about the newsletter.
  const source = new Map(
    readable.map((customer) => [
      customer.id,
      (aside.has(customer.id) ? { ...customer, extension_attributes: {} } : customer) as unknown as Json,
    ]),
  );
  const differences: string[] = [];
  for (const [id, customer] of source) {
    const row = customers.get(id);
    if (!row) {
      differences.push(`customer ${id} is missing in the copy`);
      continue;
    }
    if (row['deleted_at'] !== null) differences.push(`customer ${id} is alive and has a tombstone`);
    if (canonical(row['raw']) !== canonical(customer)) differences.push(`customer ${id}: raw differs`);
    differences.push(...fieldDifferences(`customer ${id}`, columns, customer, row));
    const wanted = (customer['addresses'] as Json[]).toSorted(byId);
    const found = (addresses.get(id) ?? []).toSorted(byId);
    if (wanted.length !== found.length) {
      differences.push(`customer ${id} has ${wanted.length} addresses, the copy ${found.length}`);
      continue;
    }
    for (const [index, address] of wanted.entries()) {
      const title = `address ${String(address['id'])} of customer ${id}`;
      differences.push(...fieldDifferences(title, addressColumns, address, found[index] ?? {}));
    }
  }
  for (const [id, row] of customers) {
    if (!source.has(id) && !unreadable.has(id) && row['deleted_at'] === null) {
      differences.push(`customer ${id} is gone from the shop and alive in the copy`);
    }
  }
  return { rows: source.size, differences: differences.slice(0, 20) };
}

async function readCopy(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const names = Object.keys(columns).map((column) =>
      column.startsWith('source_')
        ? `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as ${column}`
        : column === 'dob'
          ? 'dob::text as dob'
          : column,
    );
    const customers = await client.query<Json>(
      `select id, raw, deleted_at, ${names.join(', ')} from magento.customers`,
    );
    const addresses = await client.query<Json>(
      `select ${Object.keys(addressColumns).join(', ')} from magento.customer_addresses
       where deleted_at is null`,
    );
    const aside = await client.query<Json>(
      "select id from sync.quarantine where entity = 'customers' and resolved_at is null",
    );
    return {
      aside: new Set(aside.rows.map((row) => Number(row['id']))),
      customers: new Map(customers.rows.map((row) => [Number(row['id']), row])),
      addresses: byCustomer(addresses.rows),
    };
  } finally {
    await client.end();
  }
}

function byCustomer(rows: readonly Json[]): Map<number, Json[]> {
  const groups = new Map<number, Json[]>();
  for (const row of rows) {
    const customerId = Number(row['customer_id']);
    groups.set(customerId, [...(groups.get(customerId) ?? []), row]);
  }
  return groups;
}

function fieldDifferences(
  title: string,
  fields: Readonly<Record<string, (record: Json) => unknown>>,
  record: Json,
  row: Json,
): string[] {
  return Object.entries(fields).flatMap(([field, read]) => {
    const [wanted, found] = [canonical(read(record)), canonical(numericIfId(row[field], read(record)))];
    return wanted === found ? [] : [`${title}: ${field} is ${wanted} in the shop and ${found} in the copy`];
  });
}

/** The driver hands out bigint as text. */
function numericIfId(value: unknown, like: unknown): unknown {
  return typeof like === 'number' && typeof value === 'string' ? Number(value) : value;
}

function numeric(value: unknown): unknown {
  return value === undefined || value === null ? null : Number(value);
}

function canonical(value: unknown): string {
  return JSON.stringify(sorted(value ?? null));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function byId(one: Json, other: Json): number {
  return Number(one['id']) - Number(other['id']);
}
