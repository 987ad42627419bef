import { createTestDatabase } from '@magento-sync/db/testing';
import { openWriter } from '../../../packages/db/src/testing/customer-writer.ts';
import { customer } from '../../../packages/db/src/testing/recorded-customers.ts';
import { type Probe, untilWaiting } from './probe.ts';

/** Another writer has inserted a row of the page, and commits while the page is copied in. */
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
  const ids = await customers.idsInRange(shop, 0);
  return ids.join() === '1,2,3'
    ? []
    : [`of a page beside another writer these rows were written: ${ids.join()}`];
};
