import { z } from 'zod';
import { type CustomerAddress, parseAddress } from './address.ts';
import { parsePayload, rawObject } from './parse.ts';
import {
  customAttributes,
  date,
  flag,
  id,
  integer,
  list,
  record,
  reference,
  text,
  timestamp,
} from './scalars.ts';

/** A customer. `null` means that Magento has no value: it leaves such fields out. */
export interface Customer {
  id: number;
  email: string | null;
  groupId: number | null;
  /** `null` also when the store view was deleted. */
  storeId: number | null;
  /** `null` also when the website was deleted. */
  websiteId: number | null;
  /** Name of the store view at the time of creation, or `Admin`. */
  createdIn: string | null;
  firstname: string | null;
  lastname: string | null;
  middlename: string | null;
  prefix: string | null;
  suffix: string | null;
  taxvat: string | null;
  /** `YYYY-MM-DD`. */
  dob: string | null;
  gender: number | null;
  /** The confirmation key while the account is unconfirmed. */
  confirmation: string | null;
  defaultBilling: number | null;
  defaultShipping: number | null;
  disableAutoGroupChange: boolean | null;
  /** `null` = unknown: lists of 2.3 do not say. Single reads and lists compute it differently. */
  isSubscribed: boolean | null;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  createdAt: string | null;
  /** UTC, `YYYY-MM-DD HH:MM:SS`; does not move when an address changes. */
  updatedAt: string | null;
  /** By attribute code; values as stored, i.e. mostly text. */
  customAttributes: Record<string, unknown>;
  extensionAttributes: Record<string, unknown>;
  addresses: CustomerAddress[];
  /** The object as it came. */
  raw: Record<string, unknown>;
}

const customerSchema = z.object({
  id,
  email: text,
  group_id: integer,
  store_id: integer,
  website_id: integer,
  created_in: text,
  firstname: text,
  lastname: text,
  middlename: text,
  prefix: text,
  suffix: text,
  taxvat: text,
  dob: date,
  gender: integer,
  confirmation: text,
  default_billing: reference,
  default_shipping: reference,
  disable_auto_group_change: flag,
  created_at: timestamp,
  updated_at: timestamp,
  custom_attributes: customAttributes,
  extension_attributes: record,
  addresses: list(z.unknown()),
});

/** Reads one customer. */
export function parseCustomer(value: unknown, path: string): Customer {
  const customer = parsePayload(customerSchema, value, path);
  return {
    id: customer.id,
    email: customer.email,
    groupId: customer.group_id,
    storeId: customer.store_id,
    websiteId: customer.website_id,
    createdIn: customer.created_in,
    firstname: customer.firstname,
    lastname: customer.lastname,
    middlename: customer.middlename,
    prefix: customer.prefix,
    suffix: customer.suffix,
    taxvat: customer.taxvat,
    dob: customer.dob,
    gender: customer.gender,
    confirmation: customer.confirmation,
    defaultBilling: customer.default_billing,
    defaultShipping: customer.default_shipping,
    disableAutoGroupChange: customer.disable_auto_group_change,
    isSubscribed: parsePayload(flag, customer.extension_attributes['is_subscribed'], path),
    createdAt: customer.created_at,
    updatedAt: customer.updated_at,
    customAttributes: customer.custom_attributes,
    extensionAttributes: customer.extension_attributes,
    addresses: customer.addresses.map((address) => parseAddress(address, path)),
    raw: rawObject(value, path),
  };
}
