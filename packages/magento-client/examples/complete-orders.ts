// All complete orders, one by one, however many there are.
import { createMagentoClient, type OrderField, searchCriteria } from '@magento-sync/magento-client';
import { setting } from './settings.ts';

await using magento = createMagentoClient({
  baseUrl: setting('base-url'),
  auth: { kind: 'admin', username: setting('username'), password: setting('password') },
});

let total = 0;
let count = 0;
for await (const order of magento.orders.all(
  searchCriteria<OrderField>().where('status', 'eq', 'complete'),
)) {
  count += 1;
  total += order.grandTotal ?? 0;
}
console.log(`${count} complete orders, ${total.toFixed(2)} in all`);
