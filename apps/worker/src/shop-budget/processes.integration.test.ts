import { expect, inject, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { smallPages, startCliShop } from '../../testing/cli-shop.ts';
import { customersOfCopy, customersOfShop } from '../../testing/compare-copy.ts';

const patience = { interval: 100 };
const places = 3;

test('four daemons that come, go, stop and are killed keep one budget, and the copy is whole', async () => {
  const started = await startCliShop({ population: { customers: 1_600 }, latencyMs: 150 });
  const { shop, url, query } = started;
  const environment = {
    ...started.environment,
    ...smallPages,
    QUEUE_URL: inject('redisUrl'),
    MAGENTO_CONCURRENCY: String(places),
    MAGENTO_REQUESTS_PER_SECOND: '100',
  };
  const asked = () => shop.requests.count('customers/search');
  const more = async (count: number) => {
    const before = asked();
    await expect.poll(asked, patience).toBeGreaterThan(before + count);
  };
  const daemon = () => startCli(['daemon'], environment);
  const status = async () => {
    const { stdout } = await runCommand(['status', '--json'], environment);
    return (JSON.parse(stdout) as { workers: { command: string; places: number; mostPlaces: number }[] })
      .workers;
  };

  const [first, second] = await Promise.all([daemon(), daemon()]);
  await more(10);
  first.kill('SIGKILL');
  const third = await daemon();
  await third.untilOutput('"msg":"running"');
  await more(10);
  second.kill('SIGSTOP');
  const fourth = await daemon();
  await fourth.untilOutput('"msg":"running"');
  // One is dead and one stands still: two are left.
  await expect
    .poll(async () => (await status()).map(({ command }) => command), patience)
    .toEqual(['daemon', 'daemon']);
  const held = (await status()).reduce((sum, worker) => sum + worker.places, 0);
  expect(held).toBeLessThanOrEqual(places);
  second.kill('SIGCONT');
  third.kill('SIGTERM');
  expect(await third.ended).toBe(0);

  const kept = () => {
    expect(shop.requests.mostInFlight()).toBeLessThanOrEqual(places);
    expect(shop.requests.mostWithin(1_000)).toBeLessThanOrEqual(200);
  };
  kept();
  expect(shop.requests.mostInFlight()).toBe(places);
  const source = await customersOfShop(shop);
  // What the test itself asks is not theirs.
  shop.requests.clear();
  await expect.poll(() => customersOfCopy(url).catch(() => []), patience).toEqual(source);
  // A person asks while the daemons work: no request of theirs comes on top.
  const { exitCode, stdout, stderr } = await runCommand(['doctor'], environment);
  expect(exitCode, stdout + stderr).toBe(0);
  for (const left of [second, fourth]) {
    left.kill('SIGTERM');
    expect(await left.ended).toBe(0);
  }
  kept();
  // Whoever leaves in order is forgotten at once.
  expect(await query(`select command from sync.workers where expires_at > now()`)).toEqual([]);
});
