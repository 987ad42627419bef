import { customers as definition } from '@magento-sync/entities';
import { runBackfill } from '../../../apps/worker/src/sync/backfill/backfill.ts';
import { describeEntity } from '../../../apps/worker/src/sync/entity/describe-entity.ts';
import type { Stop } from '../../../apps/worker/src/sync/ports.ts';
import { pullChanges } from '../../../apps/worker/src/sync/pull/pull.ts';
import { createWorld, type World } from '../world.ts';
import type { Probe } from './probe.ts';

const day = 86_400_000;
const hour = 3_600_000;
const customers = describeEntity(definition);
const stop: Stop = { signal: new AbortController().signal, pause: new AbortController().signal };

/**
 * A customer that no answer can hold, more customers in one second than fit a page, and one with a stamp from the future
 * that is changed again.
 */
export const probe: Probe = async (postgresUrl) => {
  await using world = await createWorld(postgresUrl, 1, { names: ['customers'], customers: 30 });
  const { shop } = world;
  const context = world.worker();
  const broken: string[] = [];

  const [poisoned = 0] = shop.customers.ids().slice(10);
  shop.poison.add(poisoned);
  await runBackfill(context, customers, stop, { restart: false }).catch((error: unknown) => {
    broken.push(`a customer that cannot be served ended the backfill: ${String(error)}`);
  });
  shop.poison.clear();
  shop.clock.advance(hour);
  await pullChanges(context, customers, stop);

  const together = shop.customers.ids().slice(0, 20);
  shop.customers.saveMany(together, { lastname: 'Together' });
  shop.clock.advance(hour);
  await pullChanges(context, customers, stop);
  const arrived = await called(world, 'Together');
  if (arrived !== together.length)
    broken.push(`of ${together.length} customers that were changed in one second ${arrived} arrived`);

  const [early = 0] = shop.customers.ids().slice(25);
  shop.clock.setDatabaseSkew(2 * day);
  shop.customers.failLogin(early);
  await pullChanges(context, customers, stop);
  shop.customers.save(early, { lastname: 'Today' });
  await pullChanges(context, customers, stop);
  if ((await called(world, 'Today')) !== 1)
    broken.push('a customer whose stamp lay in the future keeps in the copy what was changed after it');
  return broken;
};

async function called({ copy }: World, lastname: string): Promise<number> {
  const sql = 'select from magento.customers where lastname = $1';
  return (await copy.database.pool.query(sql, [lastname])).rowCount ?? 0;
}
