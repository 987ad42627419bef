import { createTestDatabase } from '@magento-sync/db/testing';
import { later, openWriter } from '../../../packages/db/src/testing/customer-writer.ts';
import { customer } from '../../../packages/db/src/testing/recorded-customers.ts';
import { type Probe, untilWaiting } from './probe.ts';

/** Another writer has inserted a row of the page, and commits while it is copied in; then the shop takes a value away. */
export const probe: Probe = async (postgresUrl) => {
  await using copy = await createTestDatabase(postgresUrl);
  const { pool } = copy.database;
  const { shop, customers, write } = await openWriter(copy.database, 'probe');
  const other = await pool.connect();
  try {
    await other.query('begin');
    await other.query(
      `insert into magento.customers (shop, id, email, first_seen_at, last_seen_at) values ($1, 2, 'old', now(), now())`,
      [shop],
    );
    const writing = write([customer(1), customer(2), customer(3)]);
    await untilWaiting(pool, 1, writing);
    await other.query('commit');
    await writing;
  } catch (error) {
    return [`a page beside another writer was not written: ${String(error)}`];
  } finally {
    await other.query('rollback');
    other.release();
  }
  const broken: string[] = [];
  const ids = await customers.idsInRange(shop, 0);
  if (ids.join() !== '1,2,3')
    broken.push(`of a page beside another writer these rows were written: ${ids.join()}`);

  const stamp = (minute: number) => ({ updated_at: `2026-06-01 12:0${minute}:00` });
  await write([customer(4, { ...stamp(1), taxvat: 'DE1' })], { readAt: later(1) });
  await write([customer(4, stamp(2))], { readAt: later(2) });
  const kept = await pool.query('select from magento.customers where id = 4 and taxvat is not null');
  if (kept.rowCount !== 0) broken.push('a value that the shop has taken away is still there');
  return broken;
};
