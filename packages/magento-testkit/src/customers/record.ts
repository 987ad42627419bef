/** A customer exactly as `GET /V1/customers/:id` shows it; members in Magento's order. */
export interface CustomerData {
  id: number;
  group_id: number;
  default_billing?: string;
  default_shipping?: string;
  confirmation?: string;
  created_at: string;
  updated_at: string;
  created_in?: string;
  dob?: string;
  email: string;
  firstname: string;
  lastname: string;
  middlename?: string;
  prefix?: string;
  suffix?: string;
  gender?: number;
  store_id?: number;
  taxvat?: string;
  website_id?: number;
  addresses: AddressData[];
  disable_auto_group_change: number;
  extension_attributes?: { is_subscribed: boolean };
  custom_attributes?: CustomAttribute[];
}

/** An address inside a customer. */
export interface AddressData {
  id: number;
  customer_id: number;
  region: { region_code: string | null; region: string | null; region_id: number | null };
  region_id?: number;
  country_id: string;
  street: string[];
  company?: string;
  telephone: string;
  fax?: string;
  postcode?: string;
  city: string;
  firstname: string;
  lastname: string;
  middlename?: string;
  prefix?: string;
  suffix?: string;
  vat_id?: string;
  default_shipping?: true;
  default_billing?: true;
  custom_attributes?: CustomAttribute[];
}

/** A value of an attribute that the merchant added. */
export interface CustomAttribute {
  attribute_code: string;
  value: string;
}

const customerOrder = [
  'id',
  'group_id',
  'default_billing',
  'default_shipping',
  'confirmation',
  'created_at',
  'updated_at',
  'created_in',
  'dob',
  'email',
  'firstname',
  'lastname',
  'middlename',
  'prefix',
  'suffix',
  'gender',
  'store_id',
  'taxvat',
  'website_id',
  'addresses',
  'disable_auto_group_change',
  'extension_attributes',
  'custom_attributes',
] as const;

const addressOrder = [
  'id',
  'customer_id',
  'region',
  'region_id',
  'country_id',
  'street',
  'company',
  'telephone',
  'fax',
  'postcode',
  'city',
  'firstname',
  'lastname',
  'middlename',
  'prefix',
  'suffix',
  'vat_id',
  'default_shipping',
  'default_billing',
  'extension_attributes',
  'custom_attributes',
] as const;

/** Names of the members of a customer, in Magento's order. */
export const customerMembers: readonly string[] = customerOrder;

/** Names of the members of an address, in Magento's order. */
export const addressMembers: readonly string[] = addressOrder;

/** Puts members into Magento's order and drops those that are null, as Magento does. */
export function inOrder<T extends object>(members: readonly string[], record: T): T {
  const given = record as Record<string, unknown>;
  const kept = members.filter((name) => given[name] !== undefined && given[name] !== null);
  return Object.fromEntries(kept.map((name) => [name, given[name]])) as T;
}
