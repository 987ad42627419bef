import type { Attributes } from '../directory/attributes.ts';
import { countries, noSuchCountry } from '../directory/countries.ts';
import { noSuchEntity, requiredField } from '../http/exchange.ts';
import { once } from '../recordings.ts';
import { list, type Row, read, recorded } from './read-routes.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

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
  read('/customerGroups/default/:storeId', groupRight, (call) => {
    const storeId = integerVariable(call, 'storeId');
    if (!call.shop.stores.views().some(({ id }) => id === storeId)) throw noSuchEntity('storeId', storeId);
    return call.shop.groups.default();
  }),
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

const knownCountries = once(countries);

/** Countries are for everybody. Magento: module-directory/etc/webapi.xml. */
const countryRoutes: readonly Route[] = [
  read('/directory/countries', 'anonymous', knownCountries),
  read('/directory/countries/:countryId', 'anonymous', ({ variables }) => {
    const found = knownCountries().find(({ id }) => id === variables['countryId']);
    if (!found) throw noSuchCountry();
    return found;
  }),
];

const storeRight = 'Magento_Backend::store';

/** Groups, attributes, the store tree, directory and modules. */
export const referenceRoutes: readonly Route[] = [
  ...groupRoutes,
  ...attributes('customer'),
  ...attributes('customerAddress'),
  read('/store/websites', storeRight, ({ shop }) => shop.stores.websites()),
  read('/store/storeGroups', storeRight, ({ shop }) => shop.stores.groups()),
  read('/store/storeViews', storeRight, ({ shop }) => shop.stores.views()),
  read('/store/storeConfigs', storeRight, ({ shop }) => shop.stores.configs()),
  recorded('/directory/currency', 'anonymous', 'currency'),
  ...countryRoutes,
  recorded('/modules', 'Magento_Backend::admin', 'modules'),
];
