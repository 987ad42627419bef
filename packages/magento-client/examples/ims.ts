// Adobe Commerce as a Cloud Service: client credentials of Adobe IMS. baseUrl holds the region and the tenant.
import { createMagentoClient } from '@magento-sync/magento-client';
import { optionalSetting, setting } from './settings.ts';

const tokenUrl = optionalSetting('ims-token-url');
const storeCode = optionalSetting('store-code');
await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  ...(storeCode === undefined ? {} : { storeCode }),
  auth: {
    kind: 'ims',
    clientId: setting('ims-client-id'),
    clientSecret: setting('ims-client-secret'),
    organizationId: setting('ims-organization-id'),
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
  },
});

const websites = await magento.stores.websites();
console.log(`${websites.length} websites: ${websites.map(({ code }) => code).join(', ')}`);
