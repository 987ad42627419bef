// Copies customers with as little as that takes; see bare-copier.ts.
import { hash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { idPage, signIn } from './sign-in.ts';

interface BareCopy {
  readonly shopUrl: string;
  readonly databaseUrl: string;
  readonly largestId: number;
  readonly inFlight: number;
}

type Sent = Readonly<Record<string, unknown>>;
interface SentCustomer extends Sent {
  readonly id: number;
  readonly custom_attributes?: readonly { readonly attribute_code: string; readonly value: unknown }[];
  readonly extension_attributes?: Sent;
  readonly addresses?: readonly Sent[];
}

// Node has started, and what the sources needed to be translated is done: none of it counts.
const [begunAt, before] = [performance.now(), process.cpuUsage()];
const task = JSON.parse(process.env['BARE_COPY'] ?? '{}') as BareCopy;
const pageSize = 300;
const path = '/rest/all/V1/customers/search';
const shop = await signIn(task.shopUrl, task.inFlight);
const pool = new pg.Pool({ connectionString: task.databaseUrl, max: task.inFlight });
const seenAt = new Date().toISOString();

/** Columns that are called as their members are. */
const customerNames = (
  'id email group_id website_id store_id created_in prefix firstname middlename lastname suffix dob gender taxvat confirmation ' +
  'default_billing default_shipping disable_auto_group_change'
).split(' ');
const addressNames =
  'id prefix firstname middlename lastname suffix company city postcode country_id region_id telephone fax vat_id'.split(
    ' ',
  );

const customerColumns = [
  ...customerNames,
  'shop, is_subscribed, custom_attributes, extension_attributes, source_created_at, source_updated_at, raw, sent_hash',
  'first_seen_at, last_seen_at, last_verified_at',
].join();
const addressColumns = [
  ...addressNames,
  'shop, customer_id, street, region_code, region, default_billing, default_shipping, custom_attributes, extension_attributes',
  'raw, first_seen_at, changed_at',
].join();

const value = (sent: unknown) => (sent === undefined || sent === null ? '\\N' : sent);
const escaped = (json: string) => (json.includes('\\') ? json.replaceAll('\\', '\\\\') : json);

function customerLine(customer: SentCustomer, json: string): string {
  const attributes: Record<string, unknown> = {};
  for (const { attribute_code: code, value: set } of customer.custom_attributes ?? []) attributes[code] = set;
  const extension = customer.extension_attributes ?? {};
  const fields = customerNames.map((name) => value(customer[name]));
  fields.push('bench', value(extension['is_subscribed']));
  fields.push(escaped(JSON.stringify(attributes)), escaped(JSON.stringify(extension)));
  fields.push(`${String(customer['created_at'])}+00`, `${String(customer['updated_at'])}+00`);
  fields.push(escaped(json), hash('sha256', json, 'hex').slice(0, 32), seenAt, seenAt, seenAt);
  return `${fields.join('\t')}\n`;
}

function addressLine(address: Sent, customer: number): string {
  const region = (address['region'] ?? {}) as Sent;
  const lines = (address['street'] ?? []) as readonly string[];
  const street = `{${lines.map((line) => `"${escaped(escaped(line))}"`).join()}}`;
  const fields = addressNames.map((name) => value(address[name]));
  fields.push('bench', customer, street, value(region['region_code']), value(region['region']));
  fields.push(address['default_billing'] ?? false, address['default_shipping'] ?? false, '{}', '{}');
  fields.push(escaped(JSON.stringify(address)), seenAt, seenAt);
  return `${fields.join('\t')}\n`;
}

/** The JSON of each row of a list that begins with its rows. */
function rowTexts(json: string): string[] {
  const texts: string[] = [];
  let start = json.indexOf('[') + 1;
  let depth = 0;
  for (let index = start; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === 34) {
      do index = json.indexOf('"', index + 1);
      while (json.charCodeAt(index - 1) === 92);
    } else if (code === 123 || code === 91) depth += 1;
    else if (code === 125 || code === 93) depth -= 1;
    const ends = depth < 0 || (depth === 0 && code === 44);
    if (!ends) continue;
    texts.push(json.slice(start, index));
    if (depth < 0) break;
    start = index + 1;
  }
  return texts;
}

async function copyInto(client: pg.PoolClient, table: string, columns: string, lines: string): Promise<void> {
  const into = client.query(from(`copy magento.${table} (${columns}) from stdin`));
  into.end(lines);
  await finished(into);
}

async function write(customers: readonly SentCustomer[], texts: readonly string[]): Promise<void> {
  let [own, parts] = ['', ''];
  for (const [index, customer] of customers.entries()) {
    own += customerLine(customer, texts[index] ?? '');
    for (const address of customer.addresses ?? []) parts += addressLine(address, customer.id);
  }
  const client = await pool.connect();
  await client.query('begin');
  await copyInto(client, 'customers', customerColumns, own);
  if (parts !== '') await copyInto(client, 'customer_addresses', addressColumns, parts);
  await client.query(
    `insert into sync.outbox (shop, entity, entity_id, operation, cause, run_id, changed_fields)
     select 'bench', 'customers', id, 'insert', 'backfill', 1, '{}' from unnest($1::bigint[]) as items(id)`,
    [customers.map(({ id }) => id)],
  );
  await client.query('commit');
  client.release();
}

/** One of the equal shares of the ids: the next page is read while the last one is written. */
async function copyShare(share: number): Promise<void> {
  const width = Math.ceil(task.largestId / task.inFlight);
  const upToId = Math.min(task.largestId, (share + 1) * width);
  let writing = Promise.resolve();
  for (let afterId = share * width; afterId < upToId; ) {
    const text = await shop.text(path, idPage(afterId, upToId, pageSize));
    const { items } = JSON.parse(text) as { items: readonly SentCustomer[] };
    await writing;
    if (items.length > 0) writing = write(items, rowTexts(text));
    if (items.length < pageSize) break;
    afterId = items.at(-1)?.id ?? upToId;
  }
  await writing;
}

await Promise.all(Array.from({ length: task.inFlight }, (_, share) => copyShare(share)));
await pool.end();
await shop.close();
const { user, system } = process.cpuUsage(before);
const spent = { seconds: (performance.now() - begunAt) / 1000, cpuSeconds: (user + system) / 1e6 };
process.stdout.write(JSON.stringify(spent));
