import type { CustomerTable } from '../customers/customer-table.ts';
import type { CustomerData } from '../customers/record.ts';
import { recordedBody } from '../recordings.ts';

/** A website as `GET /V1/store/websites` shows it. */
export interface Website {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly default_group_id: number;
}

/** A store as `GET /V1/store/storeGroups` shows it. */
export interface StoreGroup {
  readonly id: number;
  readonly website_id: number;
  readonly root_category_id: number;
  readonly default_store_id: number;
  readonly name: string;
  readonly code: string;
}

/** A store view as `GET /V1/store/storeViews` shows it. */
export interface StoreView {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly website_id: number;
  readonly store_group_id: number;
  readonly is_active: 0 | 1;
}

/** What an administrator enters for a new store view. */
export interface NewStoreView {
  readonly code: string;
  readonly name?: string;
  /** `base` when absent. */
  readonly website?: string;
  readonly isActive?: boolean;
}

/** Websites, stores and store views, and what their administration does to customers. */
export interface StoreTree {
  websites(): readonly Website[];
  groups(): readonly StoreGroup[];
  views(): readonly StoreView[];
  configs(): readonly Record<string, unknown>[];
  addView(view: NewStoreView): StoreView;
  /** A new website with a store of its own and no store view. */
  addWebsite(code: string, name?: string): Website;
  /** Deletes a store view: `store_id` of its customers becomes null and their `updated_at` stays. Returns how many. */
  removeView(code: string): number;
  /** Deletes a website with its store views: `website_id` and `store_id` become null, `updated_at` stays. */
  removeWebsite(code: string): number;
  /** Whether a path may name this scope: a store view or `all`. */
  hasScope(scope: string): boolean;
  /** Website of a scope: 0 for `all`; `undefined` stands for the default store view. */
  websiteOf(scope: string | undefined): number;
}

/** Websites, groups, views and their configurations. */
export interface StoreTreeData {
  readonly websites: readonly Website[];
  readonly groups: readonly StoreGroup[];
  readonly views: readonly StoreView[];
  readonly configs: readonly Record<string, unknown>[];
}

/** The tree of the first recorded shop. */
export function firstStores(): StoreTreeData {
  return {
    websites: recordedBody('reads', 'websites') as Website[],
    groups: recordedBody('reads', 'store groups') as StoreGroup[],
    views: recordedBody('reads', 'store views') as StoreView[],
    configs: recordedBody('reads', 'store configs') as Record<string, unknown>[],
  };
}

/**
 * Creates a tree over a table of customers, whose foreign keys a deletion nulls.
 *
 * @param onViewsRemoved what other tables do when store views are deleted
 */
export function createStoreTree(
  table: CustomerTable,
  recorded: StoreTreeData = firstStores(),
  onViewsRemoved: (ids: ReadonlySet<number>) => void = () => {},
): StoreTree {
  let { websites, groups, views, configs } = recorded;
  const nextId = (rows: readonly { id: number }[]) => Math.max(...rows.map(({ id }) => id)) + 1;

  function named<T extends { code: string }>(rows: readonly T[], code: string, kind: string): T {
    const found = rows.find((row) => row.code === code);
    if (found) return found;
    throw new RangeError(
      `The shop has no ${kind} "${code}"; it has ${rows.map((row) => row.code).join(', ')}.`,
    );
  }

  /** Magento: foreign keys with ON DELETE SET NULL, which do not fire ON UPDATE of a timestamp. */
  function update(
    isMeant: (customer: CustomerData) => boolean,
    change: (customer: CustomerData) => CustomerData,
  ): number {
    const meant = table.all().filter(isMeant);
    for (const customer of meant) table.put(change(customer));
    return meant.length;
  }

  return {
    websites: () => websites,
    groups: () => groups,
    views: () => views,
    configs: () => configs,
    addView({ code, name = code, website = 'base', isActive = true }) {
      const { id: websiteId } = named(websites, website, 'website');
      const group = groups.find(({ website_id }) => website_id === websiteId);
      const view: StoreView = {
        id: nextId(views),
        code,
        name,
        website_id: websiteId,
        store_group_id: group?.id ?? 0,
        is_active: isActive ? 1 : 0,
      };
      views = [...views, view];
      if (isActive) configs = [...configs, { ...configs[0], id: view.id, code, website_id: websiteId }];
      return view;
    },
    addWebsite(code, name = code) {
      const group = { root_category_id: 2, default_store_id: 0, name, code: `${code}_group` };
      const website = { id: nextId(websites), code, name, default_group_id: nextId(groups) };
      groups = [...groups, { id: website.default_group_id, website_id: website.id, ...group }];
      websites = [...websites, website];
      return website;
    },
    removeView(code) {
      const { id } = named(views, code, 'store view');
      views = views.filter((view) => view.id !== id);
      configs = configs.filter((config) => config['id'] !== id);
      onViewsRemoved(new Set([id]));
      return update(({ store_id }) => store_id === id, withoutStore);
    },
    removeWebsite(code) {
      const { id } = named(websites, code, 'website');
      websites = websites.filter((website) => website.id !== id);
      groups = groups.filter(({ website_id }) => website_id !== id);
      configs = configs.filter((config) => config['website_id'] !== id);
      const gone = new Set(views.filter(({ website_id }) => website_id === id).map((view) => view.id));
      views = views.filter((view) => !gone.has(view.id));
      onViewsRemoved(gone);
      return update(
        ({ website_id, store_id }) => website_id === id || gone.has(store_id ?? -1),
        (customer) => {
          const kept = gone.has(customer.store_id ?? -1) ? withoutStore(customer) : customer;
          return kept.website_id === id ? withoutWebsite(kept) : kept;
        },
      );
    },
    // The administration's own view is no scope of a path; `all` stands for it.
    hasScope: (scope) => scope === 'all' || (scope !== 'admin' && views.some(({ code }) => code === scope)),
    websiteOf(scope) {
      if (scope === 'all') return 0;
      return (views.find(({ code }) => code === (scope ?? 'default')) ?? views[0])?.website_id ?? 0;
    },
  };
}

function withoutStore({ store_id: _null, ...customer }: CustomerData): CustomerData {
  return customer;
}

function withoutWebsite({ website_id: _null, ...customer }: CustomerData): CustomerData {
  return customer;
}
