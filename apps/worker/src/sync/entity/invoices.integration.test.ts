import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';

test('the 138 recorded invoices arrive with lines and comments, and both sides are equal', async () => {
  const { backfill, rows, verify, emptyColumns } = await startCopy('invoices');
  expect(backfill).toMatchObject({ status: 'succeeded' });
  expect(
    await rows(
      `select count(*)::int as invoices, (select count(*)::int from magento.invoice_items) as lines,
         (select count(*)::int from magento.invoice_comments) as comments,
         (select sum(grand_total)::text from magento.invoices i where order_id = 1) as first from magento.invoices`,
    ),
  ).toEqual([{ invoices: 138, lines: 255, comments: 1, first: '444.0000' }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
  expect(await emptyColumns()).toEqual([
    'invoices.is_used_for_refund',
    'invoices.base_total_refunded',
    'invoices.transaction_id',
    'invoice_items.discount_amount',
    'invoice_items.base_discount_amount',
    'invoice_items.base_cost',
  ]);
});

test('new invoices are pulled, and comments, which move no stamp, are found by the sweep', async () => {
  const { shop, pull, sweep, verify, rows } = await startCopy('invoices');
  shop.sales.commentDocument('invoices', 1, { comment: 'paid in cash' });
  const order = shop.sales.place({ lines: [{ sku: 'A', price: 10, qty: 2 }] });
  const invoice = shop.sales.invoice(order.entity_id);
  expect(await pull()).toMatchObject({ result: { status: 'succeeded', inserted: 1, updated: 0 } });
  await sweep();
  expect(await rows(`select comment from magento.invoice_comments where parent_id = 1`)).toEqual([
    { comment: 'paid in cash' },
  ]);
  expect(
    await rows(
      `select qty::text, price::text from magento.invoice_items where parent_id = $1`,
      invoice.entity_id,
    ),
  ).toEqual([{ qty: '2.0000', price: '10.0000' }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
});
