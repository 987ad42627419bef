import type { CustomerData } from './customers/record.ts';
import { recordedPopulation } from './customers/recorded-population.ts';
import { firstStores, type StoreTreeData } from './directory/store-tree.ts';
import type { NewIntegration } from './oauth/integration.ts';
import { recordedIntegrations } from './oauth/recorded-integrations.ts';
import { once, recordedBody } from './recordings.ts';
import { firstRecordedSales, recordedSales } from './sales/recorded-sales.ts';
import type { SalesData } from './sales/records.ts';

/** A shop that was recorded: what it held, and how it was set up. */
export interface RecordedShop {
  readonly release: string;
  customers(): CustomerData[];
  sales(): SalesData;
  stores(): StoreTreeData;
  readonly integrations: readonly NewIntegration[];
  /** Whether access tokens of integrations work as bearer tokens; what the release does by default when absent. */
  readonly integrationAsBearer?: boolean;
}

const shops: Readonly<Record<string, RecordedShop>> = {
  '2.4.7-p6': {
    release: '2.4.7-p6',
    customers: recordedPopulation,
    sales: once(firstRecordedSales),
    stores: once(firstStores),
    integrations: recordedIntegrations,
  },
  '2.4.8-p1': {
    release: '2.4.8-p1',
    customers: secondCustomers,
    sales: once(() => recordedSales('2.4.8-p1')),
    stores: once(secondStores),
    // The recordings stand for any valid token; these are the words that tests use.
    integrations: [
      { name: 'All rights', active: true, resources: 'all', accessToken: 'all-rights' },
      {
        name: 'CMS pages only',
        active: true,
        resources: ['Magento_Cms::page'],
        accessToken: 'cms-pages-only',
      },
    ],
    integrationAsBearer: true,
  },
};

/** The recorded shop of this name; throws with all names for another one. */
export function recordedShop(name: string): RecordedShop {
  const found = Object.hasOwn(shops, name) ? shops[name] : undefined;
  if (found) return found;
  throw new RangeError(`No shop was recorded as "${name}", only ${Object.keys(shops).join(' and ')}.`);
}

/** The customers of the second shop whom a recording shows whole; its list of customers was not recorded. */
function secondCustomers(): CustomerData[] {
  const { items } = recordedBody('2.4.8-p1/lists-and-single-reads', 'customers: in a list') as {
    items: CustomerData[];
  };
  return items;
}

/** The store tree of the second shop: configurations as recorded, names as its orders have them. */
function secondStores(): StoreTreeData {
  const configs = recordedBody('2.4.8-p1/other-reads', 'store configs') as Record<string, unknown>[];
  const view = (id: number, code: string, name: string, website_id: number, is_active: 0 | 1) => {
    return { id, code, name, website_id, store_group_id: website_id, is_active };
  };
  return {
    websites: [
      { id: 0, code: 'admin', name: 'Admin', default_group_id: 0 },
      { id: 1, code: 'base', name: 'Main Website', default_group_id: 1 },
      { id: 2, code: 'eu', name: 'Europe', default_group_id: 2 },
    ],
    groups: [
      { id: 0, website_id: 0, root_category_id: 0, default_store_id: 0, name: 'Default', code: 'default' },
      {
        id: 1,
        website_id: 1,
        root_category_id: 2,
        default_store_id: 1,
        name: 'Main Website Store',
        code: 'main_website_store',
      },
      { id: 2, website_id: 2, root_category_id: 2, default_store_id: 3, name: 'EU Store', code: 'eu_store' },
    ],
    views: [
      view(0, 'admin', 'Admin', 0, 1),
      view(1, 'default', 'Default Store View', 1, 1),
      view(2, 'second', 'Second', 1, 1),
      view(3, 'eu_de', 'Deutsch', 2, 1),
      view(5, 'closed', 'Closed', 1, 0),
    ],
    configs,
  };
}
