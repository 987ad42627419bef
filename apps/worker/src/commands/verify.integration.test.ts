import type { ShopOptions } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { runCommand, runSuccessfully, startCli } from '../../testing/cli-process.ts';
import { smallPages, startCliShop } from '../../testing/cli-shop.ts';
import { expectEqualSides } from '../../testing/compare-copy.ts';

async function filled(options: ShopOptions = { population: { customers: 120 } }) {
  const started = await startCliShop(options);
  await runSuccessfully(['backfill'], started.environment);
  return { ...started, ids: started.shop.customers.ids() };
}

test('equal sides exit with 0, a difference with 1 and its cure, a repair with 0', async () => {
  const { shop, url, environment, query, ids } = await filled();
  const equal = await runCommand(['verify'], environment);
  expect([equal.exitCode, equal.stdout]).toEqual([0, 'customers: both sides are equal: 120 rows.\n']);

  await query(`update magento.customers set firstname = 'Oops' where id = ${ids[4]}`);
  shop.customers.updateSilently(ids[9]!, { taxvat: 'HR-SECRET' });
  const different = await runCommand(['verify'], environment);
  expect(different.exitCode).toBe(1);
  expect(different.stdout).toContain(`1 different: another content in the shop.\n  ${ids[9]} (taxvat)\n`);
  expect(different.stdout).toContain(`${ids[4]} (firstname)`);
  expect(different.stdout).toContain('run "magento-sync verify --repair"');
  expect(different.stdout + different.stderr).not.toMatch(/HR-SECRET|Oops/);

  const repaired = await runCommand(['verify', '--repair', '--json'], environment);
  expect(repaired.exitCode).toBe(0);
  expect(JSON.parse(repaired.stdout)).toMatchObject({
    entity: 'customers',
    verdict: 'equal',
    repaired: 2,
    found: [
      { id: ids[4], kind: 'damaged', fields: ['firstname'] },
      { id: ids[9], kind: 'different', fields: ['taxvat'] },
    ],
    differences: [],
  });
  expect(repaired.stderr).toBe('');
  await expectEqualSides(shop, url);
});

test('what keeps it from comparing exits with 3, never with 1', async () => {
  const { shop, environment } = await filled();
  shop.faults.add({
    match: 'customers/search',
    times: 100,
    answer: { kind: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' },
  });
  const broken = await runCommand(['verify'], environment);
  expect([broken.exitCode, broken.stdout]).toEqual([3, '']);
  expect(broken.stderr).toMatch(/magento-sync: .*404/);
  const early = await runCommand(['verify'], { ...environment, MAGENTO_SHOP: 'another' });
  expect([early.exitCode, early.stdout]).toEqual([3, expect.stringContaining('run "magento-sync backfill"')]);
});

test.each([
  [['--sample', '0'], 'Give a percentage above 0'],
  [['--sample', 'some'], 'Give a percentage above 0'],
  [['--from', '-1'], 'Give a whole number'],
  [['--seed', '5'], 'give --sample as well'],
])('%s is refused with a cure', async (args, sentence) => {
  const { exitCode, stderr } = await runCommand(['verify', ...args], {});
  expect(exitCode).toBe(2);
  expect(stderr).toContain(sentence);
});

test('a sample tells its seed, which chooses the same ranges again', async () => {
  const { environment } = await filled({ population: { customers: 700 } });
  const sample = ['verify', '--sample', '30', '--json'];
  const first = JSON.parse((await runCommand(sample, environment)).stdout) as {
    seed: number;
    ranges: object[];
  };
  expect(first.ranges).toHaveLength(2);
  const again = await runCommand([...sample, '--seed', String(first.seed)], environment);
  expect(JSON.parse(again.stdout)).toMatchObject({ seed: first.seed, ranges: first.ranges });
});

test('Ctrl-C stops it after the page at hand and says how to go on', async () => {
  const { shop, environment } = await filled({ population: { customers: 600 }, latencyMs: 100 });
  shop.requests.clear();
  const stopped = await startCli(['verify'], { ...environment, ...smallPages });
  await expect.poll(() => shop.requests.count('customers/search'), { interval: 20 }).toBeGreaterThan(4);
  stopped.kill('SIGINT');
  expect(await stopped.ended).toBe(130);
  const from = /--from (\d+)/.exec(stopped.stdout)?.[1];
  expect(Number(from)).toBeGreaterThan(0);
  const rest = await runCommand(['verify', '--from', from!, '--json'], environment);
  expect(JSON.parse(rest.stdout)).toMatchObject({ verdict: 'equal', ranges: [{ afterId: Number(from) }] });
});
