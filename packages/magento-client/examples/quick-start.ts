// The quick start of the README.
import { type CustomerField, createMagentoClient, searchCriteria } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'admin', username: setting('username'), password: setting('password') },
});
const germans = searchCriteria<CustomerField>().where('billing_country_id', 'eq', 'DE');
const { items, totalCount } = await magento.customers.search(germans.sortBy('entity_id', 'ASC'));
console.log(`${totalCount} customers in Germany, the first is ${items[0]?.email ?? 'nobody'}`);
