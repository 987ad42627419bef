import { createCapabilityRepository, createEntityCopy } from '@magento-sync/db';
import { createTestDatabase } from '@magento-sync/db/testing';
import { customers } from '@magento-sync/entities';
import { createMagentoClient } from '@magento-sync/magento-client';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { settlePersonalData } from '../../../apps/worker/src/sync/personal-data/settle-choice.ts';
import type { SyncContext } from '../../../apps/worker/src/sync/ports.ts';
import { openWriter } from '../../../packages/db/src/testing/customer-writer.ts';
import { customer } from '../../../packages/db/src/testing/recorded-customers.ts';
import { administrator } from '../administrator.ts';
import type { Probe } from './probe.ts';

const secret = 'very-personal';
const choice = { preset: 'no-contact-data', keep: [] } as const;

/** No contact data is wanted: of what the shop sends all the same, and of what the copy holds already. */
export const probe: Probe = async (postgresUrl) => {
  const broken: string[] = [];
  const shop = await startMagentoShop({ population: { customers: 3 } });
  try {
    const [id = 0] = shop.customers.ids();
    shop.customers.save(id, { firstname: secret });
    await using magento = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'admin', ...administrator },
      budget: { concurrency: 1, requestsPerSecond: 100_000 },
      personalData: { ...choice, hash: (text) => text },
    });
    const record = await magento.records(customers).get(id);
    if (JSON.stringify(record).includes(secret)) broken.push('what is not wanted was read');
    // A proxy, or a release of the shop, that knows no `fields`.
    shop.faults.add({
      match: `/customers/${id}`,
      answer: { kind: 'change', change: (body) => body.replace('{', `{"firstname":"${secret}",`) },
    });
    const all = await magento.records(customers).get(id);
    if (JSON.stringify(all).includes(secret)) broken.push('what was sent and is not wanted was read');
    if (
      shop.requests
        .all()
        .some(({ path, query }) => path.endsWith(`/customers/${id}`) && !query.includes('fields'))
    )
      broken.push('what is not wanted was asked for');
  } finally {
    await shop.stop();
  }

  await using copy = await createTestDatabase(postgresUrl);
  const { database } = copy;
  const { write } = await openWriter(database, 'probe');
  await write([customer(1, { firstname: secret })]);
  const context = {
    shop: 'probe',
    store: {
      capabilities: createCapabilityRepository(database),
      copyOf: (entity: typeof customers) => createEntityCopy(database, entity),
    },
    locks: {
      run: (_name: string, signal: AbortSignal, work: (signal: AbortSignal) => unknown) => work(signal),
    },
    clock: { now: () => new Date() },
    log: pino({ level: 'silent' }),
  } as unknown as SyncContext;
  await settlePersonalData(context, { ...choice, keyId: null }, new AbortController().signal);
  const kept = await database.pool.query('select from magento.customers t where t::text like $1', [
    `%${secret}%`,
  ]);
  if (kept.rowCount !== 0) broken.push('what is no longer wanted stayed in the copy');
  return broken;
};
