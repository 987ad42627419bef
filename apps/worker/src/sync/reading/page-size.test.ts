import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPageSize, firstPace, nextPace, type PaceEvent, paceRules } from './page-size.ts';

const rules = paceRules(100, 300);
const page = (
  asked: number,
  durationMs: number,
  rows = asked,
  { bytesPerRow = 1_000, roundTripMs = 0 } = {},
): PaceEvent => ({ kind: 'page', asked, rows, durationMs, bytes: rows * bytesPerRow, roundTripMs });
const fast = (asked: number): PaceEvent => page(asked, 400);
const heavy = (asked: number): PaceEvent => page(asked, 400, asked, { bytesPerRow: 1_000_000 });
const tooLarge = (asked: number): PaceEvent => ({ kind: 'too-large', asked });
const thrice = (event: PaceEvent) => [event, event, event];

function sizeAfter(events: readonly PaceEvent[], by = rules): number {
  return events.reduce((pace, event) => nextPace(pace, event, by), firstPace(by)).size;
}

test.each<[string, PaceEvent[], number]>([
  ['nothing has happened', [], 100],
  ['a slow page halves', [page(100, 3_001)], 50],
  ['two slow pages in flight at once halve once', [page(100, 9_000), page(100, 9_000)], 50],
  ['slow again, and half again', [page(100, 9_000), page(50, 9_000)], 25],
  ['slowness ends at ten rows', [100, 50, 25, 12, 10, 10].map((asked) => page(asked, 60_000)), 10],
  ['a timeout halves', [{ kind: 'too-slow', asked: 100 }], 50],
  ['two fast pages are not steady yet', [fast(100), fast(100)], 100],
  ['three fast pages give a quarter more', [fast(100), fast(100), fast(100)], 125],
  ['one page that is far from slow doubles', [page(100, 300)], 200],
  ['one page lets so many times as many follow as would be fast by far', [page(100, 200)], 300],
  ['up to the largest size', [page(100, 60), page(200, 100)], 300],
  ['not when twice as many rows would not be', [page(100, 301)], 100],
  ['of a shop far away, by what its rows take alone', [page(100, 650, 100, { roundTripMs: 400 })], 200],
  ['not where it is the rows that take long', [page(100, 650, 100, { roundTripMs: 300 })], 100],
  ['nor once a page was slow', [page(100, 3_001), page(50, 10), page(50, 10)], 50],
  ['nor when the weight forbids it', [page(100, 60, 100, { bytesPerRow: 50_000 })], 100],
  ['a page in between starts the count again', [fast(100), fast(100), page(100, 2_000), fast(100)], 100],
  ['short pages say nothing', Array.from({ length: 9 }, () => page(100, 50, 3)), 100],
  ['pages of an older, smaller size say nothing', Array.from({ length: 9 }, () => fast(50)), 100],
  ['a limit holds at once', [{ kind: 'limit', max: 40 }], 40],
  ['and against speed', [{ kind: 'limit', max: 40 }, ...Array.from({ length: 9 }, () => fast(40))], 40],
  ['a limit below ten holds too', [{ kind: 'limit', max: 4 }], 4],
  [
    'after a trouble, one fast page doubles up to half of what was fast before',
    [
      ...thrice(fast(100)),
      ...[125, 62, 31, 15].map((asked) => page(asked, 9_000)),
      fast(10),
      fast(20),
      fast(40),
    ],
    50,
  ],
  [
    'and not up to a size that has become slow',
    [...thrice(fast(100)), page(125, 9_000), page(62, 9_000), fast(31), page(50, 9_000), fast(25)],
    25,
  ],
  ['a cut answer halves, below ten rows too', [100, 50, 25, 12, 6, 3].map(tooLarge), 1],
  [
    'pages stay below a size that was cut',
    [tooLarge(60), ...[30, 37, 46, 57].flatMap((asked) => thrice(fast(asked)))],
    57,
  ],
  ['heavy pages halve', [heavy(100), heavy(50)], 25],
  [
    'a lifted limit is grown into',
    [{ kind: 'limit', max: 40 }, { kind: 'limit', max: null }, fast(40), fast(40), fast(40)],
    50,
  ],
])('%s', (_what, events, size) => {
  expect(sizeAfter(events)).toBe(size);
});

