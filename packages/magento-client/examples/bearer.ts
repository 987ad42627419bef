// A token that somebody else got: an administrator's, a shopper's, or an integration's where the shop allows it.
import { createMagentoClient } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'bearer', token: setting('token') },
});

const groups = await magento.customerGroups.all();
console.log(`${groups.length} customer groups: ${groups.map(({ code }) => code).join(', ')}`);
