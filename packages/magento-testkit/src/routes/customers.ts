import type { AddressData, CustomerData } from '../customers/record.ts';
import { demandKnownMembers, saveCustomer } from '../customers/save.ts';
import { asListed, asReadThrough } from '../customers/subscriptions.ts';
import { InternalError, noSuchEntity, requiredField } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import { echoCriteria, parseCriteria } from '../search/criteria.ts';
import { searchCustomers } from '../search/customer-search.ts';
import type { ShopState } from '../shop-state.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

const readRight = 'Magento_Customer::customer';
const manageRight = 'Magento_Customer::manage';

function existing(shop: ShopState, id: number): CustomerData {
  const customer = shop.table.get(id);
  if (!customer) throw noSuchEntity('customerId', id);
  if (shop.poison.has(id)) throw new InternalError(`Customer ${id} cannot be loaded.`);
  return customer;
}

function search({ query, shop }: RouteCall): unknown {
  const criteria = parseCriteria(query, shop);
  const { items: found, totalCount } = searchCustomers(shop.table, criteria, {
    attributes: shop.attributes.kinds(),
    release: shop.release,
  });
  // Some modules cap what a collection loads; the count is a query of its own and knows nothing of it.
  const items = found.slice(0, shop.cutPagesTo);
  for (const { id } of items) demandListable(shop, id);
  const shown = items.map((customer) => shownBy(shop.release, asListed(customer, shop)));
  return {
    items: shop.release.subscriptionInLists
      ? shown
      : shown.map(({ extension_attributes: _absent, ...item }) => item),
    search_criteria: echoCriteria(criteria),
    total_count: totalCount,
  };
}

/** Refuses a page for the sake of one customer on it. Magento: framework/Data/Collection.php::addItem. */
function demandListable(shop: ShopState, id: number): void {
  const isTwice = shop.release.joinsSubscriptions && shop.customers.subscribedTwice.has(id);
  if (shop.poison.has(id) || shop.listPoison.has(id) || isTwice) {
    throw new InternalError(
      `Item (Magento\\Customer\\Model\\Customer\\Interceptor) with the same ID "${id}" already exists.`,
    );
  }
}

/** A customer as a release shows it. */
function shownBy(release: Release, customer: CustomerData): CustomerData {
  if (!release.defaultShippingFirst || !customer.addresses[1]) return customer;
  const isOther = ({ default_shipping }: AddressData) => Number(!default_shipping);
  const addresses = customer.addresses.toSorted((one, other) => isOther(one) - isOther(other));
  return { ...customer, addresses };
}

function findAddress(shop: ShopState, id: number) {
  const customer = shop.table.withAddress(id);
  const address = customer?.addresses.find((candidate) => candidate.id === id);
  if (customer && address) return { customer, address };
  throw noSuchEntity('addressId', id);
}

type DefaultAddress = 'default_billing' | 'default_shipping';

const defaultAddress =
  (kind: DefaultAddress) =>
  (call: RouteCall): unknown =>
    addressOf(existing(call.shop, integerVariable(call, 'customerId')), kind);

const myDefaultAddress = (kind: DefaultAddress) => (call: RouteCall) => addressOf(myself(call), kind);

/** Magento: recordings/reads.json 'billing address of one without'. */
function addressOf({ addresses }: CustomerData, kind: DefaultAddress): unknown {
  return addresses.find((address) => address[kind]) ?? [];
}

function myself({ shop, caller }: RouteCall): CustomerData {
  // Magento: recordings/tokens.json 'customers/me with an admin token'.
  if (caller.type !== 'customer') throw requiredField('customerId');
  return existing(shop, caller.id);
}

function me(call: RouteCall): unknown {
  return shownBy(call.shop.release, myself(call));
}

/** No account waits for its confirmation where the shop asks for none. Magento: customer/create_account/confirm. */
function confirmation(call: RouteCall): string {
  existing(call.shop, integerVariable(call, 'customerId'));
  return 'account_confirmation_not_required';
}

function details({ body, shop }: RouteCall): Record<string, unknown> {
  const customer = body['customer'];
  if (typeof customer !== 'object' || customer === null) throw requiredField('customer');
  demandKnownMembers(customer, shop.release);
  return customer as Record<string, unknown>;
}

/** Customers and their addresses. Magento: module-customer/etc/webapi.xml. */
export const customerRoutes: readonly Route[] = [
  { method: 'GET', path: '/customers/search', resource: readRight, handle: search },
  { method: 'GET', path: '/customers/me', resource: 'self', handle: me },
  {
    method: 'GET',
    path: '/customers/me/billingAddress',
    resource: 'self',
    handle: myDefaultAddress('default_billing'),
  },
  {
    method: 'GET',
    path: '/customers/me/shippingAddress',
    resource: 'self',
    handle: myDefaultAddress('default_shipping'),
  },
  {
    method: 'GET',
    path: '/customers/:customerId/confirm',
    resource: manageRight,
    handle: confirmation,
  },
  {
    method: 'GET',
    path: '/customers/:customerId',
    resource: readRight,
    handle: (call) => {
      const customer = existing(call.shop, integerVariable(call, 'customerId'));
      return shownBy(call.shop.release, asReadThrough(call.scope, customer, call.shop));
    },
  },
  {
    method: 'GET',
    path: '/customers/:customerId/billingAddress',
    resource: manageRight,
    handle: defaultAddress('default_billing'),
  },
  {
    method: 'GET',
    path: '/customers/:customerId/shippingAddress',
    resource: manageRight,
    handle: defaultAddress('default_shipping'),
  },
  {
    method: 'GET',
    path: '/customers/addresses/:addressId',
    resource: manageRight,
    handle: (call) => findAddress(call.shop, integerVariable(call, 'addressId')).address,
  },
  {
    method: 'POST',
    path: '/customers',
    resource: 'anonymous',
    checkInput: details,
    handle: (call) => saveCustomer(call.shop, undefined, details(call)),
  },
  {
    method: 'PUT',
    path: '/customers/:customerId',
    resource: manageRight,
    checkInput: details,
    handle: (call) =>
      saveCustomer(call.shop, existing(call.shop, integerVariable(call, 'customerId')), details(call)),
  },
  {
    method: 'DELETE',
    path: '/customers/:customerId',
    resource: ({ deleteResource }) => deleteResource,
    handle(call) {
      call.shop.customers.remove(existing(call.shop, integerVariable(call, 'customerId')).id);
      return true;
    },
  },
  {
    method: 'DELETE',
    path: '/addresses/:addressId',
    resource: manageRight,
    handle(call) {
      const { customer, address } = findAddress(call.shop, integerVariable(call, 'addressId'));
      call.shop.customers.deleteAddress(customer.id, address.id);
      return true;
    },
  },
];
