/** One customer as read from the shop, ready to be written. Times are UTC, 'YYYY-MM-DD HH:MM:SS'. */
export interface CustomerRecord {
  id: number;
  email: string | null;
  groupId: number | null;
  storeId: number | null;
  websiteId: number | null;
  createdIn: string | null;
  firstname: string | null;
  lastname: string | null;
  middlename: string | null;
  prefix: string | null;
  suffix: string | null;
  taxvat: string | null;
  dob: string | null;
  gender: number | null;
  confirmation: string | null;
  defaultBilling: number | null;
  defaultShipping: number | null;
  disableAutoGroupChange: boolean | null;
  /** Null means unknown. */
  isSubscribed: boolean | null;
  /** Code to value. */
  customAttributes: Record<string, unknown>;
  extensionAttributes: Record<string, unknown>;
  addresses: readonly AddressRecord[];
  /** The whole object as the shop sent it. */
  raw: Record<string, unknown>;
  /** Covers everything in `raw` except `updated_at`. */
  contentHash: string;
  sourceCreatedAt: string | null;
  sourceUpdatedAt: string | null;
}

/** One address of a customer, ready to be written. */
export interface AddressRecord {
  id: number;
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
  street: readonly string[];
  countryId: string | null;
  regionId: number | null;
  regionCode: string | null;
  region: string | null;
  defaultBilling: boolean;
  defaultShipping: boolean;
  customAttributes: Record<string, unknown>;
  extensionAttributes: Record<string, unknown>;
  raw: Record<string, unknown>;
}

/** Something in a record that no column can hold; it was stored as told here, `raw` keeps the original where it can. */
export interface Adjustment {
  customerId: number;
  field: string;
  problem: string;
}
