import { createMagentoClient, MaintenanceError } from '@magento-sync/magento-client';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../testing/cli-process.ts';
import { environmentOf } from '../../../testing/cli-shop.ts';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { administrator, noStop, type SyncHarness, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { openPageSize, paceRules, pageLimitName } from '../reading/index.ts';
import { sweep } from '../sweep/sweep.ts';
import { probeCapabilities } from './capabilities.ts';

const never = noStop().signal;

async function stored({ store }: SyncHarness, name: string): Promise<unknown> {
  return (await store.capabilities.get('test', name))?.value;
}

test.each([
  ['2.3.7', '2.3.0-2.3.7', 'repeated', false, 'opaque'],
  ['2.4.3', '2.4.0-2.4.3', 'empty', true, 'opaque'],
  ['2.4.4', '2.4.4', 'empty', true, 'jwt'],
  ['2.4.5', '2.4.5 or newer', 'empty', true, 'jwt'],
  ['2.4.7', '2.4.5 or newer', 'empty', true, 'jwt'],
])('%s is recognised by a few harmless reads', async (release, name, past, subscription, kind) => {
  const harness = await startSync({ release, population: { customers: 5 } });
  const { capabilities, unanswered } = await probeCapabilities(harness.context(), never);
  expect(unanswered).toEqual({});
  expect(capabilities).toMatchObject({
    release: name,
    page_past_the_end: past,
    subscription_in_lists: subscription,
    credential: { kind },
  });
  expect(await stored(harness, 'release')).toBe(name);
  const requests = harness.shop.requests.all();
  expect(requests.length).toBeLessThan(10);
  expect(requests.filter(({ status }) => status !== null && status >= 500)).toEqual([]);
  expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('a shop without customers leaves open what lists would show', async () => {
  const harness = await startSync({ population: { customers: 0 } });
  const { capabilities } = await probeCapabilities(harness.context(), never);
  expect(capabilities).toMatchObject({ release: '2.4.5 or newer' });
  expect(capabilities).not.toHaveProperty('page_past_the_end');
});

describe('the largest page', () => {
  test('is learned before the first page is read, and forgotten when the limit is lifted', async () => {
    const harness = await startSync({
      release: '2.4.3',
      population: { customers: 5 },
      inputLimits: { maximumPageSize: 60, defaultPageSize: 20, listLength: 20 },
    });
    const pageSize = await openPageSize(harness.context(), paceRules(100, 300));
    const context = { ...harness.context({ pageSize }), onPageLimit: pageSize.know };
    await probeCapabilities(context, never);
    expect(pageSize.current()).toBe(60);
    expect(await stored(harness, pageLimitName)).toEqual({ max: 60, how: 'refused' });
    harness.shop.setInputLimits(undefined);
    await probeCapabilities(context, never);
    expect(await stored(harness, pageLimitName)).toEqual({ max: null, how: 'none' });
  });

  test('of a shop that cut pages is looked at again', async () => {
    const harness = await startSync({ population: { customers: 40 } });
    const { store, shop } = harness;
    await store.capabilities.put('test', pageLimitName, { max: 30, how: 'cut' }, new Date());
    const cut = (body: string) => {
      const answer = JSON.parse(body) as { items: unknown[] };
      return JSON.stringify({ ...answer, items: answer.items.slice(0, 30) });
    };
    shop.faults.add({ match: 'pageSize%5D=31&', answer: { kind: 'change', change: cut } });
    await probeCapabilities(harness.context(), never);
    expect(await stored(harness, pageLimitName)).toEqual({ max: 30, how: 'cut' });
    await probeCapabilities(harness.context(), never);
    expect(await stored(harness, pageLimitName)).toEqual({ max: null, how: 'none' });
  });
});

describe('clocks', () => {
  /** The client of the harness follows the shop's clock; this one has the clock of this machine. */
  async function probeWithShopAhead(milliseconds: number) {
    const { shop, context } = await startSync({ population: { customers: 5 } });
    shop.clock.advance(milliseconds);
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    await using magento = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'admin', ...administrator },
    });
    const { capabilities } = await probeCapabilities({ ...context(), magento, log }, never);
    return { difference: capabilities['clock_difference'], lines };
  }

  test('that agree are no matter', async () => {
    const { difference, lines } = await probeWithShopAhead(20_000);
    expect(difference).toEqual({ seconds: expect.closeTo(20, -1) });
    expect(lines).toEqual([]);
  });

  test('that differ are said with the cure, in the log and in what is kept', async () => {
    const { difference, lines } = await probeWithShopAhead(-7 * 60_000);
    expect(difference).toMatchObject({ warning: expect.stringMatching(/6m \d+s behind|7m behind.*NTP/) });
    expect(lines.join()).toContain('synchronisation (NTP)');
  });
});

test('a shop that was upgraded is announced once', async () => {
  const harness = await startSync({ population: { customers: 5 } });
  await harness.store.capabilities.put('test', 'release', '2.4.4', new Date());
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  await probeCapabilities({ ...harness.context(), log }, never);
  await probeCapabilities({ ...harness.context(), log }, never);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ before: '2.4.4', now: '2.4.5 or newer' });
});

test('a shop in maintenance is no answer: what was known stays', async () => {
  const harness = await startSync({ population: { customers: 5 } });
  await probeCapabilities(harness.context(), never);
  harness.shop.maintenance(true);
  await expect(probeCapabilities(harness.context(), never)).rejects.toBeInstanceOf(MaintenanceError);
  expect(await stored(harness, 'release')).toBe('2.4.5 or newer');
});

test('2.3 does not say in lists who is subscribed: that is unknown, and nothing flaps', async () => {
  const harness = await startSync({ release: '2.3.7', population: { customers: 30 } });
  const { shop, copy } = harness;
  await runBackfill(harness.context(), customers, noStop(), { restart: false });
  const client = new pg.Client({ connectionString: copy.url });
  await client.connect();
  const { rows } = await client.query(
    'select is_subscribed, count(*)::int as customers from magento.customers group by 1',
  );
  await client.end();
  expect(rows).toEqual([{ is_subscribed: null, customers: 30 }]);
  // A deletion makes the sweep ask for single records too.
  shop.customers.remove(shop.customers.ids()[7]!);
  const attempt = await sweep(harness.context(), customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({ result: { updated: 0, deleted: 1 } });
  await expectEqualSides(shop, copy.url);
});

test('the command prints a table, and JSON for machines', async () => {
  const { shop, copy } = await startSync({ release: '2.4.4', population: { customers: 5 } });
  const environment = { ...environmentOf(shop, copy.url), MAGENTO_SHOP: 'test' };
  const table = await runCommand(['capabilities'], environment);
  expect(table.exitCode).toBe(0);
  expect(table.stdout).toMatch(/^release +2\.4\.4$/m);
  expect(table.stdout).toMatch(/^credential +kind: jwt, life: 1h$/m);
  expect(table.stdout).toMatch(/^page_size_limit +max: none, how: none$/m);
  const json = await runCommand(['capabilities', '--json'], environment);
  expect(JSON.parse(json.stdout)).toMatchObject({ capabilities: { release: '2.4.4' }, unanswered: {} });
});
