import { customers, type Entity, orders } from '@magento-sync/entities';
import { startMagentoShop, startProxy } from '@magento-sync/magento-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AlteredSearchError } from '../errors.ts';
import { adminToken } from '../testing/strategies.ts';

const hour = 3_600_000;
const start = { updatedAt: '2000-01-01 00:00:00', id: 0 };

const moved = (time: string, hours: number) =>
  new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + hours * hour)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');

interface Shifts {
  /** Hours by which times of filters are moved on their way. */
  readonly filters: number;
  /** Hours by which times of rows are moved on theirs. */
  readonly rows: number;
  readonly rewrite?: (url: string) => string;
}

/** A shop behind something that shifts times; counts the searches that reach it. */
async function startShifted(shifts: () => Shifts) {
  const shop = await startMagentoShop({ population: { customers: 12 } });
  onTestFinished(() => shop.stop());
  let searches = 0;
  const proxy = await startProxy(shop.url, {
    before(request) {
      searches += 1;
      const { filters, rewrite = (url: string) => url } = shifts();
      const url = request.url.replace(/\d{4}-\d\d-\d\d%20\d\d%3A\d\d%3A\d\d/g, (time) =>
        encodeURIComponent(moved(decodeURIComponent(time), filters)),
      );
      request.url = rewrite(url);
      return undefined;
    },
    change(answer) {
      const [rows = '', repeated = ''] = answer.body.toString().split(/(?="search_criteria":)/);
      const shown = rows.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, (time) => moved(time, shifts().rows));
      answer.body = Buffer.from(shown + repeated);
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const client = createMagentoClient({
    baseUrl: proxy.url,
    auth: { kind: 'bearer', token: await adminToken(shop) },
    budget: { concurrency: 2, requestsPerSecond: 1_000 },
  });
  onTestFinished(() => client[Symbol.asyncDispose]());
  const read = async (entity: Entity) => {
    searches = 0;
    const found: number[] = [];
    for await (const { items } of client.records(entity).pagesChangedSince(start, { pageSize: 5 })) {
      found.push(...items.map(({ id }) => id));
    }
    return { ids: found.toSorted((one, other) => one - other), searches };
  };
  return { shop, read };
}

test.each([5, -5, 11.5])(
  'times of filters and rows that are shifted alike by %d h are read after one proof a list and amount',
  async (hours) => {
    let now = hours;
    const { shop, read } = await startShifted(() => ({ filters: now, rows: -now }));
    const ids = shop.customers.ids();
    expect(await read(customers)).toEqual({ ids, searches: 5 });
    expect(await read(customers)).toEqual({ ids, searches: 3 });
    const first = await read(orders);
    expect(first.ids.length).toBeGreaterThan(5);
    expect(await read(orders)).toEqual({ ...first, searches: first.searches - 2 });
    now = hours + 1;
    expect(await read(customers)).toEqual({ ids, searches: 5 });
  },
);

test.each<[string, Shifts, string | undefined]>([
  ['forwards, and rows are not', { filters: 5, rows: 0 }, 'shifted by +5h,'],
  ['backwards, and rows are not', { filters: -5.5, rows: 0 }, 'shifted by -5h 30min,'],
  ['as rows are, in the same direction', { filters: 5, rows: 5 }, 'shifted by +5h,'],
  ['otherwise than rows', { filters: 5, rows: -4 }, 'shifted by +5h,'],
  ['by more than zones differ', { filters: 16, rows: -16 }, undefined],
  [
    'and another filter is lost',
    { filters: 5, rows: -5, rewrite: (url) => url.replaceAll(/=gt(?=&|$)/g, '=gteq') },
    undefined,
  ],
])('times of filters that are shifted %s are refused', async (_how, shifts, said) => {
  const { read } = await startShifted(() => shifts);
  const error = await read(customers).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AlteredSearchError);
  expect((error as Error).message).toMatch(/did not arrive as sent/);
  if (said === undefined) expect((error as Error).message).not.toMatch(/arrive shifted/);
  else expect((error as Error).message).toContain(said);
});
