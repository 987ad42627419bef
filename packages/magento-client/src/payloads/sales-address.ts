import { z } from 'zod';
import { parsePayload, rawObject } from './parse.ts';
import { list, reference, text } from './scalars.ts';

/** The address of an order, as it was when the order was placed. */
export interface SalesAddress {
  id: number | null;
  /** The customer's address it was copied from, when it was one. */
  customerAddressId: number | null;
  email: string | null;
  firstname: string | null;
  lastname: string | null;
  company: string | null;
  street: string[];
  postcode: string | null;
  city: string | null;
  region: string | null;
  regionCode: string | null;
  countryId: string | null;
  telephone: string | null;
  vatId: string | null;
  raw: Record<string, unknown>;
}

const schema = z.object({
  entity_id: reference,
  customer_address_id: reference,
  email: text,
  firstname: text,
  lastname: text,
  company: text,
  street: list(text).transform((lines) => lines.map((line) => line ?? '')),
  postcode: text,
  city: text,
  region: text,
  region_code: text,
  country_id: text,
  telephone: text,
  vat_id: text,
});

/** Reads the address of an order; `null` when there is none. */
export function parseSalesAddress(value: unknown, path: string): SalesAddress | null {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  const address = parsePayload(schema, value, path);
  return {
    id: address.entity_id,
    customerAddressId: address.customer_address_id,
    email: address.email,
    firstname: address.firstname,
    lastname: address.lastname,
    company: address.company,
    street: address.street,
    postcode: address.postcode,
    city: address.city,
    region: address.region,
    regionCode: address.region_code,
    countryId: address.country_id,
    telephone: address.telephone,
    vatId: address.vat_id,
    raw: rawObject(value, path),
  };
}
