// Waits until an administrator presses Activate in System > Extensions > Integrations, and checks the credentials.
// The integration's callback URL is http://<this machine>:<port>/callback, its identity link …/identity.
import { createMagentoClient } from '@magento-sync/magento-client';
import { optionalSetting, setting } from './settings.ts';

const baseUrl = setting('base-url');
await using guest = createMagentoClient({ baseUrl, auth: { kind: 'guest' } });
await using listener = await guest.listenForActivation({
  port: Number(optionalSetting('port') ?? 8999),
  host: optionalSetting('host') ?? '0.0.0.0',
});
console.log(`Waiting for Magento on port ${listener.port}`);

const credentials = await listener.credentials;
await using magento = createMagentoClient({ baseUrl, auth: credentials });
const modules = await magento.modules.all();
console.log(
  `The integration is active and sees ${modules.length} modules. Keep its four credentials in a safe place.`,
);
