import type { ShopState } from '../shop-state.ts';
import type { CustomerData } from './record.ts';

/**
 * Whether a list calls a customer subscribed: the subscription is looked up by the exact text of the e-mail address, over all
 * websites, so that a twin in another website counts.
 *
 * Magento: recordings/2.4.8-p1/newsletter-in-lists.json 'both twins in a list'.
 */
export function asListed(customer: CustomerData, shop: ShopState): CustomerData {
  if (!shop.subscriptionsByStore || isSubscribed(customer)) return customer;
  const twins = shop.table.withEmail(customer.email).filter(({ email }) => email === customer.email);
  return twins.some(isSubscribed) ? subscribed(customer, true) : customer;
}

/**
 * Whether a customer's own route calls him subscribed: the subscription is that in the website of the route's store view, his
 * own or that of somebody with his e-mail address. Through `all` it is his own.
 *
 * Magento: recordings/2.4.8-p1/newsletter-in-lists.json, the reads by id.
 */
export function asReadThrough(
  scope: string | undefined,
  customer: CustomerData,
  shop: ShopState,
): CustomerData {
  const website = shop.stores.websiteOf(scope);
  if (!shop.subscriptionsByStore || website === 0 || customer.website_id === website) return customer;
  const there = shop.table.withEmail(customer.email).filter(({ website_id }) => website_id === website);
  return subscribed(customer, there.some(isSubscribed));
}

function isSubscribed({ extension_attributes: extension }: CustomerData): boolean {
  return extension?.is_subscribed === true;
}

function subscribed(customer: CustomerData, is_subscribed: boolean): CustomerData {
  return { ...customer, extension_attributes: { ...customer.extension_attributes, is_subscribed } };
}
