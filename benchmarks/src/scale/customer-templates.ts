import { readFileSync } from 'node:fs';
import { customers } from '@magento-sync/entities';
import { canonicalJson } from '../../../apps/worker/src/sync/entity/content-hash.ts';

type Json = Readonly<Record<string, unknown>>;

/** A recorded customer as PostgreSQL's `format` takes it, to make others from: what `variedPopulation` does, in SQL. */
export interface CustomerTemplate {
  readonly position: number;
  /** The customer that it was, whose row in the copy is what the made ones are like. */
  readonly seedId: number;
  /** JSON as it is sent. */
  readonly sent: string;
  /** JSON that the content hash is made of. */
  readonly canonical: string;
  readonly email: readonly [before: string, behind: string];
  /** Positions of the default addresses; -1 for none. */
  readonly defaults: readonly [billing: number, shipping: number];
  readonly names: readonly [first: string, last: string];
  readonly addresses: readonly AddressTemplate[];
}

/** An address of such a customer. */
export interface AddressTemplate {
  readonly seedId: number;
  readonly sent: string;
  readonly hasPostcode: boolean;
}

/** Arguments of the formats: what a customer has, then three for each address. */
export const argument = {
  id: 1,
  firstname: 2,
  lastname: 3,
  createdAt: 4,
  updatedAt: 5,
  addressId: (index: number) => 6 + 3 * index,
  telephone: (index: number) => 7 + 3 * index,
  postcode: (index: number) => 8 + 3 * index,
} as const;

/** Most addresses that a recorded customer has. */
export const mostAddresses = 4;

const inside = (position: number) => `«${position}»`;
/** Stands where a number stands, without quotes in the end. */
const alone = (position: number) => `«#${position}»`;

/** The templates, in the order in which the stand-in shop has them. */
export function customerTemplates(): CustomerTemplate[] {
  const file = new URL('../../../recordings/customers.ndjson', import.meta.url);
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
  return rows.map(templateOf);
}

function templateOf(customer: Json, position: number): CustomerTemplate {
  const id = String(customer['id']);
  const email = String(customer['email']);
  const at = email.indexOf(id);
  const [before, behind] = at < 0 ? ['c', `.${email}`] : [email.slice(0, at), email.slice(at + id.length)];
  const addresses = customer['addresses'] as readonly Json[];
  const defaultAt = (name: string) =>
    addresses.findIndex((address) => String(address['id']) === customer[name]);
  const [billing, shipping] = [defaultAt('default_billing'), defaultAt('default_shipping')];
  const made = {
    ...customer,
    id: alone(argument.id),
    ...(billing < 0 ? {} : { default_billing: inside(argument.addressId(billing)) }),
    ...(shipping < 0 ? {} : { default_shipping: inside(argument.addressId(shipping)) }),
    created_at: inside(argument.createdAt),
    updated_at: inside(argument.updatedAt),
    email: `${before}${inside(argument.id)}${behind}`,
    firstname: inside(argument.firstname),
    lastname: inside(argument.lastname),
    addresses: addresses.map(addressOf),
  };
  const content = Object.entries(made).filter(([name]) => !customers.uncounted.includes(name as never));
  return {
    position,
    seedId: Number(customer['id']),
    sent: formatOf(JSON.stringify(made)),
    canonical: formatOf(canonicalJson(Object.fromEntries(content), customers.listKeys)),
    email: [before, behind],
    defaults: [billing, shipping],
    names: [String(customer['firstname']), String(customer['lastname'])],
    addresses: addresses.map((address, index) => ({
      seedId: Number(address['id']),
      sent: formatOf(JSON.stringify(addressOf(address, index))),
      hasPostcode: address['postcode'] !== undefined,
    })),
  };
}

function addressOf(address: Json, index: number): Json {
  return {
    ...address,
    id: alone(argument.addressId(index)),
    customer_id: alone(argument.id),
    telephone: inside(argument.telephone(index)),
    ...(address['postcode'] === undefined ? {} : { postcode: inside(argument.postcode(index)) }),
    firstname: inside(argument.firstname),
    lastname: inside(argument.lastname),
  };
}

/** A text with marks as `format` of PostgreSQL wants it. */
function formatOf(text: string): string {
  return text
    .replaceAll('%', '%%')
    .replaceAll(/"«#(\d+)»"/g, '%$1$$s')
    .replaceAll(/«(\d+)»/g, '%$1$$s');
}
