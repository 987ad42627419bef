import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runSuccessfully, servedAddress, startCli } from '../testing/cli-process.ts';
import { startCliShop } from '../testing/cli-shop.ts';
import { expectEqualSides } from '../testing/compare-copy.ts';

const patience = { interval: 200 };
const secret = 'a-secret-of-the-shop';

/** A daemon that pulls, sweeps and reconciles so rarely that only hints can bring anything. */
async function startHinted(customers: number) {
  const started = await startCliShop({ population: { customers } });
  const { shop, url } = started;
  const environment: Record<string, string> = {
    ...started.environment,
    QUEUE_URL: inject('redisUrl'),
    HTTP_PORT: '0',
    HINT_SECRET: secret,
    PULL_EVERY: '1d',
    SWEEP_PERIOD: '90d',
    RECONCILE_EVERY: '30d',
  };
  await runSuccessfully(['backfill'], environment);
  const daemon = await startCli(['daemon'], environment);
  await daemon.untilOutput('serving /livez, /readyz, /metrics, /hints');
  const address = await servedAddress(daemon);
  const tell = async (body: unknown) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const answer = await fetch(`${address}/hints`, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer.status;
  };
  // The first pull, sweep and reconcile of the schedules are over when every kind has its run.
  await expect
    .poll(
      () =>
        started.query(`select 1 from sync.runs where kind in ('pull', 'reconcile') and status = 'succeeded'
      and started_at > (select max(finished_at) from sync.runs where kind = 'backfill') group by kind`),
      patience,
    )
    .toHaveLength(2);
  const untilEqual = () =>
    expect
      .poll(
        () =>
          expectEqualSides(shop, url).then(
            () => 'equal',
            () => 'different',
          ),
        patience,
      )
      .toBe('equal');
  return { ...started, environment, daemon, address, tell, untilEqual };
}

test('changes and deletions that are hinted at arrive at once; the secret is in no log', async () => {
  const { shop, tell, untilEqual, address, daemon } = await startHinted(30);
  const [first, second, third] = shop.customers.ids();
  shop.customers.save(first!, { firstname: 'Hinted' });
  shop.customers.remove(second!);
  expect(
    await tell([
      { entity: 'customers', id: first },
      { entity: 'customers', id: second, kind: 'deleted' },
    ]),
  ).toBe(202);
  await untilEqual();
  shop.customers.save(third!, { firstname: 'From Adobe' });
  const type = 'com.adobe.commerce.observer.customer_save_commit_after';
  expect(await tell({ type, event: { data: { value: { entity_id: String(third) } } } })).toBe(202);
  await untilEqual();
  const metrics = async () => (await fetch(`${address}/metrics`)).text();
  await expect
    .poll(metrics, patience)
    .toMatch(/^magento_sync_hints_open\{entity="customers",shop="[\w-]+"\} 0$/m);
  expect(await metrics()).toMatch(
    /magento_sync_rows_total\{entity="customers",cause="hint",outcome="updated"/,
  );
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  expect(daemon.stdout + daemon.stderr).not.toContain(secret);
});

test('hints whose job was lost with Redis are followed nevertheless', async () => {
  const { shop, environment, query, untilEqual } = await startHinted(20);
  const [id] = shop.customers.ids();
  shop.customers.save(id!, { firstname: 'Safe in PostgreSQL' });
  // What is left when a process dies between the answer and the queue, and Redis is flushed.
  const redis = new Redis(inject('redisUrl'));
  onTestFinished(() => redis.disconnect());
  const keys = await redis.keys(`magento-sync:${environment['MAGENTO_SHOP']}-*`);
  expect(keys.length).toBeGreaterThan(0);
  await query(
    `insert into sync.hints (shop, entity, id, kind) values ('${environment['MAGENTO_SHOP']}', 'customers', ${id}, 'changed')`,
  );
  await redis.del(...keys);
  await untilEqual();
});

test('ten thousand hints at once are accepted and followed', async () => {
  const { shop, tell, query, untilEqual } = await startHinted(300);
  const ids = shop.customers.ids();
  for (const id of ids.slice(0, 50)) shop.customers.save(id, { firstname: 'Among many' });
  const lists = Array.from({ length: 10 }, (_, list) =>
    Array.from({ length: 1_000 }, (__, index) => ({ entity: 'customers', id: list * 1_000 + index + 1 })),
  );
  expect(await Promise.all(lists.map(tell))).toEqual(Array<number>(10).fill(202));
  await untilEqual();
  await expect
    .poll(() => query('select count(*) as open from sync.hints'), patience)
    .toEqual([{ open: '0' }]);
});