test('after a single page the size grows to four times as much at most, and to no more than may be sent', () => {
  const patient = paceRules(20, 300);
  expect(sizeAfter([page(20, 1)], patient)).toBe(80);
  expect(sizeAfter([page(20, 1, 20, { roundTripMs: 1 })], patient)).toBe(80);
  expect(sizeAfter([page(20, 1, 20, { bytesPerRow: 100_000 })], patient)).toBe(40);
});

test('a size that was configured below ten is never undercut, nor exceeded by the largest one', () => {
  expect(sizeAfter([page(4, 60_000)], paceRules(4, 300))).toBe(4);
  expect(sizeAfter([], paceRules(100, 30))).toBe(30);
  expect(sizeAfter([fast(30), fast(30), fast(30)], paceRules(100, 30))).toBe(30);
});

test('whatever happens, the size keeps to its bounds and to the limit', () => {
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('page' as const),
      asked: fc.integer({ min: 1, max: 300 }),
      rows: fc.integer({ min: 0, max: 300 }),
      durationMs: fc.integer({ min: 0, max: 100_000 }),
      roundTripMs: fc.integer({ min: 0, max: 10_000 }),
      bytes: fc.integer({ min: 0, max: 20_000_000 }),
    }),
    fc.record({ kind: fc.constant('too-large' as const), asked: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ kind: fc.constant('too-slow' as const), asked: fc.integer({ min: 1, max: 300 }) }),
    fc.record({
      kind: fc.constant('limit' as const),
      max: fc.option(fc.integer({ min: 1, max: 1_000 })),
    }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.array(event, { maxLength: 40 }),
      (start, most, events) => {
        const by = paceRules(start, most);
        let pace = firstPace(by);
        for (const each of events) {
          const before = pace;
          pace = nextPace(pace, each, by);
          const floor = pace.tooLarge === null ? by.least : 1;
          expect(pace.size).toBeGreaterThanOrEqual(Math.min(floor, pace.limit ?? floor, before.size));
          expect(pace.size).toBeGreaterThanOrEqual(1);
          expect(pace.size).toBeLessThanOrEqual(Math.min(most, pace.limit ?? most));
          // Nothing but fast pages makes it larger; before any trouble by four times at most, later by no more than a
          // quarter where nothing larger was fast before.
          if (each.kind !== 'page') expect(pace.size).toBeLessThanOrEqual(before.size);
          expect(pace.size).toBeLessThanOrEqual(
            Math.max(
              before.size + Math.max(1, before.size / 4),
              pace.proven / 2,
              before.calm ? before.size * 4 : 0,
            ),
          );
        }
      },
    ),
  );
});

/** A shop whose pages take a fixed time and some time per row. */
const shopTime = (perRow: number) => (asked: number) => 200 + asked * perRow;

describe.each([
  ['a quick shop', 1, 300],
  ['a shop that is just quick enough', 20, 100],
  ['a slow shop', 40, 50],
  ['a very slow shop', 250, 10],
])('%s', (_what, perRow, settledAt) => {
  test('is read in pages that are not slow, without going back and forth', () => {
    const size = createPageSize(rules);
    const duration = shopTime(perRow);
    const sizes = Array.from({ length: 200 }, () => {
      const asked = size.current();
      size.observe({ asked, rows: asked, durationMs: duration(asked), bytes: asked * 1_000 });
      return asked;
    });
    expect(new Set(sizes.slice(100))).toEqual(new Set([settledAt]));
    expect(duration(settledAt)).toBeLessThan(rules.targetMs);
  });
});

test.each([
  ['the weight of their rows allows', 1_000_000, 8],
  ['they were well for long', 1_000, 300],
])('pages that were cut grow again as far as %s', (_what, bytesPerRow, settledAt) => {
  const size = createPageSize(rules);
  size.tooLarge(60);
  const sizes = Array.from({ length: 200 }, () => {
    const asked = size.current();
    size.observe({ asked, rows: asked, durationMs: 10, bytes: asked * bytesPerRow });
    return asked;
  });
  expect(Math.max(...sizes.slice(0, 35))).toBeLessThan(60);
  expect(new Set(sizes.slice(150))).toEqual(new Set([settledAt]));
});

