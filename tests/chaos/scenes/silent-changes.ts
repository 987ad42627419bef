import { actsOf } from '../acts.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

const zeroDate = '0000-00-00 00:00:00';
const dayMs = 86_400_000;

/** Edits of an order that move no stamp at all. */
const silentEdits = {
  'a comment': ({ shop }: Stage, id: number) => void shop.sales.comment(id, { comment: 'Call me.' }),
  'an address': ({ shop }: Stage, id: number) => void shop.sales.editAddress(id, 'billing', { city: 'Hvar' }),
  'a payment': ({ shop }: Stage, id: number) =>
    void shop.sales.updatePaymentBySql(id, { last_trans_id: 'txn-9' }),
  'a line': ({ shop }: Stage, id: number) => {
    const [line] = shop.sales.order(id)?.items ?? [];
    if (line) shop.sales.updateItemBySql(line.item_id, { name: 'Renamed' });
  },
} as const;

/** Comments, addresses, payments and lines of recent orders change without a stamp. */
export const changesWithoutAStamp: Scene = {
  title: 'changes without a stamp',
  names: ['orders'],
  async play(stage) {
    const { dice, shop } = stage;
    const placed = Object.keys(silentEdits).map(() => shop.sales.place().entity_id);
    await stage.must(stage.pull);
    stage.minutes(60);
    for (const [index, edit] of dice.shuffle(Object.values(silentEdits)).entries())
      edit(stage, placed[index] ?? 0);
    await stage.must(stage.sweepRecent);
    await stage.equal('after a sweep of recent rows');
  },
};

/** Tracks come and go, and comments are written, without a stamp of their shipment. */
export const tracksWithoutAStamp: Scene = {
  title: 'tracks without a stamp',
  names: ['shipments'],
  async play(stage) {
    const { shop, dice } = stage;
    const [first = 0, second = 0, third = 0] = shipSome(stage, 3);
    const { entity_id: lost } = shop.sales.addTrack(first, { track_number: 'LOST' });
    await stage.must(stage.pull);
    stage.minutes(60);
    shop.sales.removeTrack(lost);
    shop.sales.addTrack(second, { track_number: `NEW${dice.below(100)}` });
    shop.sales.commentDocument('shipments', third, { comment: 'On its way.' });
    await stage.must(stage.sweepRecent);
    await stage.equal('after a sweep of recent rows');
  },
};

/** Ships orders that are placed for it; returns the ids of the shipments. */
function shipSome({ shop }: Stage, count: number): number[] {
  return Array.from({ length: count }, () => shop.sales.ship(shop.sales.place().entity_id).entity_id);
}

