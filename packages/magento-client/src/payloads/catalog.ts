import { z } from 'zod';
import { amount } from './amount.ts';
import { parsePayload, rawObject } from './parse.ts';
import { customAttributes, flag, id, integer, list, record, reference, text, timestamp } from './scalars.ts';

/** A product as the store view of the client's scope shows it. */
export interface Product {
  id: number;
  sku: string;
  name: string | null;
  attributeSetId: number | null;
  /** `null` for types whose price follows from their parts. */
  price: number | null;
  /** 1 enabled, 2 disabled. */
  status: number | null;
  /** 1 not visible, 2 catalog, 3 search, 4 both. */
  visibility: number | null;
  typeId: string | null;
  weight: number | null;
  /** UTC. */
  createdAt: string | null;
  updatedAt: string | null;
  /** By attribute code; lists such as `category_ids` stay lists. */
  customAttributes: Record<string, unknown>;
  /** Stock and bundle options come with single reads only. */
  extensionAttributes: Record<string, unknown>;
  raw: Record<string, unknown>;
}

/** A category. */
export interface Category {
  id: number;
  parentId: number | null;
  name: string | null;
  isActive: boolean | null;
  position: number | null;
  level: number | null;
  /** Ids from the root down, e.g. `1/2/7`; only in lists and single reads. */
  path: string | null;
  raw: Record<string, unknown>;
}

/** A category with those below it. */
export interface CategoryTree extends Category {
  productCount: number | null;
  children: CategoryTree[];
}

const productSchema = z.object({
  id,
  sku: z.coerce.string(),
  name: text,
  attribute_set_id: integer,
  price: amount,
  status: integer,
  visibility: integer,
  type_id: text,
  weight: amount,
  created_at: timestamp,
  updated_at: timestamp,
  custom_attributes: customAttributes,
  extension_attributes: record,
});
const categorySchema = z.object({
  id,
  parent_id: reference,
  name: text,
  is_active: flag,
  position: integer,
  level: integer,
  path: text,
});
const treeSchema = z.object({ product_count: integer, children_data: list(z.unknown()) });

/** Reads one product. */
export function parseProduct(value: unknown, path: string): Product {
  const product = parsePayload(productSchema, value, path);
  return {
    id: product.id,
    sku: product.sku,
    name: product.name,
    attributeSetId: product.attribute_set_id,
    price: product.price,
    status: product.status,
    visibility: product.visibility,
    typeId: product.type_id,
    weight: product.weight,
    createdAt: product.created_at,
    updatedAt: product.updated_at,
    customAttributes: product.custom_attributes,
    extensionAttributes: product.extension_attributes,
    raw: rawObject(value, path),
  };
}

/** Reads one category. */
export function parseCategory(value: unknown, path: string): Category {
  const category = parsePayload(categorySchema, value, path);
  return {
    id: category.id,
    parentId: category.parent_id,
    name: category.name,
    isActive: category.is_active,
    position: category.position,
    level: category.level,
    path: category.path,
    raw: rawObject(value, path),
  };
}

/** Reads a category and those below it. */
export function parseCategoryTree(value: unknown, path: string): CategoryTree {
  const { product_count: productCount, children_data: children } = parsePayload(treeSchema, value, path);
  return {
    ...parseCategory(value, path),
    productCount,
    children: children.map((child) => parseCategoryTree(child, path)),
  };
}
