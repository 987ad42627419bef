// The four credentials of an integration; every request is signed by OAuth 1.0a. The best choice for a service.
import { type CustomerField, createMagentoClient, searchCriteria } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: {
    kind: 'integration',
    consumerKey: setting('consumer-key'),
    consumerSecret: setting('consumer-secret'),
    accessToken: setting('access-token'),
    accessTokenSecret: setting('access-token-secret'),
  },
});

const recent = searchCriteria<CustomerField>()
  .where('updated_at', 'gteq', '2024-01-01 00:00:00')
  .sortBy('entity_id', 'ASC');
const { items, totalCount } = await magento.customers.search(recent.pageSize(5));
console.log(`${totalCount} customers changed since 2024, the first is ${items[0]?.id ?? 'nobody'}`);
