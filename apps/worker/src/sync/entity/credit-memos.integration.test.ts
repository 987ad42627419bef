import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';

test('the 24 recorded credit memos arrive with lines and comments, and both sides are equal', async () => {
  const { backfill, rows, verify, emptyColumns } = await startCopy('credit_memos');
  expect(backfill).toMatchObject({ status: 'succeeded' });
  expect(
    await rows(
      `select count(*)::int as memos, (select count(*)::int from magento.credit_memo_items) as lines,
         (select count(*)::int from magento.credit_memo_comments) as comments,
         (select grand_total::text from magento.credit_memos where order_id = 1) as first from magento.credit_memos`,
    ),
  ).toEqual([{ memos: 24, lines: 44, comments: 1, first: '444.0000' }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
  expect(await emptyColumns()).toMatchInlineSnapshot(`
    [
      "credit_memos.invoice_id",
      "credit_memos.adjustment_positive",
      "credit_memos.base_adjustment_positive",
      "credit_memos.adjustment_negative",
      "credit_memos.base_adjustment_negative",
      "credit_memos.transaction_id",
      "credit_memo_items.discount_amount",
      "credit_memo_items.base_discount_amount",
      "credit_memo_items.base_cost",
    ]
  `);
});

test('new credit memos are pulled, and comments, which move no stamp, are found by the sweep', async () => {
  const { shop, pull, sweep, verify, rows } = await startCopy('credit_memos');
  const [first] = await rows<{ id: number }>('select min(entity_id) as id from magento.credit_memos');
  shop.sales.commentDocument('credit_memos', first?.id ?? 0, { comment: 'sent back' });
  const order = shop.sales.place({ lines: [{ sku: 'A', price: 10, qty: 2 }] });
  shop.sales.invoice(order.entity_id);
  shop.sales.refund(order.entity_id);
  expect(await pull()).toMatchObject({ result: { status: 'succeeded', inserted: 1, updated: 0 } });
  await sweep();
  expect(
    await rows(`select count(*)::int as found from magento.credit_memo_comments where comment = 'sent back'`),
  ).toEqual([{ found: 1 }]);
  expect(await verify()).toMatchObject({ verdict: 'equal' });
});
