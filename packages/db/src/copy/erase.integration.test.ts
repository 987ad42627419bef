import { invoices, orders } from '@magento-sync/entities';
import { describe, expect, test } from 'vitest';
import { lockNames } from '../connection/advisory-lock.ts';
import { type CopyRecord, createEntityCopy, createRunRepository } from '../index.ts';
import { sentRecord } from '../testing/customer-copy.ts';
import { later, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { customer } from '../testing/recorded-customers.ts';

const secret = 'very-personal';

/** An order with an address and a comment that say who ordered. */
function order(id: number, members: Record<string, unknown>, contentHash = 'first'): CopyRecord {
  const row = {
    entity_id: id,
    created_at: '2026-01-01 00:00:00',
    updated_at: '2026-01-02 00:00:00',
    grand_total: 12.5,
    customer_firstname: secret,
    extension_attributes: {},
    ...members,
  };
  const address = {
    entity_id: id * 10,
    order_id: id,
    street: [secret],
    country_id: 'HR',
    raw: { street: [secret] },
  };
  const line = {
    item_id: id * 10,
    order_id: id,
    sku: 'A',
    product_option: { text: secret },
    extension_attributes: {},
    raw: { text: secret },
  };
  return {
    id,
    row,
    children: { order_addresses: [address], order_items: [line] },
    raw: { entity_id: id, customer_firstname: secret, ...members },
    contentHash,
    sentHash: null,
  };
}

describeOnEveryPostgres('erasing people', (stage) => {
  async function openShop() {
    const { database } = stage;
    const { shop, customers, write } = await openWriter(database, stage.freshShop());
    const copy = createEntityCopy(database, orders);
    const runId = await createRunRepository(database).start({ shop, entity: 'orders', kind: 'pull' });
    const writeOrders = (records: readonly CopyRecord[], readAt = later(0)) =>
      copy.writePage({
        shop,
        runId,
        cause: 'pull',
        readAt,
        records: records.map(sentRecord),
        verified: true,
      });
    const everything = async () => {
      const found = await database.pool.query<{ text: string }>(
        `select string_agg(t::text, ' ') as text from (
           select to_jsonb(o) as t from magento.orders o where shop = $1
           union all select to_jsonb(a) from magento.order_addresses a where shop = $1
           union all select to_jsonb(i) from magento.order_items i where shop = $1
           union all select to_jsonb(h) from sync.changes h where shop = $1) rows`,
        [shop],
      );
      return found.rows[0]?.text ?? '';
    };
    const rows = async (sql: string) =>
      (await database.pool.query<Record<string, unknown>>(sql, [shop])).rows;
    return { shop, customers, write, copy, writeOrders, everything, rows };
  }

  test('covers orders by customer id and, whatever its letter case, by e-mail; numbers and other people stay', async () => {
    const { shop, customers, write, writeOrders, everything, rows } = await openShop();
    await write([customer(1, { email: 'Ada@Example.com' }), customer(2)]);
    await writeOrders([
      order(1, { last_customer_id: 1 }),
      order(2, { customer_email: 'ada@example.COM' }),
      order(3, { last_customer_id: 2, customer_email: 'other@example.com' }),
    ]);
    await writeOrders([order(1, { last_customer_id: 1, customer_note: secret }, 'second')], later(1));

    await customers.erase({ shop, ids: [1], confirmedAt: later(2), cause: 'reconcile' });

    expect(
      await rows(
        `select o.entity_id::int, grand_total::text, customer_firstname, o.erased_at is not null as erased, o.deleted_at,
           country_id, street, sku from magento.orders o
         join magento.order_addresses a on a.shop = o.shop and a.order_id = o.entity_id
         join magento.order_items i on i.shop = o.shop and i.order_id = o.entity_id where o.shop = $1 order by 1`,
      ),
    ).toEqual([
      ...[1, 2].map((id) => ({
        entity_id: id,
        grand_total: '12.5000',
        customer_firstname: null,
        erased: true,
        deleted_at: null,
        country_id: 'HR',
        street: [],
        sku: 'A',
      })),
      expect.objectContaining({ entity_id: 3, customer_firstname: secret, erased: false, street: [secret] }),
    ]);
    const left = (await everything()).split(secret).length - 1;
    await customers.erase({ shop, ids: [2], confirmedAt: later(3), cause: 'reconcile' });
    expect([left > 0, await everything()]).toEqual([true, expect.not.stringContaining(secret)]);
  });

  test('covers comments on documents of orders, of guests too', async () => {
    const { database } = stage;
    const { shop, customers, write, writeOrders, rows } = await openShop();
    await write([customer(1, { email: 'ada@example.com' })]);
    await writeOrders([
      order(5, { customer_email: 'Ada@example.com' }),
      order(6, { customer_email: 'b@example.com' }),
    ]);
    const copy = createEntityCopy(database, invoices);
    const runId = await createRunRepository(database).start({ shop, entity: 'invoices', kind: 'pull' });
    const invoice = (id: number, orderId: number): CopyRecord => ({
      id,
      row: {
        entity_id: id,
        order_id: orderId,
        grand_total: 7,
        created_at: '2026-01-01 00:00:00',
        extension_attributes: {},
      },
      children: {
        invoice_comments: [{ entity_id: id, parent_id: id, comment: secret, raw: { comment: secret } }],
      },
      raw: { comments: [{ comment: secret }] },
      contentHash: 'first',
      sentHash: null,
    });
    const records = [invoice(1, 5), invoice(2, 6)];
    await copy.writePage({
      shop,
      runId,
      cause: 'pull',
      readAt: later(0),
      records: records.map(sentRecord),
      verified: true,
    });

    await customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });

    expect(
      await rows(
        `select i.entity_id::int, i.grand_total::text, i.raw is null as emptied, c.comment from magento.invoices i
         join magento.invoice_comments c on c.shop = i.shop and c.parent_id = i.entity_id where i.shop = $1 order by 1`,
      ),
    ).toEqual([
      { entity_id: 1, grand_total: '7.0000', emptied: true, comment: null },
      { entity_id: 2, grand_total: '7.0000', emptied: false, comment: secret },
    ]);
  });

  test('goes on in portions, however many orders there are', async () => {
    const { shop, customers, write, writeOrders, everything, rows } = await openShop();
    await write([customer(1, { email: 'ada@example.com' })]);
    const ids = Array.from({ length: 1100 }, (_, at) => at + 1);
    await writeOrders(ids.map((id) => order(id, { customer_email: 'ada@example.com' })));
    await customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });
    expect(
      await rows(
        'select count(*)::int as erased from magento.orders where shop = $1 and erased_at is not null',
      ),
    ).toEqual([{ erased: ids.length }]);
    expect(await everything()).not.toContain(secret);
  });

  test('covers an order of the customer that comes after the erasure, and no other', async () => {
    const { shop, customers, write, copy, writeOrders, rows } = await openShop();
    await write([customer(1), customer(2)]);
    await customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });

    const late = order(1, { customer_id: 1, last_customer_id: 1 });
    await writeOrders([late, order(2, { last_customer_id: 2 }), order(3, {})], later(2));

    const names = () =>
      rows('select entity_id::int, customer_firstname from magento.orders where shop = $1 order by 1');
    const expected = [null, secret, secret].map((name, at) => ({
      entity_id: at + 1,
      customer_firstname: name,
    }));
    expect(await names()).toEqual(expected);
    expect(await copy.comparePage(shop, [late])).toMatchObject([{ columns: null, parts: [] }]);
    // The shop shows the customer no more; the row remembers that it is never to be filled.
    await writeOrders([order(1, { last_customer_id: null, status: 'x' }, 'second')], later(3));
    expect(await names()).toEqual(expected);
  });

  test('lasts: an order that changes afterwards is followed without the person, and both sides stay equal', async () => {
    const { shop, customers, write, copy, writeOrders, everything, rows } = await openShop();
    await write([customer(1)]);
    await writeOrders([order(1, { last_customer_id: 1 })]);
    await customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });

    expect(await writeOrders([order(1, { last_customer_id: 1 })], later(2))).toMatchObject({ unchanged: 1 });
    const changed = order(1, { last_customer_id: 1, status: 'complete' }, 'third');
    expect(await writeOrders([changed], later(3))).toMatchObject({ updated: 1 });

    expect(await rows('select status, raw from magento.orders where shop = $1')).toEqual([
      { status: 'complete', raw: null },
    ]);
    expect(await everything()).not.toContain(secret);
    expect(await copy.comparePage(shop, [changed])).toEqual([
      { id: 1, state: 'living', columns: null, parts: [] },
    ]);
  });

  test('a customer id that the shop shows no more stays remembered, until another record takes the id of the order', async () => {
    const { shop, copy, writeOrders, rows } = await openShop();
    await writeOrders([order(1, { customer_id: 7, last_customer_id: 7 })]);
    const orphaned = order(1, { customer_id: null, last_customer_id: null }, 'second');
    await writeOrders([orphaned], later(1));
    const remembered = () =>
      rows('select customer_id::int, last_customer_id::int from magento.orders where shop = $1');
    expect(await remembered()).toEqual([{ customer_id: null, last_customer_id: 7 }]);
    expect(await copy.comparePage(shop, [orphaned])).toMatchObject([{ columns: null }]);
    await writeOrders(
      [order(1, { last_customer_id: null, created_at: '2026-03-03 00:00:00' }, 'third')],
      later(2),
    );
    expect(await remembered()).toEqual([{ customer_id: null, last_customer_id: null }]);
  });

  describe('beside somebody who writes', () => {
    /** Holds up whoever is about to commit entries of the feed: everything before that has been done by then. */
    async function holdUp(shop: string) {
      const client = await stage.database.pool.connect();
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lockNames.outbox(shop)]);
      return {
        /** Resolves when so many sessions wait for a lock. */
        blocks: (sessions: number) => stage.someoneWaits(sessions),
        async letGo() {
          await client.query('commit');
          client.release();
        },
      };
    }

    test('an order that is being written when its customer is erased loses the person', async () => {
      const { shop, customers, write, writeOrders, everything } = await openShop();
      await write([customer(1)]);
      const held = await holdUp(shop);
      const writing = writeOrders([order(1, { customer_id: 1, last_customer_id: 1 })]);
      await held.blocks(1);
      const erasing = customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });
      await held.blocks(2);
      await held.letGo();
      expect(await writing).toMatchObject({ inserted: 1 });
      expect(await erasing).toEqual([1]);
      expect(await everything()).not.toContain(secret);
    });

    test('an order that comes while its customer is being erased waits, and comes without the person', async () => {
      const { shop, customers, write, writeOrders, everything, rows } = await openShop();
      await write([customer(1)]);
      const held = await holdUp(shop);
      const erasing = customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });
      await held.blocks(1);
      const writing = writeOrders([order(1, { customer_id: 1, last_customer_id: 1 })], later(2));
      await held.blocks(2);
      await held.letGo();
      expect(await erasing).toEqual([1]);
      expect(await writing).toMatchObject({ inserted: 1 });
      expect(await rows('select grand_total from magento.orders where shop = $1')).toEqual([
        { grand_total: '12.5000' },
      ]);
      expect(await everything()).not.toContain(secret);
    });

    test('a document that is being written when its order is emptied loses the person', async () => {
      const { database } = stage;
      const { shop, customers, write, writeOrders, rows } = await openShop();
      await write([customer(1, { email: 'ada@example.com' })]);
      // By a guest: the order is known by its e-mail address alone, which is gone once it is emptied.
      await writeOrders([order(1, { customer_email: 'Ada@example.com' })]);
      const held = await holdUp(shop);
      const runId = await createRunRepository(database).start({ shop, entity: 'invoices', kind: 'pull' });
      const writing = createEntityCopy(database, invoices).writePage({
        shop,
        runId,
        cause: 'pull',
        readAt: later(0),
        verified: true,
        records: [
          sentRecord({
            id: 5,
            row: {
              entity_id: 5,
              order_id: 1,
              created_at: '2026-01-01 00:00:00',
              updated_at: '2026-01-02 00:00:00',
              grand_total: 12.5,
              customer_note: secret,
              extension_attributes: {},
            },
            children: {},
            raw: { entity_id: 5, customer_note: secret },
            contentHash: 'first',
            sentHash: null,
          }),
        ],
      });
      await held.blocks(1);
      const erasing = customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });
      await held.blocks(2);
      await held.letGo();
      await writing;
      expect(await erasing).toEqual([1]);
      const [invoice] = await rows(
        'select to_jsonb(i)::text as text from magento.invoices i where shop = $1',
      );
      expect(invoice?.['text']).toContain('12.5');
      expect(invoice?.['text']).not.toContain(secret);
    });
  });
});
