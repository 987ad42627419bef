import { readFileSync } from 'node:fs';
import { noSuchEntity, WebApiError } from '../http/exchange.ts';
import { recordedBody, recordingsFolder } from '../recordings.ts';
import { echoCriteria, parseCriteria } from '../search/criteria.ts';
import { searchList } from '../search/list-search.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

interface Attribute {
  readonly attribute_code: string;
}

const once = <T>(make: () => T): (() => T) => {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
};

/** Reference data of the recorded shop, read once. */
const recorded = (title: string): Route['handle'] => once(() => recordedBody('reads', title));

const read = (path: string, resource: string, title: string): Route => ({
  method: 'GET',
  path,
  resource,
  handle: recorded(title),
});

const attributes = (entity: 'customer' | 'customerAddress') => {
  const all = recorded(entity === 'customer' ? 'customer attributes' : 'address attributes');
  const one = (call: RouteCall) => {
    const code = call.variables['attributeCode'] ?? '';
    const found = (all(call) as Attribute[]).find((attribute) => attribute.attribute_code === code);
    if (found) return found;
    const parameters = {
      fieldName: 'entityType',
      fieldValue: entity === 'customer' ? 'customer' : 'customer_address',
      field2Name: 'attributeCode',
      field2Value: code,
    };
    throw new WebApiError(404, 'No such entity with %fieldName = %fieldValue, %field2Name = %field2Value', {
      parameters,
    });
  };
  const resource = 'Magento_Customer::customer';
  return [
    { method: 'GET', path: `/attributeMetadata/${entity}`, resource, handle: all },
    { method: 'GET', path: `/attributeMetadata/${entity}/attribute/:attributeCode`, resource, handle: one },
  ] as const satisfies readonly Route[];
};

/** A list endpoint over fixed rows. */
const list = (path: string, resource: string, rows: () => readonly Record<string, unknown>[]): Route => ({
  method: 'GET',
  path,
  resource,
  handle({ query, shop }) {
    const criteria = parseCriteria(query, shop.inputLimits);
    const { items, totalCount } = searchList(rows(), criteria);
    return { items, search_criteria: echoCriteria(criteria), total_count: totalCount };
  },
});

/** A list of which only the first rows were recorded: it serves those, and says how many the recorded shop had. */
const recordedList = (path: string, resource: string, title: string): Route => {
  const recording = once(
    () => recordedBody('reads', title) as { items: Record<string, unknown>[]; total_count: number },
  );
  const served = list(path, resource, () => recording().items);
  return {
    ...served,
    handle: (call) => ({ ...(served.handle(call) as object), total_count: recording().total_count }),
  };
};

const groups = once(() => (recordedBody('reads', 'groups') as { items: Record<string, unknown>[] }).items);

const recordedLines = (name: string) =>
  once(() =>
    readFileSync(new URL(`${name}.ndjson`, recordingsFolder), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );

/** Groups, attributes, the store tree, directory, modules, orders and products. */
export const referenceRoutes: readonly Route[] = [
  list('/customerGroups/search', 'Magento_Customer::group', groups),
  {
    method: 'GET',
    path: '/customerGroups/:id',
    resource: 'Magento_Customer::group',
    handle(call) {
      const id = integerVariable(call, 'id');
      const group = groups().find((candidate) => candidate['id'] === id);
      if (!group) throw noSuchEntity('id', id);
      return group;
    },
  },
  read('/attributeMetadata/customer/custom', 'Magento_Customer::customer', 'custom customer attributes'),
  ...attributes('customer'),
  ...attributes('customerAddress'),
  read('/store/websites', 'Magento_Backend::store', 'websites'),
  read('/store/storeGroups', 'Magento_Backend::store', 'store groups'),
  read('/store/storeViews', 'Magento_Backend::store', 'store views'),
  read('/store/storeConfigs', 'Magento_Backend::store', 'store configs'),
  read('/directory/currency', 'anonymous', 'currency'),
  read('/directory/countries/HR', 'anonymous', 'country HR'),
  read('/modules', 'Magento_Backend::admin', 'modules'),
  list('/orders', 'Magento_Sales::actions_view', recordedLines('orders')),
  recordedList('/invoices', 'Magento_Sales::sales_invoice', 'invoices'),
  recordedList('/creditmemos', 'Magento_Sales::sales_creditmemo', 'credit memos'),
  recordedList('/shipments', 'Magento_Sales::shipment', 'shipments'),
  list('/products', 'Magento_Catalog::products', recordedLines('products')),
];
