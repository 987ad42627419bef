import { readFileSync } from 'node:fs';
import type { Attributes } from '../directory/attributes.ts';
import { requiredField } from '../http/exchange.ts';
import { recordedBody, recordingsFolder } from '../recordings.ts';
import type { Release } from '../release.ts';
import { echoCriteria, parseCriteria } from '../search/criteria.ts';
import { searchList } from '../search/list-search.ts';
import type { ShopState } from '../shop-state.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

type Row = Readonly<Record<string, unknown>>;

const once = <T>(make: () => T): (() => T) => {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
};

const read = (path: string, resource: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  resource,
  handle,
});

/** Reference data of the recorded shop that nobody edits, read once. */
const recorded = (path: string, resource: string, title: string): Route =>
  read(
    path,
    resource,
    once(() => recordedBody('reads', title)),
  );

const attributes = (entity: 'customer' | 'customerAddress'): readonly Route[] => {
  const of = ({ shop }: RouteCall): Attributes =>
    entity === 'customer' ? shop.attributes : shop.addressAttributes;
  const resource = 'Magento_Customer::customer';
  const path = `/attributeMetadata/${entity}`;
  return [
    read(path, resource, (call) => of(call).all()),
    read(`${path}/custom`, resource, (call) => of(call).custom()),
    read(`${path}/attribute/:attributeCode`, resource, (call) =>
      of(call).get(call.variables['attributeCode'] ?? ''),
    ),
  ];
};

/** A list endpoint over rows of a flat table. */
const list = (
  path: string,
  resource: Route['resource'],
  rows: (shop: ShopState) => readonly Row[],
): Route => ({
  method: 'GET',
  path,
  resource,
  handle({ query, shop }) {
    const criteria = parseCriteria(query, shop);
    const { items, totalCount } = searchList(rows(shop), criteria, shop.release.pairsFromAndTo);
    return { items, search_criteria: echoCriteria(criteria), total_count: totalCount };
  },
});

/** A list of which only the first rows were recorded: it serves those, and says how many the recorded shop had. */
const recordedList = (path: string, resource: Route['resource'], title: string): Route => {
  const recording = once(() => recordedBody('reads', title) as { items: Row[]; total_count: number });
  const served = list(path, resource, () => recording().items);
  return {
    ...served,
    handle: (call) => ({ ...(served.handle(call) as object), total_count: recording().total_count }),
  };
};

const recordedLines = (name: string) =>
  once(() =>
    readFileSync(new URL(`${name}.ndjson`, recordingsFolder), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row),
  );

/** Before 2.3.1 one right covers all sales documents. */
const sales = (right: string) => (release: Release) =>
  `Magento_Sales::${release.splitsSalesRights ? right : 'sales'}`;

const groupRight = 'Magento_Customer::group';

function groupCode({ body }: RouteCall): string {
  const group = body['group'] as { code?: unknown } | undefined;
  if (!group) throw requiredField('group');
  if (typeof group.code !== 'string' || group.code === '') throw requiredField('code');
  return group.code;
}

/** Customer groups. Magento: module-customer/etc/webapi.xml. */
const groupRoutes: readonly Route[] = [
  list('/customerGroups/search', groupRight, ({ groups }) => groups.all() as unknown as readonly Row[]),
  read('/customerGroups/default', groupRight, ({ shop }) => shop.groups.default()),
  read('/customerGroups/:id', groupRight, (call) => call.shop.groups.get(integerVariable(call, 'id'))),
  {
    method: 'POST',
    path: '/customerGroups',
    resource: groupRight,
    handle: (call) => call.shop.groups.add(groupCode(call)),
  },
  {
    method: 'PUT',
    path: '/customerGroups/:id',
    resource: groupRight,
    handle: (call) => call.shop.groups.rename(integerVariable(call, 'id'), groupCode(call)),
  },
  {
    method: 'DELETE',
    path: '/customerGroups/:id',
    resource: groupRight,
    handle(call) {
      call.shop.groups.remove(integerVariable(call, 'id'));
      return true;
    },
  },
];

const storeRight = 'Magento_Backend::store';

/** Groups, attributes, the store tree, directory, modules, orders and products. */
export const referenceRoutes: readonly Route[] = [
  ...groupRoutes,
  ...attributes('customer'),
  ...attributes('customerAddress'),
  read('/store/websites', storeRight, ({ shop }) => shop.stores.websites()),
  read('/store/storeGroups', storeRight, ({ shop }) => shop.stores.groups()),
  read('/store/storeViews', storeRight, ({ shop }) => shop.stores.views()),
  read('/store/storeConfigs', storeRight, ({ shop }) => shop.stores.configs()),
  recorded('/directory/currency', 'anonymous', 'currency'),
  recorded('/directory/countries/HR', 'anonymous', 'country HR'),
  recorded('/modules', 'Magento_Backend::admin', 'modules'),
  list('/orders', sales('actions_view'), recordedLines('orders')),
  recordedList('/invoices', sales('sales_invoice'), 'invoices'),
  recordedList('/creditmemos', sales('sales_creditmemo'), 'credit memos'),
  recordedList('/shipments', sales('shipment'), 'shipments'),
  list('/products', 'Magento_Catalog::products', recordedLines('products')),
];