/** What never may be stored changes, and nothing else: there is no change. */
export const secretsAlone: Scene = {
  title: 'secrets alone',
  names: ['orders'],
  async play(stage) {
    const { shop, dice } = stage;
    const vault = (token: string) => ({ extension_attributes: { vault_payment_token: { token } } });
    const placed = Array.from({ length: 2 + dice.below(4) }, () =>
      shop.sales.place({ payment: { cc_last4: '1111', ...vault('very-secret') } }),
    );
    await stage.must(stage.pull);
    for (const { entity_id: id } of placed) {
      const secrets = {
        cc_last4: '4242',
        additional_information: ['very-secret'],
        ...vault('very-secret-2'),
      };
      shop.sales.updatePaymentBySql(id, secrets);
      shop.sales.updateSilently(id, { protect_code: 'very-secret' });
    }
    await stage.must(stage.sweepAll);
    const [changes] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from sync.changes where entity = 'orders' and operation = 'update'`,
    );
    stage.promise(changes?.count === 0, `${changes?.count} changes were noted where only secrets changed`);
    const [held] = await stage.sql<{ count: number }>(
      `select count(*)::int as count from (
         select to_jsonb(o)::text as row from magento.orders o union all select to_jsonb(p)::text from magento.order_payments p
         union all select to_jsonb(c)::text from sync.changes c union all select to_jsonb(f)::text from sync.outbox f) all_rows
       where row like '%very-secret%' or row like '%protect_code%' or row like '%cc_last4%'`,
    );
    stage.promise(held?.count === 0, `secrets reached ${held?.count} rows of the copy`);
  },
};

/** Customers are deleted under their orders, which tell nobody. */
export const customerDeletedUnderOrders: Scene = {
  title: 'a customer deleted under an order',
  names: ['orders', 'customers'],
  async play(stage) {
    const { shop } = stage;
    const order = stage.dice.pick(shop.sales.orders().filter(({ customer_id: id }) => id !== undefined));
    const customer = Number(order.customer_id);
    shop.customers.remove(customer);
    stage.deleted('customers', customer);
    await stage.must(stage.sweepAll);
    await stage.must(actsOf('customers').reconcileAll);
    await stage.equal('after a customer was deleted');
    // A later change of the order must not lose it either.
    shop.sales.changeStatus(order.entity_id, 'later');
    await stage.must(stage.pull);
    const [row] = await stage.sql<{ now: string | null; last: string | null }>(
      'select customer_id::text as now, last_customer_id::text as last from magento.orders where entity_id = $1',
      order.entity_id,
    );
    stage.promise(row?.now === null, `order ${order.entity_id} still has customer ${row?.now}`);
    stage.promise(
      row?.last === String(customer),
      `order ${order.entity_id} has forgotten customer ${customer} and says ${row?.last}`,
    );
  },
};

/** An order loses its payment, another its addresses, a third and a fourth their dates, and all of them their store. */
export const oddOrders: Scene = {
  title: 'odd orders',
  names: ['orders'],
  async play(stage) {
    const { shop } = stage;
    const [[unpaid = 0, nowhere = 0, undated = 0, timeless = 0] = []] = stage.groups(4);
    shop.sales.removePayment(unpaid);
    shop.sales.removeAddresses(nowhere);
    shop.sales.updateSilently(undated, { updated_at: zeroDate });
    shop.sales.updateSilently(timeless, { created_at: zeroDate });
    await stage.must(stage.sweepAll);
    await stage.equal('around odd orders');
    shop.sales.forgetStores(new Set([1]));
    shop.sales.changeStatus(undated, 'again');
    await stage.must(stage.pull);
    await stage.must(stage.sweepAll);
    await stage.equal('after a store was deleted');
  },
};

/** A module joins a table that has a column `updated_at` as well: every filter by it is a 500 unless it is qualified. */
export const ambiguousStamp: Scene = {
  title: 'an ambiguous stamp',
  names: ['orders'],
  shop: { ambiguousUpdatedAt: true },
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(8 + dice.below(8));
    for (const id of edited) its.save(id, 'edited');
    const { entity_id: id } = shop.sales.place();
    await stage.must(stage.pull, stage.worker({ pageSize: 5 }));
    await stage.equal(`after order ${id} was placed in a shop with a join`);
  },
};

/** An order is deleted with its documents, by a module; another one alone, so that its documents are orphans. */
export const deletedOrders: Scene = {
  title: 'deleted orders',
  names: ['orders', 'invoices', 'shipments', 'credit_memos'],
  async play(stage) {
    const { shop, world, dice } = stage;
    const { sales } = shop;
    const invoiced = dice.shuffle([...new Set(sales.documents('invoices').map(({ order_id: id }) => id))]);
    const [withAll = 0, alone = 0] = invoiced;
    for (const name of ['invoices', 'shipments', 'credit_memos'] as const) {
      for (const { entity_id, order_id } of sales.documents(name))
        if (order_id === withAll) stage.deleted(name, entity_id);
    }
    stage.deleted('orders', withAll);
    stage.deleted('orders', alone);
    sales.removeOrder(withAll);
    sales.removeOrderOnly(alone);
    // Nobody but Magento may say that a row is gone.
    const end = shop.faults.add({
      match: ({ path }) => world.cast.some(({ single }) => single.test(path)),
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'answer',
        status: 404,
        headers: { 'content-type': 'application/json' },
        body: '{"message":"No upstream takes this address."}',
      },
    });
    for (const { name } of world.cast) await stage.may(actsOf(name).reconcileAll);
    const [early] = await stage.sql<{ count: number }>(
      'select count(*)::int as count from magento.orders where deleted_at is not null',
    );
    stage.promise(early?.count === 0, 'an order got a tombstone before Magento said that it is gone');
    end();
    for (const { name } of world.cast) await stage.must(actsOf(name).reconcileAll);
    await stage.equal('after orders were deleted');
  },
};

/** Orders are switched on while customers have long been copied. */
export const switchedOnLater: Scene = {
  title: 'an entity that is switched on later',
  names: ['customers', 'orders'],
  async play(stage) {
    const { shop, its } = stage;
    const before = await checkpointsOf(stage, 'customers');
    await stage.sql(`delete from sync.checkpoints where entity = 'orders'`);
    for (const table of [
      'orders',
      'order_items',
      'order_addresses',
      'order_payments',
      'order_status_history',
    ])
      await stage.sql(`delete from magento.${table}`);
    const [edited = []] = stage.groups(4);
    for (const id of edited) its.save(id, 'Meanwhile');
    shop.clock.advance(dayMs);
    const { backfill, pull } = actsOf('orders');
    await stage.must(backfill);
    await stage.must(pull);
    const after = await checkpointsOf(stage, 'customers');
    stage.promise(
      after === before,
      `orders have moved the checkpoints of customers: ${before}, then ${after}`,
    );
    await stage.must(stage.pull);
    await stage.equal('after orders were switched on');
  },
};

async function checkpointsOf(stage: Stage, name: string): Promise<string> {
  const rows = await stage.sql(
    `select kind, range, fence::text as fence, watermark::text as watermark from sync.checkpoints
     where entity = $1 order by kind, range`,
    name,
  );
  return JSON.stringify(rows);
}
