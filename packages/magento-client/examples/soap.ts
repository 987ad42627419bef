// Any service over SOAP 1.2, those of custom modules included; here with an administrator's login.
import { createMagentoClient, searchCriteria } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'admin', username: setting('username'), password: setting('password') },
});

const criteria = searchCriteria<'entity_id'>().sortBy('entity_id', 'ASC').pageSize(3);
const page = await magento.soap.call<{ items: { id: number; email: string }[]; totalCount: number }>(
  'customerCustomerRepositoryV1',
  'GetList',
  { searchCriteria: criteria },
);
console.log(
  `${page.totalCount} customers over SOAP, the first ids are ${page.items.map(({ id }) => id).join(', ')}`,
);
