import type { LoggedRequest } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { withWrites } from '../../../testing/with-writes.ts';
import type { PageReport, SyncContext } from '../ports.ts';
import { emptyCheckpoint } from '../pull/pull.ts';
import { runBackfill } from './backfill.ts';
import { findPlan, type PlannedRange } from './backfill-plan.ts';

const patience = { interval: 5 };
const resumed = { restart: false, busyDelayMs: 10 };

/** Ids after which pages were asked for, in the order of the requests; not those of counts. */
function pagesAsked(requests: readonly LoggedRequest[]): number[] {
  return requests
    .filter(({ path, query }) => path.endsWith('/customers/search') && !query.includes('total_count'))
    .flatMap(({ query }) => {
      const after = /\[value\]=(\d+)&[^&]*\[condition_type\]=gt(?:&|$)/.exec(query)?.[1];
      return after === undefined ? [] : [Number(after)];
    });
}

/** Plans one range that holds everything. */
async function planOneRange({ store, shop }: SyncContext, largestId: number): Promise<void> {
  const startedAt = new Date();
  await store.checkpoints.planRanges({
    shop,
    entity: 'customers',
    kind: 'backfill',
    ranges: [
      { range: 'plan', state: { ...emptyCheckpoint, upToId: largestId, startedAt } },
      { range: '0-', state: emptyCheckpoint },
    ],
  });
}

test('pages are asked for while others are written', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 600 } });
  let aheadOfFirstWrite = 0;
  let writes = 0;
  const sync = withWrites(context({ pageSize: 20, concurrency: 1, rangesAtOnce: 2 }), async () => {
    writes += 1;
    if (writes > 1) return;
    await expect.poll(() => pagesAsked(shop.requests.all()).length, patience).toBeGreaterThan(1);
    aheadOfFirstWrite = pagesAsked(shop.requests.all()).length;
  });
  await runBackfill(sync, customers, noStop(), resumed);
  expect(aheadOfFirstWrite).toBe(2);
  await expectEqualSides(shop, copy.url);
});

test('a range that holds much is split while others have nothing to do, and no page is read twice', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 600 } });
  let rows = 0;
  const sync = context({
    pageSize: 20,
    rangesAtOnce: 3,
    onPage: (page: PageReport) => void (rows += page.rows),
  });
  await planOneRange(sync, shop.customers.ids().at(-1) ?? 0);
  await runBackfill(sync, customers, noStop(), resumed);
  await expectEqualSides(shop, copy.url);
  const plan = await findPlan(sync, customers);
  expect(plan?.ranges.length).toBeGreaterThan(3);
  expect(plan?.ranges.every(({ complete }) => complete)).toBe(true);
  const pages = pagesAsked(shop.requests.all());
  expect(new Set(pages).size).toBe(pages.length);
  // A page that was asked for before the cut may reach beyond it.
  expect(rows).toBeLessThan(600 + (plan?.ranges.length ?? 0) * 20);
});

test('a worker that comes later takes over a part of what another one has still to read', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 600 } });
  const read = { first: 0, second: 0 };
  const settings = { pageSize: 20, concurrency: 1 };
  const second = context({ ...settings, onPage: () => void (read.second += 1) });
  let helping: Promise<unknown> | undefined;
  const first = withWrites(context({ ...settings, onPage: () => void (read.first += 1) }), async () => {
    if (read.first < 2) return;
    helping ??= runBackfill(second, customers, noStop(), resumed);
    await expect.poll(() => read.second, patience).toBeGreaterThan(0);
  });
  await planOneRange(first, shop.customers.ids().at(-1) ?? 0);
  await runBackfill(first, customers, noStop(), resumed);
  await helping;
  await expectEqualSides(shop, copy.url);
  expect(read.second).toBeGreaterThan(5);
  const plan = await findPlan(first, customers);
  expect(plan?.completedAt).not.toBeNull();
});

test('a worker that dies costs at most one page a range, also of ranges that were split', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 600 } });
  const killed = new AbortController();
  let writes = 0;
  const first = withWrites(context({ pageSize: 20, rangesAtOnce: 4 }), async () => {
    writes += 1;
    if (writes === 15) killed.abort(new Error('killed'));
    // Whatever was read is lost: nothing is written any more.
    if (killed.signal.aborted) throw new Error('killed');
  });
  await planOneRange(first, shop.customers.ids().at(-1) ?? 0);
  const stop = { signal: killed.signal, pause: new AbortController().signal };
  await expect(runBackfill(first, customers, stop, resumed)).rejects.toThrow('killed');
  const before = pagesAsked(shop.requests.all());
  const open = (await findPlan(first, customers))?.ranges.filter(({ complete }) => !complete) ?? [];
  expect(open.length).toBeGreaterThan(1);

  shop.requests.clear();
  const second = context({ pageSize: 20 });
  await runBackfill(second, customers, noStop(), resumed);
  await expectEqualSides(shop, copy.url);
  const asked = pagesAsked(shop.requests.all());
  const isIn = ({ position, upToId }: PlannedRange, after: number) =>
    after >= position && (upToId === null || after < upToId);
  // What was committed was not read again: every page lies behind the position of a range that was open.
  expect(asked.filter((after) => !open.some((range) => isIn(range, after)))).toEqual([]);
  const twice = asked.filter((after) => before.includes(after));
  for (const range of open) {
    expect(twice.filter((after) => isIn(range, after)).length).toBeLessThanOrEqual(1);
  }
});

test('ids that lie apart and in heaps cost ranges by their rows, and hardly any request finds nothing', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 40 } });
  // As after an import that began its ids anew at a large number.
  shop.customers.create({ id: 40_000_000 });
  for (let customer = 0; customer < 200; customer += 1) shop.customers.create({});
  const sync = context({ pageSize: 5, rangesAtOnce: 2 });
  const read: number[] = [];
  await runBackfill({ ...sync, onPage: ({ rows }) => void read.push(rows) }, customers, noStop(), resumed);
  await expectEqualSides(shop, copy.url);
  expect(read.filter((rows) => rows === 0).length).toBeLessThanOrEqual(2);
  const plan = await findPlan(sync, customers);
  expect(plan?.ranges.length).toBeGreaterThan(2);
  expect(plan?.ranges.length).toBeLessThan(20);
});
