import { stamp } from '../clock.ts';
import { unsupportedField, WebApiError } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import type { ShopState } from '../shop-state.ts';
import {
  type AddressData,
  addressMembers,
  type CustomAttribute,
  type CustomerData,
  customerMembers,
  inOrder,
} from './record.ts';

const writable = new Set([...customerMembers, 'rp_token', 'rp_token_created_at']);

/** Refuses members that a customer does not have. Magento: recordings/writes.json 'unknown key in the customer'. */
export function demandKnownMembers(given: object, release: Release): void {
  for (const name of Object.keys(given)) if (!writable.has(name)) throw unsupportedField(name, release);
}

/**
 * Creates or saves a customer as `CustomerRepository::save` does: every save moves `updated_at`, also without a change.
 *
 * Magento: recordings/writes.json.
 */
export function saveCustomer(
  shop: ShopState,
  stored: CustomerData | undefined,
  given: Readonly<Record<string, unknown>>,
): CustomerData {
  const now = stamp(shop.clock.now());
  const {
    addresses: givenAddresses,
    custom_attributes: givenAttributes,
    ...scalars
  } = given as Partial<CustomerData>;
  const merged: CustomerData = {
    group_id: 1,
    created_in: viewOf(shop, scalars.store_id ?? 1),
    website_id: 1,
    store_id: 1,
    disable_auto_group_change: 0,
    extension_attributes: { is_subscribed: false },
    addresses: [],
    email: '',
    firstname: '',
    lastname: '',
    ...(shop.release.mergesSavedCustomers ? stored : unmerged(stored)),
    ...scalars,
    id: stored?.id ?? 0,
    created_at: stored?.created_at ?? now,
    updated_at: now,
  };
  validate(shop, merged);
  const id = stored?.id ?? shop.table.nextId();
  const addresses = givenAddresses
    ? givenAddresses.map((address) => saveAddress(shop, id, address))
    : merged.addresses;
  const billing = addresses.find((address) => address.default_billing);
  const shipping = addresses.find((address) => address.default_shipping);
  const known = shop.attributes.kinds();
  const attributes = mergeAttributes(
    stored?.custom_attributes ?? [],
    (givenAttributes ?? []).filter(({ attribute_code }) => known.has(attribute_code)),
  );
  const { default_billing: _billing, default_shipping: _shipping, ...rest } = merged;
  const saved = inOrder(customerMembers, {
    ...rest,
    id,
    addresses,
    ...(billing ? { default_billing: String(billing.id) } : {}),
    ...(shipping ? { default_shipping: String(shipping.id) } : {}),
    ...(attributes.length > 0 ? { custom_attributes: attributes } : {}),
  });
  shop.table.put(saved);
  return stored ? saved : { ...saved, addresses: saved.addresses.map(asJustCreated) };
}

/** Name of the store view that a new customer came through. */
function viewOf(shop: ShopState, storeId: number): string {
  return shop.stores.views().find(({ id }) => id === storeId)?.name ?? 'Default Store View';
}

/** What survives of a stored customer that a request replaces. Magento: before module-customer/Model/Plugin/UpdateCustomer.php. */
function unmerged(stored: CustomerData | undefined): Partial<CustomerData> {
  if (!stored) return {};
  const {
    created_in,
    addresses,
    disable_auto_group_change,
    extension_attributes = { is_subscribed: false },
  } = stored;
  return {
    ...(created_in === undefined ? {} : { created_in }),
    addresses,
    disable_auto_group_change,
    extension_attributes,
  };
}

/** What a create answers does not have the region id that later reads show. Magento: recordings/writes.json 'create'. */
function asJustCreated({ region_id, ...address }: AddressData): AddressData {
  return inOrder(addressMembers, region_id ? { ...address, region_id } : address);
}

function validate(shop: ShopState, customer: CustomerData): void {
  if (!customer.email) throw new WebApiError(400, 'The customer email is missing. Enter and try again.');
  if (customer.dob !== undefined && !/^\d{4}-\d{2}-\d{2}/.test(customer.dob))
    throw new WebApiError(400, 'Invalid date');
  // The table's character set has three bytes a character at most, and the name's pattern refuses the rest first.
  if (/[\u{10000}-\u{10ffff}]/u.test(customer.firstname))
    throw new WebApiError(400, 'First Name is not valid!');
  const taken = shop.table
    .withEmail(customer.email)
    .some(({ id, website_id }) => id !== customer.id && website_id === customer.website_id);
  if (taken)
    throw new WebApiError(
      400,
      'A customer with the same email address already exists in an associated website.',
    );
}

function saveAddress(shop: ShopState, customerId: number, address: AddressData): AddressData {
  const region = address.region ?? { region_code: null, region: null, region_id: 0 };
  return inOrder(addressMembers, {
    ...address,
    id: address.id ?? shop.table.nextAddressId(),
    customer_id: customerId,
    region,
    region_id: region.region_id ?? 0,
  });
}

/** Attributes that were not sent keep value and place; new ones follow. Magento: recordings/oauth.json 'PUT with a JSON body: the body is not signed'. */
function mergeAttributes(
  stored: readonly CustomAttribute[],
  given: readonly CustomAttribute[],
): CustomAttribute[] {
  const values = new Map(given.map(({ attribute_code, value }) => [attribute_code, value]));
  const kept = stored.map(({ attribute_code, value }) => ({
    attribute_code,
    value: values.get(attribute_code) ?? value,
  }));
  const added = given.filter(({ attribute_code }) =>
    stored.every((one) => one.attribute_code !== attribute_code),
  );
  return [...kept, ...added.toSorted((one, other) => (one.attribute_code < other.attribute_code ? -1 : 1))];
}
