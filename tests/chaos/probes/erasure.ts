import { createEntityCopy, createRunRepository } from '@magento-sync/db';
import { createTestDatabase } from '@magento-sync/db/testing';
import { customers, orders } from '@magento-sync/entities';
import { describeEntity } from '../../../apps/worker/src/sync/entity/describe-entity.ts';
import type { SyncContext } from '../../../apps/worker/src/sync/ports.ts';
import { sentRecord } from '../../../packages/db/src/testing/customer-copy.ts';
import { later, openWriter } from '../../../packages/db/src/testing/customer-writer.ts';
import { customer } from '../../../packages/db/src/testing/recorded-customers.ts';
import { type Probe, untilWaiting } from './probe.ts';

const secret = 'very-personal';

/** A customer is erased while an order of theirs is being written; and many are, by a worker that dies in between. */
export const probe: Probe = async (postgresUrl) => {
  await using copy = await createTestDatabase(postgresUrl);
  const { database } = copy;
  const { shop, write, customers: people } = await openWriter(database, 'probe');
  const broken: string[] = [];
  await write([customer(1, { email: 'ada@example.com' })]);
  const runId = await createRunRepository(database).start({ shop, entity: 'orders', kind: 'pull' });
  const holder = await database.pool.connect();
  try {
    // The page waits on its way to the commit, when everything else is written.
    await holder.query('begin');
    await holder.query('select from sync.runs where id = $1 for update', [runId]);
    const order = {
      id: 7,
      row: { entity_id: 7, last_customer_id: 1, customer_firstname: secret, extension_attributes: {} },
      children: {},
      raw: { customer_firstname: secret },
      contentHash: 'first',
      sentHash: null,
    };
    const page = { shop, runId, cause: 'pull', readAt: later(0), verified: true } as const;
    const writing = createEntityCopy(database, orders).writePage({ ...page, records: [sentRecord(order)] });
    await untilWaiting(database.pool, 1, writing);
    const erasing = people.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });
    await untilWaiting(database.pool, 2, erasing);
    await holder.query('commit');
    await Promise.all([writing, erasing]);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  const kept = await database.pool.query('select from magento.orders t where t::text like $1', [
    `%${secret}%`,
  ]);
  if (kept.rowCount !== 0) broken.push('an order that was written during an erasure kept the person');

  await database.pool.query(
    `insert into magento.customers (shop, id, firstname, first_seen_at, last_seen_at, deleted_at)
     select $1, n, $2, now(), now(), now() from generate_series(11, 1210) n`,
    [shop, secret],
  );
  const entity = describeEntity(customers);
  const erase = (its: ReturnType<typeof createEntityCopy>) =>
    entity.eraseTombstoned({ shop, store: { copyOf: () => its } } as unknown as SyncContext, {
      cause: 'reconcile',
      runId,
      confirmedAt: new Date(),
    });
  const its = createEntityCopy(database, customers);
  let portions = 0;
  const dying = erase({
    ...its,
    async erase(deletion) {
      if (portions++ > 0) throw new Error('killed');
      return its.erase(deletion);
    },
  });
  await dying.then(
    () => broken.push('many people were erased in one portion'),
    () => undefined,
  );
  const personal = async () =>
    (await database.pool.query('select from magento.customers where firstname is not null and id > 10'))
      .rowCount;
  const left = (await personal()) ?? 0;
  if (left === 0 || left === 1_200)
    broken.push(`of 1,200 people ${left} were left when an erasure died after a portion`);
  await erase(its);
  if ((await personal()) !== 0)
    broken.push('people were left by an erasure that came after one that had died');
  return broken;
};