test('a limit is told once, a smaller one again', () => {
  const told: unknown[] = [];
  const size = createPageSize(rules, { onLimit: (max, how) => told.push([max, how]) });
  size.limit(50, 'refused');
  size.limit(50, 'refused');
  size.limit(20, 'cut');
  expect(told).toEqual([
    [50, 'refused'],
    [20, 'cut'],
  ]);
  expect(size.current()).toBe(20);
});

test('a size to which trouble has brought the pages is told, each step back as well, and that it is over', () => {
  const told: (number | null)[] = [];
  const size = createPageSize(rules, { onTrouble: (rows) => told.push(rows) });
  const read = (pages: number) => {
    for (let page = 0; page < pages; page += 1) {
      const asked = size.current();
      size.observe({ asked, rows: asked, durationMs: 100, bytes: 1_000 });
    }
  };
  read(20);
  size.limit(200, 'refused');
  expect(told).toEqual([]);
  size.tooSlow(200);
  size.tooSlow(100);
  expect(told.at(-1)).toBe(size.current());
  read(60);
  expect(told.at(-1)).toBeNull();
  expect(told.filter((rows) => rows === null)).toHaveLength(1);
});

test('what is remembered of trouble is where pages begin, and they grow in small steps', () => {
  const size = createPageSize(rules, { remembered: 20 });
  const sizes = Array.from({ length: 10 }, () => {
    const asked = size.current();
    size.observe({ asked, rows: asked, durationMs: 10, bytes: 1_000 });
    return asked;
  });
  expect(sizes).toEqual([20, 20, 20, 25, 25, 25, 31, 31, 31, 38]);
  expect(createPageSize(rules, { remembered: 10_000 }).current()).toBe(rules.start);
  expect(createPageSize(rules, { remembered: 0 }).current()).toBe(1);
});

describe('as many first pages are asked for as can be in flight', () => {
  const arrived = { asked: 100, rows: 100, durationMs: 100, bytes: 100_000 };
  const growing = { ...paceRules(100, 300), targetMs: 3_000 };

  /** Names those of the readers that need not wait any more. */
  async function start(size: ReturnType<typeof createPageSize>, readers: number, signal?: AbortSignal) {
    const ready: number[] = [];
    const all = Array.from({ length: readers }, async (_, reader) => {
      await size.ready?.(signal);
      ready.push(reader);
    });
    await new Promise(setImmediate);
    return { ready, all: Promise.allSettled(all) };
  }

  test('and the others are as large as the first one that came lets them be', async () => {
    const size = createPageSize(growing, { atOnce: () => 2 });
    const { ready, all } = await start(size, 5);
    expect(ready).toEqual([0, 1]);
    size.observe(arrived);
    await all;
    expect(ready).toEqual([0, 1, 2, 3, 4]);
    expect(size.current()).toBe(300);
    expect((await start(size, 5)).ready).toHaveLength(5);
  });

  test.each<[string, (size: ReturnType<typeof createPageSize>) => void]>([
    ['slow', (size) => size.tooSlow(100)],
    ['cut', (size) => size.tooLarge(100)],
  ])('also when that was too %s', async (_, happens) => {
    const size = createPageSize(growing, { atOnce: () => 1 });
    const { ready, all } = await start(size, 3);
    expect(ready).toEqual([0]);
    happens(size);
    await all;
    expect(ready).toHaveLength(3);
  });

  test('and nobody waits for one that never comes, nor where pages cannot grow, nor after an abort', async () => {
    const silent = await start(createPageSize(growing, { atOnce: () => 1, firstWaitMs: 1 }), 3);
    await silent.all;
    expect(silent.ready).toHaveLength(3);
    expect((await start(createPageSize(paceRules(100, 100), { atOnce: () => 1 }), 3)).ready).toHaveLength(3);
    const end = new AbortController();
    const ended = await start(createPageSize(growing, { atOnce: () => 1 }), 2, end.signal);
    end.abort(new Error('enough'));
    expect((await ended.all)[1]).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
  });
});
