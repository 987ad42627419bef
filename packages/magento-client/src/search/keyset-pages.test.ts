import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidCriteriaError, UnexpectedPayloadError } from '../errors.ts';
import { createMovingList, type MovingRow } from '../testing/moving-list.ts';
import { readObjects } from '../testing/recordings.ts';
import { type ChangePosition, changedSincePages, idRangePages } from './keyset-pages.ts';
import { formatMagentoTime } from './magento-time.ts';
import { numberedPages } from './numbered-pages.ts';
import { fittingPageSize } from './page-size.ts';
import { searchCriteria } from './search-criteria.ts';
import type { SearchResult, SearchSource } from './search-result.ts';

const EPOCH = { updatedAt: '1970-01-01 00:00:00', id: 0 };
const stamp = (second: number) => formatMagentoTime(new Date(Date.UTC(2026, 0, 1) + second * 1_000));
const idOf = (row: { id: number }) => row.id;

/** When the first action happens; the rows that are there before are older. */
const FIRST_ACTION = 10;

/** What happens to the list after each request: each action is [kind, a number that chooses the row]. */
const action = fc.tuple(fc.constantFrom('touch', 'insert', 'remove'), fc.nat());
const life = fc.record({
  initial: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }),
  pageSize: fc.integer({ min: 1, max: 12 }),
  actions: fc.array(fc.array(action, { maxLength: 6 }), { maxLength: 25 }),
  clockStep: fc.integer({ min: 0, max: 2 }),
});

/** A list that lives through the actions; new stamps never lie before older ones, as with one clock. */
function createLife(story: {
  initial: number[];
  actions: (readonly [string, number])[][];
  clockStep: number;
}) {
  const rows = new Map<number, MovingRow>();
  for (const [index, second] of story.initial.entries()) {
    rows.set(index + 1, { id: index + 1, updatedAt: stamp(second), version: 0 });
  }
  let nextId = rows.size + 1;
  let second = FIRST_ACTION;
  const remaining = [...story.actions];
  const list = createMovingList(rows, () => {
    second += story.clockStep;
    for (const [kind, choice] of remaining.shift() ?? []) {
      const ids = [...rows.keys()];
      const chosen = rows.get(ids[choice % Math.max(1, ids.length)] ?? 0);
      if (kind === 'insert') {
        rows.set(nextId, { id: nextId, updatedAt: stamp(second), version: 0 });
        nextId += 1;
      } else if (chosen !== undefined && kind === 'touch') {
        chosen.version += 1;
        chosen.updatedAt = stamp(second);
      } else if (chosen !== undefined) rows.delete(chosen.id);
    }
  });
  return {
    rows,
    list,
    stop: () => {
      remaining.length = 0;
    },
  };
}

