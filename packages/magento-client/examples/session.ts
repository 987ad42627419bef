// The PHPSESSID cookie of a shopper who is logged in to the storefront.
import { createMagentoClient } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'session', sessionId: setting('session-id') },
});

const me = await magento.customerAccounts.me();
console.log(`The session belongs to customer ${me.id}`);
