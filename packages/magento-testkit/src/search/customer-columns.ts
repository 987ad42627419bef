import type { AddressData, CustomerData } from '../customers/record.ts';
import { WebApiError } from '../http/exchange.ts';
import type { ColumnKind } from './conditions.ts';
import type { Column } from './keyed-search.ts';

type CustomerColumn = Column<CustomerData>;

const own = (kind: ColumnKind, name: keyof CustomerData): CustomerColumn => ({
  kind,
  read: (customer) => (customer[name] as string | number | undefined) ?? null,
});

const billing = (name: keyof AddressData): CustomerColumn => ({
  kind: 'text',
  read: (customer) =>
    (customer.addresses.find((address) => address.default_billing)?.[name] as string | undefined) ?? null,
});

const columns: Readonly<Record<string, CustomerColumn>> = {
  entity_id: own('number', 'id'),
  created_at: own('date', 'created_at'),
  updated_at: own('date', 'updated_at'),
  store_id: own('number', 'store_id'),
  website_id: own('number', 'website_id'),
  group_id: own('number', 'group_id'),
  email: own('text', 'email'),
  created_in: own('text', 'created_in'),
  prefix: own('text', 'prefix'),
  firstname: own('text', 'firstname'),
  middlename: own('text', 'middlename'),
  lastname: own('text', 'lastname'),
  suffix: own('text', 'suffix'),
  dob: own('date', 'dob'),
  gender: own('number', 'gender'),
  taxvat: own('text', 'taxvat'),
  confirmation: own('text', 'confirmation'),
  default_billing: own('number', 'default_billing'),
  default_shipping: own('number', 'default_shipping'),
  disable_auto_group_change: own('number', 'disable_auto_group_change'),
  billing_postcode: billing('postcode'),
  billing_city: billing('city'),
  billing_telephone: billing('telephone'),
  billing_country_id: billing('country_id'),
  billing_company: billing('company'),
  name: { kind: 'text', read: ({ firstname, lastname }) => `${firstname} ${lastname}` },
};

/**
 * Finds a column; custom attributes are columns too.
 *
 * @param attributes how custom attributes compare, by code
 */
export function findColumn(
  field: string,
  attributes: ReadonlyMap<string, ColumnKind>,
): CustomerColumn | undefined {
  if (Object.hasOwn(columns, field)) return columns[field];
  const kind = attributes.get(field);
  return kind && { kind, read: (customer) => attributeValue(customer, field) };
}

/** The stored value of a custom attribute. */
export function attributeValue(customer: CustomerData, code: string): string | null {
  return customer.custom_attributes?.find(({ attribute_code }) => attribute_code === code)?.value ?? null;
}

/** The error of a filter on a field that does not exist. Magento: recordings/customers-search.json 'unknown filter field'. */
export function invalidAttribute(field: string): WebApiError {
  return new WebApiError(400, 'The "%1" attribute name is invalid. Reset the name and try again.', {
    parameters: [field],
  });
}