describe('a read of changes', () => {
  test('misses nothing, whatever moves while it reads, once a second read from before its beginning has run', async () => {
    await fc.assert(
      fc.asyncProperty(life, async ({ pageSize, ...story }) => {
        const { rows, list, stop } = createLife(story);
        const copy = new Map<number, MovingRow>();
        const read = async (start: ChangePosition) => {
          for await (const page of changedSincePages(list, (row) => row, start, { pageSize })) {
            for (const row of page.items) copy.set(row.id, row);
          }
        };
        await read(EPOCH);
        stop();
        await read({ updatedAt: stamp(FIRST_ACTION), id: 0 });
        for (const row of rows.values()) expect(copy.get(row.id)).toEqual(row);
      }),
      { numRuns: 300 },
    );
  });

  test('goes on from any page exactly where it stopped', async () => {
    const { list } = createLife({ initial: [3, 1, 1, 1, 2, 0, 1], actions: [], clockStep: 0 });
    const whole: number[] = [];
    for await (const page of changedSincePages(list, (row) => row, EPOCH, { pageSize: 2 }))
      whole.push(...page.items.map(idOf));
    const inParts: number[] = [];
    let position = EPOCH;
    for (let part = 0; part < 5; part += 1) {
      for await (const page of changedSincePages(list, (row) => row, position, { pageSize: 2 })) {
        inParts.push(...page.items.map(idOf));
        position = page.next;
        break;
      }
    }
    expect(inParts).toEqual(whole);
    expect(whole).toEqual([6, 2, 3, 4, 7, 5, 1]);
  });

  test('ends with the page that is not full, be it empty, and leaves what comes later to the next read', async () => {
    const { list, rows } = createLife({ initial: [1, 2, 3], actions: [], clockStep: 0 });
    const read = async (start: ChangePosition, pageSize: number) => {
      const pages: [rows: number, last: boolean][] = [];
      let position = start;
      for await (const page of changedSincePages(list, (row) => row, start, { pageSize })) {
        pages.push([page.items.length, page.last]);
        position = page.next;
        if (page.last) rows.set(9, { id: 9, updatedAt: stamp(50), version: 0 });
      }
      return { pages, position };
    };
    const first = await read(EPOCH, 2);
    expect(first.pages).toEqual([
      [2, false],
      [1, true],
    ]);
    expect((await read(first.position, 1)).pages).toEqual([
      [1, false],
      [0, true],
    ]);
  });

  test('asks for the page size anew before every page', async () => {
    const { list } = createLife({ initial: Array.from({ length: 20 }, () => 1), actions: [], clockStep: 0 });
    const sizes = [1, 5, 14, 3];
    const read: number[] = [];
    for await (const page of changedSincePages(list, (row) => row, EPOCH, {
      pageSize: { ...fittingPageSize(1), current: () => sizes.shift() ?? 1 },
    })) {
      read.push(page.items.length);
    }
    expect(read).toEqual([1, 5, 14, 0]);
  });

  test('page numbers lose rows in the same situation', async () => {
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(life, async ({ pageSize, ...story }) => {
        const { rows, list } = createLife(story);
        const before = new Map([...rows.values()].map((row) => [row.id, row]));
        const seen = new Set<number>();
        const criteria = searchCriteria<'updated_at' | 'entity_id'>()
          .sortBy('updated_at', 'ASC')
          .sortBy('entity_id', 'ASC')
          .pageSize(pageSize);
        for await (const page of numberedPages(list, idOf, criteria, { checkTotal: false })) {
          for (const row of page.items) seen.add(row.id);
        }
        for (const id of before.keys()) if (rows.has(id) && !seen.has(id)) lost += 1;
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(lost).toBeGreaterThan(0);
  });
});

describe('a read of an id range', () => {
  test('reads every row that stayed, once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.nat(40), fc.nat(40), async ({ pageSize, ...story }, afterId, length) => {
        const { rows, list } = createLife(story);
        const upToId = afterId + length + 1;
        const stayed = [...rows.keys()];
        const read: number[] = [];
        for await (const page of idRangePages(list, idOf, { afterId, upToId }, { pageSize }))
          read.push(...page.items.map(idOf));
        expect(read).toEqual([...new Set(read)].sort((left, right) => left - right));
        expect(read).toEqual(
          expect.arrayContaining(stayed.filter((id) => rows.has(id) && id > afterId && id <= upToId)),
        );
        for (const id of read) expect(id > afterId && id <= upToId).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('of the recorded customers covers all 2,500 in disjoint ranges', async () => {
    const rows = new Map(
      readObjects('customers.ndjson').map((row) => {
        const id = Number(row['id']);
        return [id, { id, updatedAt: String(row['updated_at']), version: 0 }];
      }),
    );
    const list = createMovingList(rows);
    const read: number[] = [];
    for (const [afterId, upToId] of [
      [0, 1_000],
      [1_000, 1_001],
      [1_001, 2_600],
    ] as const) {
      for await (const page of idRangePages(list, idOf, { afterId, upToId }, { pageSize: 300 }))
        read.push(...page.items.map(idOf));
    }
    expect(read).toHaveLength(2_500);
    const changed: number[] = [];
    for await (const page of changedSincePages(list, (row) => row, EPOCH, { pageSize: 100 }))
      changed.push(...page.items.map(idOf));
    expect(new Set(changed).size).toBe(2_500);
  });

  test('ends with the short page, or with its last id', async () => {
    const { list } = createLife({ initial: [0, 0, 0, 0, 0], actions: [], clockStep: 0 });
    const lasts: [number, boolean][] = [];
    for await (const page of idRangePages(list, idOf, { afterId: 0, upToId: 4 }, { pageSize: 2 })) {
      lasts.push([page.items.length, page.last]);
    }
    for await (const page of idRangePages(list, idOf, { afterId: 4 }, { pageSize: 2 }))
      lasts.push([page.items.length, page.last]);
    expect(lasts).toEqual([
      [2, false],
      [2, true],
      [1, true],
    ]);
  });

  test('refuses a range without ids and a sort of its own', async () => {
    const { list } = createLife({ initial: [], actions: [], clockStep: 0 });
    await expect(idRangePages(list, idOf, { afterId: 5, upToId: 5 }, { pageSize: 2 }).next()).rejects.toThrow(
      InvalidCriteriaError,
    );
    const where = searchCriteria<'updated_at' | 'entity_id'>().sortBy('updated_at', 'ASC');
    await expect(idRangePages(list, idOf, { afterId: 5 }, { pageSize: 2, where }).next()).rejects.toThrow(
      /leave out sortBy/,
    );
  });
});

describe('guards', () => {
  const row = (id: number, updatedAt: string | null = stamp(id)) => ({ id, updatedAt });
  function answering(...answers: [rows: { id: number; updatedAt: string | null }[], totalCount: number][]) {
    let asked = 0;
    const source: SearchSource<{ id: number; updatedAt: string | null }, 'updated_at' | 'entity_id'> = {
      path: '/V1/customers/search',
      async search(): Promise<SearchResult<{ id: number; updatedAt: string | null }>> {
        const [items, totalCount] = answers[Math.min(asked, answers.length - 1)] ?? [[], 0];
        asked += 1;
        return { items, totalCount, receivedAt: new Date(0), serverDate: null, durationMs: 0, bytes: 0 };
      },
    };
    return source;
  }
  const start = { updatedAt: stamp(10), id: 10 };

  test.each<[string, { id: number; updatedAt: string | null }[], number, RegExp]>([
    ['more rows than asked for', [row(11), row(12), row(13), row(14)], 9, /4 rows were sent where at most 3/],
    ['rows before the start', [row(9)], 1, /does not come after .*the filter was not applied/],
    ['the start itself', [row(10)], 1, /the filter was not applied/],
    ['rows in another order', [row(12), row(11), row(13)], 3, /row 2 .*the sort order was not applied/],
    ['a row twice', [row(11), row(11, stamp(12))], 2, /id 11 was sent twice/],
    ['a row without a stamp', [row(11, null)], 1, /row 11 without a readable updated_at/],
    ['a stamp that is no time', [row(11, '11.1.2026')], 1, /without a readable updated_at/],
    ['fewer rows than match', [row(11)], 5, /5 rows match, and of a page of 3 there came 1/],
    ['no rows although some match', [], 5, /5 rows match/],
    ['more rows than match', [row(11), row(12), row(13)], 0, /0 rows match/],
  ])('%s', async (_, rows, totalCount, message) => {
    const error = await changedSincePages(answering([rows, totalCount]), (item) => item, start, {
      pageSize: 3,
    })
      .next()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnexpectedPayloadError);
    expect(String(error)).toMatch(message);
  });

  test('an id beyond the range', async () => {
    const pages = idRangePages(
      answering([[row(11), row(21)], 2]),
      idOf,
      { afterId: 10, upToId: 20 },
      { pageSize: 3 },
    );
    await expect(pages.next()).rejects.toThrow(/id 21 is beyond 20/);
  });

  test('a count that disagrees once is asked again, because a row may have come between', async () => {
    const source = answering([[row(11)], 2], [[row(11), row(12)], 2]);
    const { value } = await changedSincePages(source, (item) => item, start, { pageSize: 3 }).next();
    expect(value?.items).toHaveLength(2);
  });

  test('a start that Magento would misread is refused before anything is asked', async () => {
    const read = changedSincePages(
      answering([[], 0]),
      (item) => item,
      { updatedAt: '2026-03-01', id: 0 },
      { pageSize: 3 },
    );
    await expect(read.next()).rejects.toBeInstanceOf(InvalidCriteriaError);
  });
});
