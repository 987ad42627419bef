import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MagentoTimeoutError,
  PageSizeTooLargeError,
  type PayloadProblem,
  type ResponseDetails,
  ServerFault,
  UnexpectedPayloadError,
} from '../errors.ts';
import { createMovingList } from '../testing/moving-list.ts';
import { changedSincePages, idRangePages } from './keyset-pages.ts';
import { formatMagentoTime } from './magento-time.ts';
import { numberedPages } from './numbered-pages.ts';
import { fittingPageSize, type PageSizer } from './page-size.ts';
import { searchCriteria } from './search-criteria.ts';
import type { SearchManner, SearchSource } from './search-result.ts';

type List = ReturnType<typeof createMovingList>;
type Source = SearchSource<{ id: number; updatedAt: string }, 'updated_at' | 'entity_id'>;

const response: ResponseDetails = { status: 400, method: 'GET', path: '/V1/list' };
const stamp = (id: number) => formatMagentoTime(new Date(Date.UTC(2026, 0, 1) + Math.floor(id / 3) * 1_000));

function listOf(count: number): List {
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  return createMovingList(new Map(ids.map((id) => [id, { id, updatedAt: stamp(id), version: 0 }])));
}

/** A shop that refuses larger pages, as with `webapi/validation/maximum_page_size`. */
function refusing(list: List, max: number): Source {
  return {
    path: list.path,
    async search(criteria, signal) {
      if (criteria.state.pageSize > max) throw new PageSizeTooLargeError('too large', response, max);
      return list.search(criteria, signal);
    },
  };
}

/** A shop that sends fewer rows than asked for and says nothing. */
function cutting(list: Source, max: number): Source {
  return {
    path: list.path,
    async search(criteria, signal) {
      const result = await list.search(criteria, signal);
      return { ...result, items: result.items.slice(0, max) };
    },
  };
}

interface Owner extends PageSizer {
  readonly told: unknown[];
}

/** Follows limits and halves its size when a page is too slow, down to `least`. */
function owner(size: number, least = 1): Owner {
  let now = size;
  const told: unknown[] = [];
  return {
    told,
    current: () => now,
    limit(max, how) {
      told.push([how, max]);
      now = Math.min(now, max);
    },
    observe({ asked, rows }) {
      told.push(['page', asked, rows]);
    },
    tooSlow(asked) {
      told.push(['slow', asked]);
      now = Math.max(least, Math.min(now, Math.floor(asked / 2)));
    },
    tooLarge(asked) {
      told.push(['large', asked]);
      now = Math.max(1, Math.min(now, Math.floor(asked / 2)));
    },
  };
}

async function idsOf(pages: AsyncIterable<{ items: { id: number }[] }>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { items } of pages) ids.push(...items.map(({ id }) => id));
  return ids;
}

describe.each([
  ['refuses', refusing],
  ['cuts', cutting],
])('a shop that %s pages above its limit', (_what, limiting) => {
  test('is read whole, by ids and by changes, whatever the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 25 }),
        async (count, max, size) => {
          const all = Array.from({ length: count }, (_, index) => index + 1);
          const source = limiting(listOf(count), max);
          const byId = owner(size);
          expect(
            await idsOf(idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: byId })),
          ).toEqual(all);
          const start = { updatedAt: '1970-01-01 00:00:00', id: 0 };
          expect(
            await idsOf(changedSincePages(source, (row) => row, start, { pageSize: owner(size) })),
          ).toEqual(all);
          if (count > max || limiting === refusing) expect(byId.current()).toBe(Math.min(size, max));
        },
      ),
    );
  });

  test('fails a read whose page size has no owner', async () => {
    const read = idRangePages(
      limiting(listOf(30), 5),
      ({ id }) => id,
      { afterId: 0 },
      { pageSize: 10 },
    ).next();
    await expect(read).rejects.toBeInstanceOf(
      limiting === refusing ? PageSizeTooLargeError : UnexpectedPayloadError,
    );
  });
});

