import { z } from 'zod';
import { parsePayload, rawObject } from './parse.ts';
import { customAttributes, flag, id, record, reference, text } from './scalars.ts';

/** An address of a customer. */
export interface CustomerAddress {
  id: number;
  customerId: number | null;
  firstname: string | null;
  lastname: string | null;
  middlename: string | null;
  prefix: string | null;
  suffix: string | null;
  company: string | null;
  telephone: string | null;
  fax: string | null;
  postcode: string | null;
  city: string | null;
  vatId: string | null;
  street: string[];
  countryId: string | null;
  /** `null` for regions that Magento has no list of. */
  regionId: number | null;
  regionCode: string | null;
  region: string | null;
  defaultBilling: boolean;
  defaultShipping: boolean;
  customAttributes: Record<string, unknown>;
  extensionAttributes: Record<string, unknown>;
  raw: Record<string, unknown>;
}

/** Lines of a street; some modules send one text with line breaks. */
const street = z.preprocess(
  (value) => {
    if (value === null || value === undefined || value === '') return [];
    return typeof value === 'string' ? value.split('\n') : value;
  },
  z.array(text).transform((lines) => lines.map((line) => line ?? '')),
);

/** Magento sends an object; modules that flatten it send the name. */
const region = z.preprocess(
  (value) => (typeof value === 'string' ? { region: value } : Array.isArray(value) ? {} : value),
  z.object({ region: text, region_code: text, region_id: reference }).nullish(),
);

const addressSchema = z.object({
  id,
  customer_id: reference,
  firstname: text,
  lastname: text,
  middlename: text,
  prefix: text,
  suffix: text,
  company: text,
  telephone: text,
  fax: text,
  postcode: text,
  city: text,
  vat_id: text,
  street,
  country_id: text,
  region_id: reference,
  region,
  default_billing: flag,
  default_shipping: flag,
  custom_attributes: customAttributes,
  extension_attributes: record,
});

/** Reads one address. */
export function parseAddress(value: unknown, path: string): CustomerAddress {
  const address = parsePayload(addressSchema, value, path);
  return {
    id: address.id,
    customerId: address.customer_id,
    firstname: address.firstname,
    lastname: address.lastname,
    middlename: address.middlename,
    prefix: address.prefix,
    suffix: address.suffix,
    company: address.company,
    telephone: address.telephone,
    fax: address.fax,
    postcode: address.postcode,
    city: address.city,
    vatId: address.vat_id,
    street: address.street,
    countryId: address.country_id,
    regionId: address.region_id ?? address.region?.region_id ?? null,
    regionCode: address.region?.region_code ?? null,
    region: address.region?.region ?? null,
    defaultBilling: address.default_billing ?? false,
    defaultShipping: address.default_shipping ?? false,
    customAttributes: address.custom_attributes,
    extensionAttributes: address.extension_attributes,
    raw: rawObject(value, path),
  };
}
