// An administrator's user name and password, with a TOTP secret when two-factor authentication is on.
import { createMagentoClient } from '@magento-sync/magento-client';
import { optionalSetting, setting } from './settings.ts';

const totpSecret = optionalSetting('totp-secret');
await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: {
    kind: 'admin',
    username: setting('username'),
    password: setting('password'),
    ...(totpSecret === undefined ? {} : { totpSecret }),
  },
});

const views = await magento.stores.storeViews();
console.log(`${views.length} store views: ${views.map(({ code }) => code).join(', ')}`);
