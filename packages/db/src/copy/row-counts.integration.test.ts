import { expect, test } from 'vitest';
import { sumUpRowCounts } from '../index.ts';
import { later, noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer } from '../testing/recorded-customers.ts';

describeOnEveryPostgres('counts of rows', (stage) => {
  /** What the tables themselves say. */
  async function counted(shop: string) {
    const { rows } = await stage.database.pool.query<Record<string, number>>(
      `select count(*) filter (where deleted_at is null)::int as live, count(deleted_at)::int as deleted,
         count(erased_at)::int as erased,
         (select count(*)::int from magento.customer_addresses a where a.shop = $1 and a.deleted_at is null) as addresses
       from magento.customers where shop = $1`,
      [shop],
    );
    return rows[0];
  }

  const noted = async (shop: string, table: string) => {
    const found = await stage.database.pool.query(`select from ${table} where shop = $1`, [shop]);
    return found.rowCount;
  };

  test('follow every way in which rows come and go', async () => {
    const { shop, customers, write, runId } = await openWriter(stage.database, stage.freshShop());
    const same = async () => {
      const totals = await customers.totals(shop);
      expect(totals).toEqual(await counted(shop));
      return totals;
    };
    const deletion = { shop, runId, cause: 'reconcile' } as const;
    expect(await same()).toEqual({ live: 0, deleted: 0, erased: 0, addresses: 0 });

    const written = [1, 2, 4_095, 4_096, 4_097, 50_000].map((id) =>
      customer(id, { addresses: [address(10 * id), address(10 * id + 1)] }),
    );
    await write(written);
    expect(await same()).toMatchObject({ live: 6, addresses: 12 });
    await write([customer(2, { addresses: [address(20)] })], { readAt: later(1) });
    expect(await same()).toMatchObject({ addresses: 11 });
    await customers.tombstone({ ...deletion, ids: [1, 4_096], confirmedAt: later(2) });
    expect(await same()).toMatchObject({ live: 4, deleted: 2, addresses: 7 });
    await customers.erase({ ...deletion, ids: [1, 2], confirmedAt: later(3) });
    expect(await same()).toMatchObject({ live: 3, deleted: 3, erased: 2 });
    await write([written[0]!, written[3]!], { readAt: later(4) });
    expect(await same()).toMatchObject({ live: 5, deleted: 1, erased: 1 });
    expect(await sumUpRowCounts(stage.database, shop)).toBeGreaterThan(0);
    await same();
    await write([customer(60_000)], { readAt: later(5) });
    await stage.database.pool.query('delete from magento.customers where shop = $1 and id > 4096', [shop]);
    expect(await same()).toMatchObject({ live: 3 });
  });

  test('answer for any range of ids as the rows would', async () => {
    const { shop, customers, write } = await openWriter(stage.database, stage.freshShop());
    const ids = [1, 4_095, 4_096, 4_097, 8_191, 8_192, 12_288, 20_000];
    await write(ids.map((id) => customer(id)));
    await customers.tombstone({ shop, ids: [8_192], confirmedAt: later(1), cause: 'reconcile' });
    const living = ids.filter((id) => id !== 8_192);
    const ends = [
      -1, 0, 1, 4_094, 4_095, 4_096, 4_097, 8_190, 8_191, 8_192, 12_287, 12_288, 19_999, 20_000, 30_000,
    ];
    for (const after of ends)
      for (const upTo of [...ends.filter((end) => end >= after), null]) {
        const expected = living.filter((id) => id > after && (upTo === null || id <= upTo)).length;
        expect([after, upTo, await customers.countInRange(shop, after, upTo)]).toEqual([
          after,
          upTo,
          expected,
        ]);
      }
    expect(await customers.blocks(shop)).toEqual([
      { afterId: -1, upToId: 4_095, rows: 2 },
      { afterId: 4_095, upToId: 8_191, rows: 3 },
      { afterId: 12_287, upToId: 16_383, rows: 1 },
      { afterId: 16_383, upToId: 20_479, rows: 1 },
    ]);
    expect(await customers.rangeEnds(shop, 0, 5_000)).toEqual([]);
    expect(await customers.rangeEnds(shop, 0, 3)).toEqual([4_096, 12_288]);
  });

  test('are the same at every moment while they are summed up beside writers, and no writer waits for another', async () => {
    const { shop, customers, write, runs } = await openWriter(stage.database, stage.freshShop());
    const { pool } = stage.database;
    const holder = await pool.connect();
    try {
      // A page that has counted and has not committed.
      await holder.query('begin');
      await holder.query(
        `insert into magento.customers (shop, id, first_seen_at, last_seen_at) values ($1, 7, now(), now())`,
        [shop],
      );
      await write([customer(1), customer(2)]);
      await sumUpRowCounts(stage.database, shop);
      await write([customer(3)]);
      expect(await customers.totals(shop)).toMatchObject({ live: 3 });
      await holder.query('commit');
    } finally {
      holder.release();
    }
    expect(await customers.totals(shop)).toMatchObject({ live: 4 });

    let writing = true;
    const summing = (async () => {
      while (writing) await sumUpRowCounts(stage.database, shop);
    })();
    const seen: number[] = [];
    const watching = (async () => {
      while (writing) seen.push((await customers.totals(shop)).live);
    })();
    const runId = await runs.start({ shop, entity: 'customers', kind: 'backfill' });
    await Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let page = 0; page < 6; page += 1)
          await write([customer(100 + writer * 10 + page)], { runId, readAt: noon });
      }),
    );
    writing = false;
    await Promise.all([summing, watching]);
    await sumUpRowCounts(stage.database, shop);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(await customers.totals(shop)).toMatchObject({ live: 28 });
    expect(await noted(shop, 'sync.row_count_changes')).toBe(0);
  });

  test('are corrected where rows came past the triggers', async () => {
    const { shop, customers, write } = await openWriter(stage.database, stage.freshShop());
    await write([customer(1, { addresses: [address(10)] }), customer(9_000)]);
    expect(await customers.recount(shop, 'records and parts')).toBe(0);
    await stage.database.pool.query(`
      begin;
      alter table magento.customers disable trigger user;
      alter table magento.customer_addresses disable trigger user;
      insert into magento.customers (shop, id, first_seen_at, last_seen_at, deleted_at, erased_at)
        select '${shop}', n, now(), now(), case when n > 5 then now() end, case when n > 8 then now() end
        from generate_series(2, 10) n;
      delete from magento.customers where shop = '${shop}' and id = 9000;
      delete from magento.customer_addresses where shop = '${shop}';
      alter table magento.customers enable trigger user;
      alter table magento.customer_addresses enable trigger user;
      commit`);
    expect(await customers.totals(shop)).toMatchObject({ live: 2, addresses: 1 });
    expect(await customers.recount(shop)).toBe(2);
    expect(await customers.recount(shop, 'records and parts')).toBe(1);
    expect(await customers.totals(shop)).toEqual({ live: 5, deleted: 5, erased: 2, addresses: 0 });
    expect(await customers.totals(shop)).toEqual(await counted(shop));
    await sumUpRowCounts(stage.database, shop);
    expect(await customers.recount(shop, 'records and parts')).toBe(0);
  });

  test('are gone with a table that is emptied as a whole', async () => {
    const { shop, customers, write } = await openWriter(stage.database, stage.freshShop());
    await write([customer(1)]);
    await sumUpRowCounts(stage.database, shop);
    await write([customer(2, { addresses: [address(10)] })]);
    await stage.database.pool.query('truncate magento.customers');
    expect(await customers.totals(shop)).toEqual({ live: 0, deleted: 0, erased: 0, addresses: 1 });
  });
});
