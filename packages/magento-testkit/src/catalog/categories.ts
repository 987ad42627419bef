/** A category as `GET /V1/categories/:id` shows it. */
export interface Category {
  readonly id: number;
  readonly parent_id: number;
  readonly name: string;
  readonly is_active: boolean;
  readonly position: number;
  readonly level: number;
  /** Ids of the children that are active, with commas between. */
  readonly children: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** Ids from the root to itself, with slashes between. */
  readonly path: string;
  readonly available_sort_by: readonly string[];
  readonly include_in_menu: boolean;
  readonly custom_attributes: readonly { readonly attribute_code: string; readonly value: string }[];
}

/** A node of the tree that `GET /V1/categories` shows. */
export interface CategoryNode {
  readonly id: number;
  readonly parent_id: number;
  readonly name: string;
  readonly is_active: boolean;
  readonly position: number;
  readonly level: number;
  readonly product_count: number;
  readonly children_data: readonly CategoryNode[];
}

interface Entry {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly position: number;
  readonly isActive?: false;
}

/** Root of the tree that every store of the recorded shop shows. Magento: recordings/reads.json 'store groups'. */
export const rootCategory = 2;

/** Made up: no category was recorded. The first two are those of every new shop. */
const entries: readonly Entry[] = [
  { id: 1, parent: 0, name: 'Root Catalog', position: 0 },
  { id: rootCategory, parent: 1, name: 'Default Category', position: 1 },
  { id: 3, parent: 2, name: 'Gear', position: 1 },
  { id: 4, parent: 3, name: 'Bags & Backpacks', position: 1 },
  { id: 5, parent: 2, name: 'Größen', position: 2 },
  { id: 6, parent: 3, name: 'Discontinued', position: 2, isActive: false },
];

function pathOf(id: number): readonly number[] {
  const entry = entries.find((candidate) => candidate.id === id);
  return entry ? [...pathOf(entry.parent), id] : [];
}

const childrenOf = (id: number) => entries.filter(({ parent }) => parent === id);

/** Every category, the invisible root included. */
export const categories: readonly Category[] = entries.map(({ id, parent, name, position, isActive }) => {
  const children = childrenOf(id).filter((child) => child.isActive !== false);
  const path = pathOf(id);
  return {
    id,
    parent_id: parent,
    name,
    is_active: isActive ?? true,
    position,
    level: path.length - 1,
    children: children.map((child) => child.id).join(','),
    created_at: '2026-11-24 10:14:02',
    updated_at: '2026-11-24 10:18:33',
    path: path.join('/'),
    available_sort_by: [],
    include_in_menu: true,
    custom_attributes: [
      { attribute_code: 'path', value: path.join('/') },
      { attribute_code: 'children_count', value: String(entries.length - notBelow(id).length) },
    ],
  };
});

function notBelow(id: number): readonly Entry[] {
  return entries.filter((entry) => entry.id === id || !pathOf(entry.id).includes(id));
}

/**
 * The tree below a category; the products of the recorded shop are in no category.
 *
 * @param depth levels below the category; all when absent
 *
 * Magento: module-catalog/Model/Category/Tree.php.
 */
export function categoryTree(category: Category, depth = Number.POSITIVE_INFINITY): CategoryNode {
  const { id, parent_id, name, is_active, position, level } = category;
  const below = depth <= 0 ? [] : categories.filter((candidate) => candidate.parent_id === id);
  return {
    id,
    parent_id,
    name,
    is_active,
    position,
    level,
    product_count: 0,
    children_data: below.map((child) => categoryTree(child, depth - 1)),
  };
}
