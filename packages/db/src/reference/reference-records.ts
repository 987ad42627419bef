/** A customer group as read from the shop. */
export interface GroupRecord {
  id: number;
  code: string | null;
  taxClassId: number | null;
  taxClassName: string | null;
  excludedWebsiteIds: readonly number[];
  raw: Record<string, unknown>;
}

/** A website as read from the shop. */
export interface WebsiteRecord {
  id: number;
  code: string | null;
  name: string | null;
  defaultGroupId: number | null;
  raw: Record<string, unknown>;
}

/** A store group as read from the shop. */
export interface StoreGroupRecord {
  id: number;
  websiteId: number | null;
  code: string | null;
  name: string | null;
  rootCategoryId: number | null;
  defaultStoreId: number | null;
  raw: Record<string, unknown>;
}

/** A store view as read from the shop. */
export interface StoreViewRecord {
  id: number;
  websiteId: number | null;
  storeGroupId: number | null;
  code: string | null;
  name: string | null;
  isActive: boolean | null;
  raw: Record<string, unknown>;
}

/** An option of an attribute; options may be grouped below a label without a value. */
export interface AttributeOptionRecord {
  label: string | null;
  value: string | null;
  options?: readonly AttributeOptionRecord[];
}

/** The metadata of an attribute as read from the shop. */
export interface AttributeRecord {
  code: string;
  frontendInput: string | null;
  frontendLabel: string | null;
  storeLabel: string | null;
  backendType: string | null;
  required: boolean | null;
  visible: boolean | null;
  userDefined: boolean | null;
  system: boolean | null;
  sortOrder: number | null;
  multilineCount: number | null;
  options: readonly AttributeOptionRecord[];
  raw: Record<string, unknown>;
}

/** Whose attributes. */
export type AttributeEntityType = 'customer' | 'customer_address';
