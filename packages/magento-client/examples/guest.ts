// No credentials: what everybody may see.
import { createMagentoClient } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({ baseUrl: setting('base-url'), auth: { kind: 'guest' } });

const currency = await magento.directory.currency();
console.log(`The shop sells in ${currency.availableCurrencyCodes.join(', ')}`);
