import { expect, test } from 'vitest';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { entityOf } from '../entity/entities.ts';
import { pullChanges } from '../pull/pull.ts';
import { sweep } from '../sweep/sweep.ts';
import { verify } from '../verify/verify.ts';
import { reconcile } from './reconcile.ts';

const names = ['customers', 'orders', 'invoices', 'shipments', 'credit_memos'];

/** In everything that is known of the person; e-mail addresses are compared whatever their letter case. */
const marker = 'zyxwv';
const person = {
  email: `${marker}@example.com`,
  firstname: `${marker}-first`,
  lastname: `${marker}-last`,
};

test('a deleted customer leaves nothing in the copy: orders and documents, by id and by e-mail, then and later', async () => {
  const harness = await startSync({ population: { customers: 60 }, orders: 60 });
  const { shop, copy } = harness;
  const sync = harness.context({ pageSize: 10, deletions: { keep: 'erase', maxShare: 0.05 } });
  const each = async (use: (name: string) => Promise<unknown>) => {
    for (const name of names) await use(name);
  };
  const pullAll = () => each((name) => pullChanges(sync, entityOf(name), noStop()));
  const query = async <Row>(sql: string, ...values: unknown[]) =>
    (await copy.database.pool.query(sql, values)).rows as Row[];

  const customer = shop.customers.all()[30]!;
  shop.customers.save(customer.id, { ...person });
  /** Everything that people write into orders and their documents. */
  const sell = (who: Record<string, unknown>, word: string) => {
    const columns = {
      customer_firstname: `${word}-first`,
      customer_note: `${word} rings twice`,
      remote_ip: `${word}-ip`,
      x_forwarded_for: `${word}-ip`,
      coupon_code: `${word}-coupon`,
    };
    const address = {
      firstname: word,
      lastname: word,
      street: [word],
      city: word,
      telephone: word,
      company: word,
    };
    const order = shop.sales.place({
      ...who,
      lines: [
        {
          sku: 'CUP',
          price: 20,
          qty: 2,
          columns: { product_option: { extension_attributes: { engraving: word } } },
        },
      ],
      columns,
      address,
      extension: { gift_message: { gift_message_id: 1, customer_id: 0, sender: word, message: word } },
      payment: { po_number: word, last_trans_id: word },
    });
    const id = order.entity_id;
    shop.sales.comment(id, { comment: `${word} called` });
    const made = {
      invoices: shop.sales.invoice(id).entity_id,
      shipments: shop.sales.ship(id).entity_id,
    };
    shop.sales.addTrack(made.shipments, { track_number: `${word}-track` });
    shop.sales.commentDocument('invoices', made.invoices, { comment: word });
    shop.sales.commentDocument('shipments', made.shipments, { comment: word });
    return { id, ...made };
  };
  const own = sell({ customer: shop.customers.get(customer.id) }, marker);
  const asGuest = sell({ email: person.email.toUpperCase() }, marker);
  const other = sell({ email: 'other@example.com' }, 'qponm');
  await each((name) => runBackfill(sync, entityOf(name), noStop(), { restart: false }));
  // History, too.
  shop.customers.save(customer.id, { lastname: `${marker}-married` });
  for (const { id } of [own, asGuest, other])
    shop.sales.save(id, { customer_note: `${marker} moved`, status: 'x' });
  shop.sales.save(other.id, { customer_note: 'qponm moved' });
  await pullAll();

  const tables = await query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('magento', 'sync')`,
  );
  /** Tables in which a word stands anywhere. */
  const holding = async (word: string) => {
    const found: string[] = [];
    for (const { name } of tables) {
      const [row] = await query(
        `select from ${name} t where position($1 in lower(t::text)) > 0 limit 1`,
        word,
      );
      if (row) found.push(name);
    }
    return found.toSorted();
  };
  const sums = () =>
    query(`select (select jsonb_agg(s order by s) from magento.sales_by_day s) as days,
      (select jsonb_agg(l order by l) from magento.order_lines l) as lines`);
  const before = { sums: await sums(), other: await holding('qponm') };
  const personal = [
    'invoice_comments',
    'invoices',
    'order_addresses',
    'order_items',
    'order_payments',
    'order_status_history',
    'orders',
    'shipment_comments',
    'shipment_tracks',
    'shipments',
  ].map((name) => `magento.${name}`);
  expect(await holding(marker)).toEqual(
    expect.arrayContaining([...personal, 'magento.customers', 'sync.changes']),
  );
  expect(before.other).toEqual(expect.arrayContaining(personal));

  shop.customers.remove(customer.id);
  await reconcile(sync, entityOf('customers'), noStop());

  expect(await holding(marker)).toEqual([]);
  expect(await holding('qponm')).toEqual(before.other);
  expect(await sums()).toEqual(before.sums);

  // What is written about the orders afterwards stays out, whether it moves a stamp or not.
  for (const { id, invoices, shipments } of [own, asGuest]) {
    shop.sales.comment(id, { comment: `${marker} again` });
    shop.sales.commentDocument('invoices', invoices, { comment: `${marker} again` });
    shop.sales.addTrack(shipments, { track_number: `${marker}-2` });
    const memo = shop.sales.refund(id);
    shop.sales.commentDocument('credit_memos', memo.entity_id, { comment: `${marker} again` });
    shop.sales.save(id, { customer_note: `${marker} again` });
  }
  await pullAll();
  expect(await query('select status from magento.orders where entity_id = $1', own.id)).toEqual([
    { status: 'closed' },
  ]);
  expect(await query('select from magento.credit_memos where order_id = $1', own.id)).toHaveLength(1);
  await each((name) => sweep(sync, entityOf(name), noStop(), { periodMs: 0 }));
  expect(await holding(marker)).toEqual([]);
  const everything = { countsOnly: false, repair: false, from: 0, share: 1, seed: 1 } as const;
  await each(async (name) => {
    expect(await verify(sync, entityOf(name), noStop(), everything)).toMatchObject({
      result: { verdict: 'equal' },
    });
  });
  expect(await holding(marker)).toEqual([]);
});
