import { expect, test } from 'vitest';
import { createChangeRepository, createOutboxRepository, OutboxGapError } from '../index.ts';
import type { CustomerRecord } from '../testing/customer-copy.ts';
import { later, noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer } from '../testing/recorded-customers.ts';

describeOnEveryPostgres('history and feed', (stage) => {
  async function openShop(options: { history?: boolean; feed?: boolean } = {}) {
    const { database } = stage;
    const shop = stage.freshShop();
    const writer = await openWriter(database, shop, options);
    let minute = 0;
    const write = (...records: CustomerRecord[]) => {
      minute += 1;
      return writer.write(records, { readAt: later(minute) });
    };
    return {
      ...writer,
      write,
      outbox: createOutboxRepository(database),
      history: createChangeRepository(database),
    };
  }

  test('the history names what changed, by field, with old and new values, cause and run', async () => {
    const { shop, runId, write, history } = await openShop();
    const attributes = (loyalty: string, remarks?: string) => ({
      custom_attributes: [
        { attribute_code: 'loyalty_code', value: loyalty },
        ...(remarks === undefined ? [] : [{ attribute_code: 'remarks', value: remarks }]),
      ],
    });
    await write(customer(1, { ...attributes('L-1', 'gone soon'), taxvat: null }));
    await write(
      customer(1, {
        ...attributes('L-2'),
        taxvat: 'DE1',
        extension_attributes: { is_subscribed: true },
        addresses: [address(10)],
        updated_at: '2026-02-02 00:00:00',
      }),
    );

    expect(await history.of({ shop, entity: 'customers', id: 1 })).toMatchObject([
      {
        operation: 'update',
        cause: 'pull',
        runId,
        observedAt: later(2),
        changedFields: [
          'addresses',
          'custom_attributes.loyalty_code',
          'custom_attributes.remarks',
          'extension_attributes.is_subscribed',
          'taxvat',
        ],
        oldValues: {
          addresses: [],
          'custom_attributes.loyalty_code': 'L-1',
          'custom_attributes.remarks': 'gone soon',
          taxvat: null,
        },
        newValues: {
          addresses: [address(10)],
          'custom_attributes.loyalty_code': 'L-2',
          'extension_attributes.is_subscribed': true,
          taxvat: 'DE1',
        },
      },
    ]);
  });

  test('the history is read in pages and pruned by age', async () => {
    const { shop, write, history } = await openShop();
    for (const firstname of ['Ada', 'Bea', 'Cleo', 'Dora']) await write(customer(1, { firstname }));
    const record = { shop, entity: 'customers', id: 1 };
    const [newest, second] = await history.of(record, { limit: 2 });
    expect(newest).toMatchObject({ oldValues: { firstname: 'Cleo' }, newValues: { firstname: 'Dora' } });
    expect(await history.of(record, { before: second!.id })).toMatchObject([
      { oldValues: { firstname: 'Ada' } },
    ]);

    expect(await history.prune(shop, new Date(0))).toBe(0);
    expect(await history.prune(shop, new Date(Date.now() + 60_000), 2)).toBe(3);
  });

  test('the feed tells every operation in its order; unchanged rows are not in it', async () => {
    const { shop, customers, write, outbox, history } = await openShop();
    await write(customer(2), customer(1));
    await write(customer(1, { firstname: 'Eve' }), customer(2));
    await customers.tombstone({ shop, ids: [2], confirmedAt: later(3), cause: 'reconcile' });
    await write(customer(3));
    await write(customer(2));
    await customers.erase({ shop, ids: [1], confirmedAt: later(6), cause: 'reconcile' });

    const entries = await outbox.read(shop, 0n);
    expect(entries.map(({ entityId, operation }) => `${operation} ${entityId}`)).toEqual([
      'insert 1',
      'insert 2',
      'update 1',
      'delete 2',
      'insert 3',
      'revive 2',
      'erase 1',
    ]);
    expect(entries[2]).toMatchObject({ changedFields: ['firstname'], cause: 'pull' });
    const changes = await history.of({ shop, entity: 'customers', id: 1 });
    expect(changes.map(({ id }) => id)).toContain(entries[2]!.changeId);

    expect(await outbox.read(shop, entries[3]!.position, 2)).toEqual(entries.slice(4, 6));
    expect(await outbox.head(shop)).toBe(entries[6]!.position);
  });

  test('history and feed can be switched off', async () => {
    const { shop, write, outbox, history } = await openShop({ history: false, feed: false });
    await write(customer(1));
    await write(customer(1, { firstname: 'Eve' }));
    expect(await outbox.read(shop, 0n)).toEqual([]);
    expect(await history.of({ shop, entity: 'customers', id: 1 })).toEqual([]);
  });

  test('a reader that follows the feed while many write misses nothing', async () => {
    const { shop, customers, runId, outbox } = await openShop();
    const writers = Array.from({ length: 8 }, (_, writer) =>
      Array.from({ length: 12 }, (__, page) => writer * 100 + page + 1),
    );
    let writing = true;
    const seen: bigint[] = [];
    const follow = async () => {
      for (let cursor = 0n; ; ) {
        const finished = !writing;
        const entries = await outbox.read(shop, cursor, 5);
        cursor = entries.at(-1)?.position ?? cursor;
        seen.push(...entries.map(({ position }) => position));
        if (finished && entries.length === 0) return;
      }
    };
    const following = follow();
    await Promise.all(
      writers.map(async (ids) => {
        for (const id of ids) {
          const page = {
            shop,
            runId,
            cause: 'backfill',
            readAt: noon,
            customers: [customer(id)],
            verified: true,
          } as const;
          await customers.writePage(page);
        }
      }),
    );
    writing = false;
    await following;

    expect(seen).toEqual((await outbox.read(shop, 0n)).map(({ position }) => position));
    expect(seen).toHaveLength(96);
  });

  test('a writer that has not committed holds up later ones, so that no position appears below one already read', async () => {
    const { shop, write, outbox } = await openShop();
    const client = await stage.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `magento-sync outbox ${shop}`,
      ]);
      const waiting = write(customer(1));
      await stage.someoneWaits();
      const early = await client.query<{ position: string }>(
        `insert into sync.outbox (shop, entity, entity_id, operation, cause, changed_fields)
         values ($1, 'customers', 9, 'insert', 'pull', '{}') returning position::text`,
        [shop],
      );
      expect(await outbox.read(shop, 0n)).toEqual([]);
      await client.query('commit');
      await waiting;
      const positions = (await outbox.read(shop, 0n)).map(({ position }) => position);
      expect(positions[0]).toBe(BigInt(early.rows[0]!.position));
      expect(positions).toHaveLength(2);
    } finally {
      client.release();
    }
  });

  test('consumers acknowledge, never backwards, and are told when they have missed something', async () => {
    const { shop, write, outbox } = await openShop();
    await write(customer(1), customer(2), customer(3));
    const [first, second] = await outbox.read(shop, 0n);
    expect(await outbox.acknowledged(shop, 'crm')).toBeUndefined();
    await outbox.acknowledge(shop, 'crm', second!.position);
    await outbox.acknowledge(shop, 'crm', first!.position);
    expect(await outbox.acknowledged(shop, 'crm')).toBe(second!.position);
    expect(await outbox.consumers(shop)).toMatchObject([{ consumer: 'crm', behind: 1 }]);

    expect(await outbox.prune(shop, new Date(0))).toBe(0);
    expect(await outbox.prune(shop, new Date(Date.now() + 60_000), 2)).toBe(3);

    const head = await outbox.head(shop);
    await expect(outbox.read(shop, second!.position)).rejects.toThrow(OutboxGapError);
    await expect(outbox.read(shop, second!.position)).rejects.toThrow(`follow the feed from ${head}`);
    expect(await outbox.read(shop, head)).toEqual([]);
  });

  test('listeners hear of growth after the commit, and of a lost connection', async () => {
    const { shop, write, outbox } = await openShop();
    const heard = withResolvers<string>();
    const lost = withResolvers<Error>();
    await using _listener = await outbox.listen(heard.resolve, lost.resolve);
    await write(customer(1));
    expect(await heard.promise).toBe(shop);

    await stage.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%listen' and datname = current_database()`,
    );
    expect((await lost.promise).message).toContain('listen again');
  });
});

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
