// A shopper's e-mail address and password: acts on the shopper's own account.
import { createMagentoClient } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'customer', username: setting('username'), password: setting('password') },
});

const me = await magento.customerAccounts.me();
console.log(`Customer ${me.id} has ${me.addresses.length} addresses`);
