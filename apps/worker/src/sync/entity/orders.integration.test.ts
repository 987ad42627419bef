import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';
import { noStop } from '../../../testing/sync-harness.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sweep } from '../sweep/sweep.ts';
import { entityOf } from './entities.ts';

const orders = entityOf('orders');
const startCopied = (options?: Parameters<typeof startCopy>[1]) => startCopy('orders', options);

test('the 279 recorded orders arrive with everything that belongs to them, and both sides are equal', async () => {
  const { backfill, rows, verify: compare, shop } = await startCopied();
  expect(backfill).toMatchObject({ status: 'succeeded' });
  const [sums] = await rows(
    `select (select count(*)::int from magento.orders) as orders, (select count(*)::int from magento.order_items) as items,
       (select count(*)::int from magento.order_addresses) as addresses, (select sum(grand_total)::text from magento.orders) as total,
       (select count(*)::int from magento.order_status_history) as comments,
       (select count(*)::int from magento.order_payments) as payments`,
  );
  const shown = shop.sales.orders();
  const total = shown.reduce((sum, order) => sum + Math.round(Number(order['grand_total']) * 10_000), 0);
  expect(sums).toEqual({
    orders: 279,
    items: 526,
    addresses: 558,
    comments: 42,
    payments: 279,
    total: (total / 10_000).toFixed(4),
  });
  const first = await rows(`select * from magento.orders where entity_id = 1`);
  expect(first).toMatchObject([
    {
      increment_id: '000000001',
      state: 'closed',
      customer_is_guest: true,
      customer_email: 'guest1@example.com',
      grand_total: '444.0000',
      shipping_method: 'flatrate_flatrate',
      payment_method: 'checkmo',
      created_at: new Date('2026-11-26T10:57:56Z'),
    },
  ]);
  expect(await compare()).toMatchObject({ verdict: 'equal' });
});

test('nothing secret reaches the copy, its history or the feed', async () => {
  const { shop, pull, rows } = await startCopied();
  const secret = 'very-secret';
  const { entity_id: id } = shop.sales.place({
    payment_info: { method_title: secret },
    payment: {
      cc_last4: secret,
      cc_owner: secret,
      additional_information: [secret],
      extension_attributes: { vault_payment_token: { gateway_token: secret, public_hash: secret } },
    },
    columns: { protect_code: secret },
  });
  expect(await pull()).toMatchObject({ result: { status: 'succeeded', inserted: 1 } });
  shop.sales.save(id, { protect_code: `${secret}-2`, status: 'other' });
  await pull();
  const [everywhere] = await rows<{ text: string }>(
    `select string_agg(t::text, ' ') as text from (
       select to_jsonb(o) as t from magento.orders o union all select to_jsonb(p) from magento.order_payments p
       union all select to_jsonb(h) from sync.changes h union all select to_jsonb(f) from sync.outbox f) rows`,
  );
  const holds = (text: string) => everywhere?.text.includes(text);
  expect([holds(`"entity_id": ${id}`), holds('"other"'), holds(secret)]).toEqual([true, true, false]);
});

test('what moves no stamp is found by the sweep: comments, addresses, payments, a customer who was deleted', async () => {
  const {
    shop,
    pull,
    sweep: compareAll,
    rows,
  } = await startCopied({ orders: 40, population: { customers: 20 } });
  const known = shop.sales.orders().find(({ customer_id: customer }) => customer);
  const customer = Number(known?.['customer_id']);
  const id = known?.entity_id ?? 0;
  shop.sales.comment(id, { comment: 'call me' });
  shop.sales.editAddress(id, 'billing', { city: 'Hvar' });
  shop.sales.updatePaymentBySql(id, { last_trans_id: 'txn-9' });
  shop.sales.forgetCustomer(customer);
  expect(await pull()).toMatchObject({ result: { updated: 0 } });
  expect(await compareAll()).toMatchObject({ result: { status: 'succeeded' } });
  expect(
    await rows(
      `select o.customer_id, o.last_customer_id::int, a.city, p.last_trans_id,
         (select comment from magento.order_status_history h where h.order_id = o.entity_id and comment = 'call me') as comment
       from magento.orders o join magento.order_payments p on p.order_id = o.entity_id
       join magento.order_addresses a on a.order_id = o.entity_id and a.address_type = 'billing' where o.entity_id = $1`,
      id,
    ),
  ).toEqual([
    {
      customer_id: null,
      last_customer_id: customer,
      city: 'Hvar',
      last_trans_id: 'txn-9',
      comment: 'call me',
    },
  ]);
});