test('a size is asked for when its owner is ready', async () => {
  const sizer = owner(10);
  const known: PageSizer = {
    ...sizer,
    async ready() {
      sizer.limit(3, 'cut');
    },
  };
  const all = idRangePages(listOf(9), ({ id }) => id, { afterId: 0 }, { pageSize: known });
  expect(await idsOf(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(sizer.told).not.toContainEqual(['page', 10, 9]);
  expect(sizer.told).toContainEqual(['page', 3, 3]);
});

test('the owner is told once, and later pages are full at the new size', async () => {
  const sizer = owner(10);
  await idsOf(idRangePages(refusing(listOf(9), 4), ({ id }) => id, { afterId: 0 }, { pageSize: sizer }));
  expect(sizer.told).toEqual([
    ['refused', 4],
    ['page', 4, 4],
    ['page', 4, 4],
    ['page', 4, 1],
  ]);
});

/** A shop with a module that takes rows off pages after they were read and counted. */
function hiding(list: Source, hidden: ReadonlySet<number>): Source {
  return {
    path: list.path,
    async search(criteria, signal) {
      const result = await list.search(criteria, signal);
      return { ...result, items: result.items.filter(({ id }) => !hidden.has(id)) };
    },
  };
}

/** The same walk by ids and by changes. */
function walksOver(source: Source, options: Parameters<typeof idRangePages>[3]) {
  const start = { updatedAt: '1970-01-01 00:00:00', id: 0 };
  return [
    idRangePages(source, ({ id }) => id, { afterId: 0 }, options),
    changedSincePages(source, (row) => row, start, options),
  ];
}

describe('rows that are hidden from pages and counted', () => {
  test.each([
    ['in the middle of a page', 3],
    ['at the end of a page', 10],
    ['at the end of the list', 30],
  ])('are no limit when they stand %s: the read fails and the owner learns nothing', async (_where, id) => {
    const sizer = owner(10);
    for (const walk of walksOver(hiding(listOf(30), new Set([id])), { pageSize: sizer })) {
      await expect(idsOf(walk)).rejects.toBeInstanceOf(UnexpectedPayloadError);
    }
    expect(sizer.told).not.toContainEqual(['cut', expect.any(Number)]);
  });

  test('end no walk that allows short pages, wherever they stand and whatever the limit', async () => {
    const story = {
      count: fc.integer({ min: 0, max: 60 }),
      size: fc.integer({ min: 1, max: 25 }),
      hidden: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 }),
      max: fc.integer({ min: 1, max: 25 }),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(story), async ({ count, size, hidden, max }) => {
        const shown = Array.from({ length: count }, (_, index) => index + 1).filter(
          (id) => !hidden.includes(id),
        );
        const list = hiding(listOf(count), new Set(hidden));
        const sizer = owner(size);
        for (const walk of walksOver(list, { pageSize: sizer, shortPages: 'allowed' })) {
          expect(await idsOf(walk)).toEqual(shown);
        }
        expect(sizer.current()).toBe(size);
        for (const walk of walksOver(cutting(list, max), { pageSize: owner(size), shortPages: 'allowed' })) {
          expect(await idsOf(walk)).toEqual(shown);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('fail a walk in which nothing else is shown, instead of turning pages for ever', async () => {
    const all = new Set(Array.from({ length: 400 }, (_, index) => index + 1));
    const list = listOf(400);
    for (const walk of walksOver(hiding(list, all), { pageSize: 10, shortPages: 'allowed' })) {
      await expect(idsOf(walk)).rejects.toBeInstanceOf(UnexpectedPayloadError);
    }
    expect(list.requests.length).toBeLessThan(30);
  });
});

/** A shop with a module that joins a table: these rows come twice, within the size asked for or in excess of it. */
function joining(
  list: List,
  twice: ReadonlySet<number>,
  how: 'within' | 'in excess' | 'counted once',
): Source {
  return {
    path: list.path,
    async search(criteria, signal) {
      const { pageSize, currentPage } = criteria.state;
      const all = await list.search(criteria.pageSize(300).currentPage(1), signal);
      const again = (rows: typeof all.items) =>
        rows.flatMap((row) => (twice.has(row.id) ? [row, { ...row }] : [row]));
      const page = (rows: typeof all.items) =>
        rows.slice((currentPage - 1) * pageSize, currentPage * pageSize);
      const joined = again(all.items);
      const totalCount = how === 'counted once' ? all.items.length : joined.length;
      const items = how === 'in excess' ? again(page(all.items)) : page(joined);
      return { ...all, items, totalCount };
    },
  };
}

describe.each(['within', 'in excess', 'counted once'] as const)('rows that come twice, %s', (how) => {
  test('are read once each, wherever they stand, and the last page counts them once', async () => {
    const few = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 8 });
    const size = fc.integer({ min: 2, max: 35 });
    await fc.assert(
      fc.asyncProperty(few, size, async (twice, pageSize) => {
        const source = joining(listOf(30), new Set(twice), how);
        const everyId = Array.from({ length: 30 }, (_, index) => index + 1);
        const options = { pageSize, shortPages: 'allowed' } as const;
        for (const walk of walksOver(source, options)) {
          const ids: number[] = [];
          for await (const page of walk) {
            ids.push(...page.items.map(({ id }) => id));
            if (page.last) expect(page.totalCount).toBe(page.items.length);
          }
          expect(ids).toEqual(everyId);
        }
      }),
    );
  });

  test('and differ are refused', async () => {
    const source = joining(listOf(5), new Set([3]), how);
    const differing: Source = {
      path: source.path,
      async search(criteria, signal) {
        const result = await source.search(criteria, signal);
        return { ...result, items: result.items.map((row, version) => ({ ...row, version })) };
      },
    };
    for (const walk of walksOver(differing, { pageSize: 10 })) {
      await expect(idsOf(walk)).rejects.toThrow('id 3 was sent twice');
    }
  });
});

test('a count below the rows shown is refused also where short pages are allowed', async () => {
  const list = listOf(30);
  const source: Source = {
    path: list.path,
    search: async (criteria, signal) => ({ ...(await list.search(criteria, signal)), totalCount: 2 }),
  };
  for (const walk of walksOver(source, { pageSize: owner(10), shortPages: 'allowed' })) {
    await expect(idsOf(walk)).rejects.toBeInstanceOf(UnexpectedPayloadError);
  }
});

test('a limit that is no smaller than what was asked for is not followed for ever', async () => {
  const list = listOf(5);
  let asked = 0;
  const confused: Source = {
    path: list.path,
    async search() {
      asked += 1;
      throw new PageSizeTooLargeError('too large', response, 500);
    },
  };
  const read = idRangePages(confused, ({ id }) => id, { afterId: 0 }, { pageSize: owner(10) }).next();
  await expect(read).rejects.toBeInstanceOf(PageSizeTooLargeError);
  expect(asked).toBe(1);
});

describe('pages that nobody waits for to the end', () => {
  /** Fails above a size; keeps how it was asked. */
  function slow(
    list: List,
    above: number,
    error: Error,
  ): Source & { asked: [number, SearchManner | undefined][] } {
    const asked: [number, SearchManner | undefined][] = [];
    return {
      path: list.path,
      asked,
      async search(criteria, signal, manner) {
        const { pageSize } = criteria.state;
        asked.push([pageSize, manner]);
        if (pageSize > above) throw error;
        return list.search(criteria, signal);
      },
    };
  }
  const gateway = new ServerFault('504', { ...response, status: 504 });

  const unread = (problem: PayloadProblem) =>
    new UnexpectedPayloadError(problem, { path: '/V1/things', problem });

  test.each([
    ['a gateway', gateway],
    ['a cut answer', unread('cut')],
    ['an answer that is too large', unread('too_large')],
  ])('are asked for smaller within the same walk: %s', async (_what, error) => {
    const source = slow(listOf(12), 5, error);
    const sizer = owner(20);
    expect(
      await idsOf(idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: sizer })),
    ).toHaveLength(12);
    expect(source.asked.map(([size]) => size)).toEqual([20, 10, 5, 5, 5]);
    expect(source.asked.every(([, manner]) => manner?.givesUpWhenSlow === true)).toBe(true);
  });

  test('at the smallest size patience is all that is left', async () => {
    const timeout = new MagentoTimeoutError('no answer');
    const source = slow(listOf(12), 0, timeout);
    const read = idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: owner(20, 10) }).next();
    await expect(read).rejects.toBe(timeout);
    expect(source.asked).toEqual([
      [20, { givesUpWhenSlow: true }],
      [10, { givesUpWhenSlow: true }],
      [10, { givesUpWhenSlow: false }],
    ]);
  });

  test('of a fixed size are left to the patience of the transport', async () => {
    const source = slow(listOf(12), 5, gateway);
    const read = idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: 20 }).next();
    await expect(read).rejects.toBe(gateway);
    expect(source.asked).toEqual([[20, { givesUpWhenSlow: false }]]);
  });

  test('what is too large at the smallest size is not asked for again', async () => {
    const source = slow(listOf(12), 0, unread('too_large'));
    const read = idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: owner(20, 10) }).next();
    await expect(read).rejects.toBeInstanceOf(UnexpectedPayloadError);
    expect(source.asked.map(([size]) => size)).toEqual([20, 10, 5, 2, 1]);
  });

  test('another error is no reason for smaller pages', async () => {
    const broken = new ServerFault('500', { ...response, status: 500 });
    const source = slow(listOf(12), 5, broken);
    const read = idRangePages(source, ({ id }) => id, { afterId: 0 }, { pageSize: owner(20) }).next();
    await expect(read).rejects.toBe(broken);
    expect(source.asked).toHaveLength(1);
  });
});

test('page numbers begin with the size that the shop allows', async () => {
  const source = refusing(listOf(10), 4);
  const criteria = searchCriteria<'updated_at' | 'entity_id'>().sortBy('entity_id', 'ASC').pageSize(300);
  expect(await idsOf(numberedPages(source, ({ id }) => id, criteria))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

test('a page size that fits the shop only ever becomes smaller', () => {
  const size = fittingPageSize(100);
  size.limit(40, 'refused');
  size.limit(90, 'cut');
  expect(size.current()).toBe(40);
});
