import { z } from 'zod';
import { parsePayload, rawObject } from './parse.ts';
import { flag, id, integer, list, record, text } from './scalars.ts';

/** A customer group; 0 is "NOT LOGGED IN". */
export interface CustomerGroup {
  id: number;
  code: string | null;
  taxClassId: number | null;
  taxClassName: string | null;
  /** Websites whose prices the group does not see (recent releases). */
  excludedWebsiteIds: number[];
  raw: Record<string, unknown>;
}

/** A website; 0 is "admin". */
export interface Website {
  id: number;
  code: string | null;
  name: string | null;
  defaultGroupId: number | null;
  raw: Record<string, unknown>;
}

/** A store, which groups store views of one website. */
export interface StoreGroup {
  id: number;
  websiteId: number | null;
  rootCategoryId: number | null;
  defaultStoreId: number | null;
  name: string | null;
  code: string | null;
  raw: Record<string, unknown>;
}

/** A store view; its code is the scope of a REST path. */
export interface StoreView {
  id: number;
  code: string | null;
  name: string | null;
  websiteId: number | null;
  storeGroupId: number | null;
  isActive: boolean | null;
  raw: Record<string, unknown>;
}

/** Settings of one store view. */
export interface StoreConfig {
  id: number;
  code: string | null;
  websiteId: number | null;
  locale: string | null;
  baseCurrencyCode: string | null;
  defaultDisplayCurrencyCode: string | null;
  timezone: string | null;
  weightUnit: string | null;
  baseUrl: string | null;
  secureBaseUrl: string | null;
  raw: Record<string, unknown>;
}

const groupSchema = z.object({
  id,
  code: text,
  tax_class_id: integer,
  tax_class_name: text,
  extension_attributes: record,
});
const websiteSchema = z.object({ id, code: text, name: text, default_group_id: integer });
const storeGroupSchema = z.object({
  id,
  website_id: integer,
  root_category_id: integer,
  default_store_id: integer,
  name: text,
  code: text,
});
const storeViewSchema = z.object({
  id,
  code: text,
  name: text,
  website_id: integer,
  store_group_id: integer,
  is_active: flag,
});
const storeConfigSchema = z.object({
  id,
  code: text,
  website_id: integer,
  locale: text,
  base_currency_code: text,
  default_display_currency_code: text,
  timezone: text,
  weight_unit: text,
  base_url: text,
  secure_base_url: text,
});

/** Reads one customer group. */
export function parseCustomerGroup(value: unknown, path: string): CustomerGroup {
  const group = parsePayload(groupSchema, value, path);
  const excluded = parsePayload(list(id), group.extension_attributes['exclude_website_ids'], path);
  return {
    id: group.id,
    code: group.code,
    taxClassId: group.tax_class_id,
    taxClassName: group.tax_class_name,
    excludedWebsiteIds: excluded,
    raw: rawObject(value, path),
  };
}

/** Reads one website. */
export function parseWebsite(value: unknown, path: string): Website {
  const { default_group_id: defaultGroupId, ...website } = parsePayload(websiteSchema, value, path);
  return { ...website, defaultGroupId, raw: rawObject(value, path) };
}

/** Reads one store. */
export function parseStoreGroup(value: unknown, path: string): StoreGroup {
  const group = parsePayload(storeGroupSchema, value, path);
  return {
    id: group.id,
    websiteId: group.website_id,
    rootCategoryId: group.root_category_id,
    defaultStoreId: group.default_store_id,
    name: group.name,
    code: group.code,
    raw: rawObject(value, path),
  };
}

/** Reads one store view. */
export function parseStoreView(value: unknown, path: string): StoreView {
  const view = parsePayload(storeViewSchema, value, path);
  return {
    id: view.id,
    code: view.code,
    name: view.name,
    websiteId: view.website_id,
    storeGroupId: view.store_group_id,
    isActive: view.is_active,
    raw: rawObject(value, path),
  };
}

/** Reads the settings of one store view. */
export function parseStoreConfig(value: unknown, path: string): StoreConfig {
  const config = parsePayload(storeConfigSchema, value, path);
  return {
    id: config.id,
    code: config.code,
    websiteId: config.website_id,
    locale: config.locale,
    baseCurrencyCode: config.base_currency_code,
    defaultDisplayCurrencyCode: config.default_display_currency_code,
    timezone: config.timezone,
    weightUnit: config.weight_unit,
    baseUrl: config.base_url,
    secureBaseUrl: config.secure_base_url,
    raw: rawObject(value, path),
  };
}