test('a sweep of recent orders reads those alone, and one of all orders goes on beside it', async () => {
  const { shop, sync, rows } = await startCopied({ orders: 40, population: { customers: 5 } });
  const ids = shop.sales.orderIds();
  const [old, young] = [ids[0]!, ids.at(-1)!];
  await rows(
    `update magento.orders set created_at = now() - interval '200 days' where entity_id < $1`,
    ids[30],
  );
  shop.sales.comment(old, { comment: 'long ago' });
  shop.sales.comment(young, { comment: 'just now' });
  const since = { youngerThanMs: 90 * 86_400_000 };
  await rows(`update magento.orders set created_at = $1 where entity_id >= $2`, sync.clock.now(), ids[30]);
  const comments = () =>
    rows(`select comment from magento.order_status_history where comment in ('long ago', 'just now')`);
  expect(await sweep(sync, orders, noStop(), { periodMs: 0, ...since })).toMatchObject({
    result: { rows: ids.length - 30, passComplete: true },
  });
  expect(await comments()).toEqual([{ comment: 'just now' }]);
  await sweep(sync, orders, noStop(), { periodMs: 0 });
  expect(await comments()).toHaveLength(2);
});

test('a join that makes updated_at ambiguous, zero dates, and orders without payment, address or store are no hindrance', async () => {
  const {
    shop,
    sync,
    pull,
    verify: compare,
    rows,
  } = await startCopied({
    orders: 30,
    population: { customers: 10 },
    ambiguousUpdatedAt: true,
  });
  const [first = 0, second = 0, third = 0] = shop.sales.orderIds();
  shop.sales.updateSilently(first, { updated_at: '0000-00-00 00:00:00' });
  shop.sales.removePayment(second);
  shop.sales.removeAddresses(second);
  shop.sales.forgetStores(new Set([1]));
  shop.sales.changeStatus(third, 'odd');
  expect(await pull()).toMatchObject({ result: { status: 'succeeded', updated: 1 } });
  await sweep(sync, orders, noStop(), { periodMs: 0 });
  expect(await compare()).toMatchObject({ verdict: 'equal' });
  expect(await rows(`select updated_at from magento.orders where entity_id = $1`, first)).toEqual([
    { updated_at: null },
  ]);
  expect(await rows(`select * from magento.order_payments where order_id = $1`, second)).toEqual([]);
  expect(await rows(`select status from magento.orders where entity_id = $1`, third)).toEqual([
    { status: 'odd' },
  ]);
});

test('an order that is gone gets a tombstone after proof, with its parts', async () => {
  const {
    shop,
    sync,
    rows,
    verify: compare,
  } = await startCopied({ orders: 30, population: { customers: 10 } });
  const [, gone = 0] = shop.sales.orderIds();
  shop.sales.removeOrder(gone);
  const attempt = await reconcile(sync, orders, noStop());
  expect(attempt).toMatchObject({ result: { status: 'succeeded', deleted: 1 } });
  expect(
    await rows(
      `select o.deleted_at is not null as deleted, bool_and(i.deleted_at is not null) as lines
       from magento.orders o join magento.order_items i on i.order_id = o.entity_id where o.entity_id = $1 group by 1`,
      gone,
    ),
  ).toEqual([{ deleted: true, lines: true }]);
  expect(await compare()).toMatchObject({ verdict: 'equal' });
});

test('every column of the definition is filled by some recorded order, or known to need a module or another release', async () => {
  const { emptyColumns } = await startCopied();
  expect(await emptyColumns()).toMatchInlineSnapshot(`
    [
      "orders.customer_note",
      "orders.x_forwarded_for",
      "orders.coupon_code",
      "orders.discount_description",
      "orders.applied_rule_ids",
      "orders.email_sent",
      "orders.original_increment_id",
      "orders.relation_child_id",
      "orders.relation_parent_id",
      "orders.ext_customer_id",
      "order_items.qty_backordered",
      "order_items.qty_returned",
      "order_items.weee_tax_applied_row_amount",
      "order_items.base_weee_tax_applied_row_amount",
      "order_items.base_cost",
      "order_items.applied_rule_ids",
      "order_addresses.customer_address_id",
      "order_addresses.company",
      "order_addresses.region_id",
      "order_payments.amount_authorized",
      "order_payments.base_amount_authorized",
      "order_payments.amount_canceled",
      "order_payments.last_trans_id",
      "order_payments.po_number",
      "order_taxes.order_id",
      "order_taxes.tax_id",
      "order_taxes.code",
      "order_taxes.title",
      "order_taxes.percent",
      "order_taxes.amount",
      "order_taxes.base_amount",
      "order_taxes.base_real_amount",
      "order_taxes.priority",
      "order_taxes.position",
    ]
  `);
});
