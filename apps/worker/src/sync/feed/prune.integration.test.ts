import { expect, test } from 'vitest';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { prune } from './prune.ts';

const day = 86_400_000;
const kept = { historyMs: 90 * day, feedMs: 7 * day, runsMs: 90 * day };

test('what is old enough is deleted, what is younger and the copy itself stay', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 30 } });
  const sync = context();
  const { pool } = copy.database;
  await runBackfill(sync, customers, noStop(), { restart: false });
  const [first, second, third] = shop.customers.ids();
  shop.customers.save(first!, { firstname: 'Long ago' });
  await pullChanges(sync, customers, noStop());
  await pool.query(`update sync.changes set recorded_at = now() - interval '91 days'`);
  await pool.query(`update sync.outbox set recorded_at = now() - interval '8 days'`);
  await pool.query(`update sync.runs set started_at = now() - interval '91 days'`);
  shop.customers.save(second!, { firstname: 'Lately' });
  shop.customers.remove(third!);
  await pullChanges(sync, customers, noStop());
  await reconcile(sync, customers, noStop());
  const unfinished = await store.runs.start({ shop: sync.shop, entity: 'customers', kind: 'sweep' });
  await pool.query(`update sync.runs set started_at = now() - interval '91 days' where id = $1`, [
    unfinished,
  ]);
  const rows = async () => (await pool.query('select * from magento.customers order by id')).rows;
  const before = await rows();

  expect(await prune(sync, kept)).toEqual({ history: 1, feed: 31, runs: 2, alerts: 0 });

  expect(await rows()).toEqual(before);
  const history = await pool.query('select entity_id, operation from sync.changes order by id');
  expect(history.rows).toEqual([
    { entity_id: second, operation: 'update' },
    { entity_id: third, operation: 'delete' },
  ]);
  const feed = await pool.query('select entity_id, operation from sync.outbox order by position');
  expect(feed.rows).toEqual(history.rows);
  expect(await store.runs.find(unfinished)).toMatchObject({ status: 'running' });
  expect(await prune(sync, kept)).toEqual({ history: 0, feed: 0, runs: 0, alerts: 0 });
});
