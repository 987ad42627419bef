import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';

test('the views add up to what the recorded orders add up to by hand, and count bundles and configurables once', async () => {
  const { shop, pull, rows } = await startCopy('orders');
  const days = () =>
    rows(
      `select day::text, store_id, currency, orders::int, ordered::text, invoiced::text, refunded::text, canceled::text
       from magento.sales_by_day order by store_id`,
    );
  const recorded = [
    {
      store_id: 1,
      orders: 231,
      ordered: '45045.0800',
      invoiced: '21426.7500',
      refunded: '3511.0600',
      canceled: '2314.9300',
    },
    {
      store_id: 3,
      orders: 48,
      ordered: '20544.0000',
      invoiced: '11342.0000',
      refunded: '2354.0000',
      canceled: '428.0000',
    },
  ].map((sums) => ({ day: '2026-11-26', currency: 'EUR', ...sums }));
  expect(await days()).toEqual(recorded);
  // 526 lines were recorded; five of them are the chosen variants of configurables.
  expect(
    await rows('select count(*)::int as lines, sum(row_total)::text as total from magento.order_lines'),
  ).toEqual([{ lines: 521, total: '30915.6000' }]);

  const { entity_id: id } = shop.sales.place({
    lines: [
      {
        sku: 'BUNDLE',
        price: 30,
        qty: 1,
        children: [
          { sku: 'A', price: 10, qty: 1 },
          { sku: 'B', price: 20, qty: 1 },
        ],
      },
      { sku: 'SHIRT', price: 15, qty: 2, children: [{ sku: 'SHIRT-M', price: 0, qty: 2 }] },
    ],
  });
  await pull();
  const parts = await rows('select sku from magento.order_items where order_id = $1', id);
  expect(parts).toHaveLength(5);
  expect(
    await rows(
      'select qty_ordered::text, row_total::text from magento.order_lines where order_id = $1 order by item_id',
      id,
    ),
  ).toEqual([
    { qty_ordered: '1.0000', row_total: '30.0000' },
    { qty_ordered: '2.0000', row_total: '30.0000' },
  ]);
  await rows('update magento.orders set deleted_at = now() where entity_id = $1', id);
  expect(await days()).toEqual(recorded);
});
