import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressRecord, CustomerRecord } from './customer-copy.ts';

type Raw = Record<string, unknown>;

const recordings = new URL('../../../../recordings/', import.meta.url);

/** The first customers of recordings/customers.ndjson as records. */
export function recordedCustomers(count: number): CustomerRecord[] {
  const lines = readFileSync(new URL('customers.ndjson', recordings), 'utf8').split('\n');
  return lines.slice(0, count).map((line) => recordOf(JSON.parse(line) as Raw));
}

/** The body of an exchange in recordings/reads.json. */
export function recordedBody<T>(title: string): T {
  const { exchanges } = JSON.parse(readFileSync(new URL('reads.json', recordings), 'utf8')) as {
    exchanges: { title: string; response: { body: string } }[];
  };
  const exchange = exchanges.find((candidate) => candidate.title === title);
  if (exchange === undefined) throw new Error(`There is no exchange '${title}'.`);
  return JSON.parse(exchange.response.body) as T;
}

/** A customer with nothing but the given members. */
export function customer(id: number, members: Raw = {}): CustomerRecord {
  return recordOf({
    id,
    email: `customer${id}@example.com`,
    firstname: 'Ada',
    lastname: 'Example',
    created_at: '2025-01-01 00:00:00',
    updated_at: '2026-01-01 00:00:00',
    addresses: [],
    ...members,
  });
}

/** An address with nothing but the given members. */
export function address(id: number, members: Raw = {}): Raw {
  return {
    id,
    firstname: 'Ada',
    lastname: 'Example',
    street: ['Main St 1'],
    city: 'Springfield',
    ...members,
  };
}

function recordOf(raw: Raw): CustomerRecord {
  const { updated_at: updatedAt, ...content } = raw;
  const extension = (raw['extension_attributes'] ?? {}) as Raw;
  return {
    id: raw['id'] as number,
    email: text(raw['email']),
    groupId: number(raw['group_id']),
    storeId: number(raw['store_id']),
    websiteId: number(raw['website_id']),
    createdIn: text(raw['created_in']),
    firstname: text(raw['firstname']),
    lastname: text(raw['lastname']),
    middlename: text(raw['middlename']),
    prefix: text(raw['prefix']),
    suffix: text(raw['suffix']),
    taxvat: text(raw['taxvat']),
    dob: text(raw['dob']),
    gender: number(raw['gender']),
    confirmation: text(raw['confirmation']),
    defaultBilling: number(raw['default_billing']),
    defaultShipping: number(raw['default_shipping']),
    disableAutoGroupChange:
      raw['disable_auto_group_change'] === undefined ? null : raw['disable_auto_group_change'] === 1,
    isSubscribed: (extension['is_subscribed'] as boolean | undefined) ?? null,
    customAttributes: customAttributes(raw),
    extensionAttributes: extension,
    addresses: (raw['addresses'] as Raw[]).map(addressOf),
    raw,
    contentHash: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
    sourceCreatedAt: text(raw['created_at']),
    sourceUpdatedAt: text(updatedAt),
  };
}

function addressOf(raw: Raw): AddressRecord {
  const region = (raw['region'] ?? {}) as Raw;
  return {
    id: raw['id'] as number,
    firstname: text(raw['firstname']),
    lastname: text(raw['lastname']),
    middlename: text(raw['middlename']),
    prefix: text(raw['prefix']),
    suffix: text(raw['suffix']),
    company: text(raw['company']),
    telephone: text(raw['telephone']),
    fax: text(raw['fax']),
    postcode: text(raw['postcode']),
    city: text(raw['city']),
    vatId: text(raw['vat_id']),
    street: raw['street'] as string[],
    countryId: text(raw['country_id']),
    regionId: number(raw['region_id']),
    regionCode: text(region['region_code']),
    region: text(region['region']),
    defaultBilling: raw['default_billing'] === true,
    defaultShipping: raw['default_shipping'] === true,
    customAttributes: customAttributes(raw),
    extensionAttributes: {},
    raw,
  };
}

function customAttributes(raw: Raw): Raw {
  const list = (raw['custom_attributes'] ?? []) as { attribute_code: string; value: unknown }[];
  return Object.fromEntries(list.map(({ attribute_code: code, value }) => [code, value]));
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return value === undefined || value === null ? null : Number(value);
}
