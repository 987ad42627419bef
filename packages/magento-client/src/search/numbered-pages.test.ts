import { describe, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { numberedPages } from './numbered-pages.ts';
import { searchCriteria } from './search-criteria.ts';
import type { SearchSource } from './search-result.ts';

/** A list of `total` numbers; `clamped` answers pages past the end with the last one, as 2.3 does. */
function createList(total: number, clamped = false): SearchSource<number, 'id'> & { asked: number[] } {
  const asked: number[] = [];
  return {
    path: '/V1/numbers',
    asked,
    async search(criteria) {
      const { pageSize, currentPage } = criteria.state;
      asked.push(currentPage);
      const page = clamped ? Math.min(currentPage, Math.max(1, Math.ceil(total / pageSize))) : currentPage;
      const items = Array.from({ length: total }, (_, index) => index).slice(
        (page - 1) * pageSize,
        page * pageSize,
      );
      return { items, totalCount: total, receivedAt: new Date(0), serverDate: null, durationMs: 0, bytes: 0 };
    },
  };
}

const criteria = searchCriteria<'id'>().sortBy('id', 'ASC').pageSize(3);
const read = (list: SearchSource<number, 'id'>, options = {}) =>
  collect(
    numberedPages(list, (item) => item, criteria, options),
    100,
  );

describe.each([
  ['2.4: pages past the end are empty', false],
  ['2.3: pages past the end are the last one again', true],
])('%s', (_, clamped) => {
  test.each([0, 1, 2, 3, 4, 6, 7])('%i rows are read once each, with no request too many', async (total) => {
    const list = createList(total, clamped);
    expect(await read(list)).toEqual(Array.from({ length: total }, (_, index) => index));
    expect(list.asked).toHaveLength(Math.max(1, Math.ceil(total / 3)));
  });
});

test('a last page that repeats although the count promises more ends the read, as an error', async () => {
  const list = createList(6, true);
  const inflated: SearchSource<number, 'id'> = {
    path: list.path,
    search: async (asked, signal) => ({ ...(await list.search(asked, signal)), totalCount: 8 }),
  };
  await expect(read(inflated)).rejects.toThrow(/has 8 rows, and its pages held 6 different ones/);
  expect(await read(inflated, { checkTotal: false })).toEqual([0, 1, 2, 3, 4, 5]);
});

test('more pages than expected are an error, and so are more rows than the limit of collect', async () => {
  await expect(read(createList(100), { maxPages: 5 })).rejects.toThrow(/more than 5 pages/);
  await expect(
    collect(
      numberedPages(createList(100), (item) => item, criteria),
      10,
    ),
  ).rejects.toThrow(/more than 10 rows/);
});
