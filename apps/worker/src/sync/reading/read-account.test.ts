import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntityPage, IdRange } from '../entity/entity.ts';
import type { Stretch } from './hidden-rows.ts';
import { fullEffort } from './hidden-rows.ts';
import { type AccountedReads, type Gap, readAccounted, reasonOf } from './read-account.ts';

/** Rows in the order of their changes: a change moves a row to the end. */
interface Place {
  readonly stamp: number;
  readonly id: number;
}

const beginning: Place = { stamp: 0, id: 0 };

/** How a module hides rows: from pages that stay full, because later rows move up, or from pages that become shorter. */
type Manner = 'full' | 'short';

/** A list whose rows live on between requests, and of which some may be hidden from pages but not from counts. */
function createList(
  size: number,
  pageSize: number,
  between: (list: List) => void = () => {},
  manner: Manner = 'full',
) {
  const rows = new Map<number, number>();
  for (let id = 1; id <= size; id++) rows.set(id, id);
  const list: List = { rows, hidden: new Set(), clock: size, requests: 0, counts: 0 };
  const isShown = ({ id }: Place) => !list.hidden.has(id);
  const matching = ({ after, upTo }: Stretch<Place>) =>
    [...rows]
      .map(([id, stamp]) => ({ id, stamp }))
      .filter((row) => isAfter(row, after) && !(upTo && isAfter(row, upTo)))
      .toSorted((one, other) => (isAfter(one, other) ? 1 : -1));
  const pageOf = (all: readonly Place[]) => {
    if (manner === 'full') return all.filter(isShown).slice(0, pageSize);
    // Pages without any row are passed over by the client.
    const first = Math.max(0, all.findIndex(isShown));
    const start = first - (first % pageSize);
    return all.slice(start, start + pageSize).filter(isShown);
  };
  const asked = () => {
    list.requests += 1;
    between(list);
  };
  const reads = {
    async *pages({ after, upTo }: Stretch<Place>): AsyncGenerator<EntityPage<Place>> {
      for (let position = after; ; ) {
        const all = matching({ after: position, upTo });
        const shown = pageOf(all);
        asked();
        position = shown.at(-1) ?? position;
        yield fakePage(shown, all.length, position);
        if (shown.length === 0) return;
      }
    },
    async count(stretch: Stretch<Place>, ids: IdRange = everyId): Promise<number> {
      const { afterId, upToId } = ids;
      const { length } = matching(stretch).filter(
        ({ id }) => id > afterId && (upToId === null || id <= upToId),
      );
      asked();
      list.counts += 1;
      return length;
    },
  };
  return { list, reads };
}

const everyId: IdRange = { afterId: 0, upToId: null };

interface List {
  readonly rows: Map<number, number>;
  readonly hidden: Set<number>;
  clock: number;
  requests: number;
  counts: number;
}

function isAfter(one: Place, other: Place): boolean {
  return one.stamp > other.stamp || (one.stamp === other.stamp && one.id > other.id);
}

function fakePage(rows: readonly Place[], totalCount: number, next: Place): EntityPage<Place> {
  return {
    size: rows.length,
    totalCount,
    next,
    last: rows.length === 0,
    ids: rows.map(({ id }) => id),
    shopDate: null,
    durationMs: 0,
    bytes: 0,
    stamps: [],
    hashes: () => new Map(),
    compare: () => Promise.reject(new Error('Nothing is compared here.')),
    write: () => Promise.reject(new Error('Nothing is written here.')),
  };
}

async function walk(
  reads: AccountedReads<Place>,
  enough: () => boolean = () => false,
  readsOn = false,
): Promise<{ gaps: Gap<Place>[]; ids: number[]; ended: boolean }> {
  const gaps: Gap<Place>[] = [];
  const ids: number[] = [];
  let ended = false;
  for await (const { page, again } of readAccounted(reads, {
    after: beginning,
    upTo: undefined,
    gaps,
    enough,
    readsOn: () => readsOn,
  })) {
    ids.push(...page.ids);
    ended ||= page.last && !again;
  }
  return { gaps, ids, ended };
}

const action = fc.tuple(fc.constantFrom('touch', 'insert', 'insertOld', 'remove'), fc.nat());
const busyLife = fc.array(fc.array(action, { maxLength: 4 }), { minLength: 1, maxLength: 12 });

/** Repeats the life for ever, so that the shop is busy for as long as anybody reads; old stamps are late commits. */
function live(life: (readonly [string, number])[][]) {
  let moment = 0;
  return (list: List) => {
    for (const [kind, choice] of life[moment++ % life.length] ?? []) {
      list.clock += choice % 2;
      const ids = [...list.rows.keys()].filter((id) => !list.hidden.has(id));
      const chosen = ids[choice % Math.max(1, ids.length)] ?? 0;
      if (kind === 'insert') list.rows.set(10_000 + list.requests * 10 + choice, list.clock);
      else if (kind === 'insertOld') list.rows.set(10_000 + list.requests * 10 + choice, list.clock >> 1);
      else if (kind === 'remove') list.rows.delete(chosen);
      else if (chosen > 0) list.rows.set(chosen, list.clock);
    }
  };
}

test('rows that a join repeats are no gap, wherever the end of a page cuts them', async () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(ids, fc.integer({ min: 2, max: 7 }), async (twice, pageSize) => {
      const joined = Array.from({ length: 20 }, (_, index) => index + 1).flatMap((id) =>
        twice.includes(id) ? [id, id] : [id],
      );
      const within = (id: number, { after, upTo }: Stretch<Place>) =>
        id > after.id && (upTo === undefined || id <= upTo.id);
      const reads: AccountedReads<Place> = {
        // As the client hands them over: each row once, and what came twice subtracted from the count.
        async *pages({ after, upTo }) {
          for (let id = after.id; ; ) {
            const matching = joined.filter((each) => within(each, { after: { stamp: 0, id }, upTo }));
            const sent = matching.slice(0, pageSize);
            const rows = [...new Set(sent)].map((each) => ({ stamp: 0, id: each }));
            id = rows.at(-1)?.id ?? id;
            const totalCount = matching.length - (sent.length - rows.length);
            yield fakePage(rows, totalCount, { stamp: 0, id });
            if (rows.length === 0) return;
          }
        },
        async count(stretch, { afterId, upToId } = everyId) {
          return joined.filter(
            (id) => within(id, stretch) && id > afterId && (upToId === null || id <= upToId),
          ).length;
        },
        hidden: {
          idsOf: () => everyId,
          read: () => Promise.reject(new Error('Every row is shown.')),
          effort: fullEffort(),
        },
      };
      const { gaps, ids: read, ended } = await walk(reads);
      expect({ gaps, ended }).toEqual({ gaps: [], ended: true });
      expect([...new Set(read)]).toHaveLength(20);
    }),
  );
});

test('a list that stands still costs no request beyond its pages', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 12 }), async (size, pageSize) => {
      const { list, reads } = createList(size, pageSize);
      const { gaps, ids } = await walk(reads);
      expect(ids).toHaveLength(size);
      expect(gaps).toEqual([]);
      expect(list.counts).toBe(0);
    }),
  );
});

const manner = fc.constantFrom<Manner>('full', 'short');

test('a row that is hidden from pages is a gap, whichever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      manner,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(),
      fc.boolean(),
      async (how, pageSize, size, choice, readsOn) => {
        const hidden = 1 + (choice % size);
        const { list, reads } = createList(size, pageSize, undefined, how);
        list.hidden.add(hidden);
        const { gaps, ids, ended } = await walk(reads, undefined, readsOn);
        expect(gaps).toHaveLength(1);
        const [gap] = gaps;
        expect(gap!.after.id).toBeLessThan(hidden);
        expect(gap!.upTo?.id ?? size).toBeGreaterThanOrEqual(hidden);
        expect(gap!.matching).toBe(gap!.shown + 1);
        expect(ended).toBe(true);
        expect(new Set(ids)).toEqual(new Set([...list.rows.keys()].filter((id) => id !== hidden)));
      },
    ),
  );
});

test('hidden rows are found by their ids, no other row is asked for, and only denied ones make a gap', async () => {
  await fc.assert(
    fc.asyncProperty(
      manner,
      fc.integer({ min: 1, max: 12 }),
      fc.nat(60),
      fc.dictionary(fc.integer({ min: 1, max: 60 }).map(String), fc.boolean(), { maxKeys: 20 }),
      async (how, pageSize, size, choices) => {
        const { list, reads } = createList(size, pageSize, undefined, how);
        const served = new Map(
          Object.entries(choices)
            .map(([id, isServed]) => [Number(id), isServed] as const)
            .filter(([id]) => id <= size),
        );
        for (const id of served.keys()) list.hidden.add(id);
        const read: number[] = [];
        const hidden = {
          idsOf: () => everyId,
          effort: fullEffort(),
          async read(id: number) {
            read.push(id);
            if (!served.get(id)) return 'denied' as const;
            list.rows.delete(id);
            return 'set aside' as const;
          },
        };
        const { gaps, ended } = await walk({ ...reads, hidden });
        expect(ended).toBe(true);
        expect(read.toSorted(byNumber)).toEqual([...served.keys()].toSorted(byNumber));
        const denied = [...served].filter(([, isServed]) => !isServed).map(([id]) => id);
        expect(gaps.flatMap((gap) => gap.denied).toSorted(byNumber)).toEqual(denied.toSorted(byNumber));
        expect(gaps.every((gap) => gap.denied.length > 0)).toBe(true);
      },
    ),
  );
});

const byNumber = (one: number, other: number) => one - other;

test('a walk that has looked for enough ids leaves the others as a gap', async () => {
  const { list, reads } = createList(60, 5, undefined, 'short');
  for (let id = 2; id <= 60; id += 2) list.hidden.add(id);
  let asked = 0;
  const hidden = {
    idsOf: () => everyId,
    effort: fullEffort(),
    async read(id: number) {
      asked += 1;
      list.rows.delete(id);
      return 'set aside' as const;
    },
  };
  const { gaps, ended } = await walk({ ...reads, hidden });
  expect(asked).toBe(fullEffort().ids);
  expect(gaps.reduce((sum, { matching, shown }) => sum + matching - shown, 0)).toBe(10);
  expect(ended).toBe(true);
});

test('a shop that is only busy makes no gap, also when the next page is asked for early', async () => {
  const pageSizes = fc.integer({ min: 1, max: 12 });
  await fc.assert(
    fc.asyncProperty(fc.nat(60), pageSizes, busyLife, fc.boolean(), async (size, pageSize, life, readsOn) => {
      const { list, reads } = createList(size, pageSize, live(life));
      // A shop that adds more than a page at a time is never read to its end, accounted or not.
      const { gaps } = await walk(reads, () => list.requests > 200, readsOn);
      expect(gaps).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a page that was asked for early is neither an error nor waited for when nobody wants it any more', async () => {
  const { reads } = createList(30, 5);
  let isEnded = false;
  const never: AccountedReads<Place> = {
    ...reads,
    async *pages(stretch, end) {
      yield* firstOf(reads.pages(stretch));
      // The shop never answers; whoever asked ends the request.
      await new Promise((_, reject) =>
        end?.addEventListener('abort', () => {
          isEnded = true;
          reject(new Error('aborted'));
        }),
      );
    },
  };
  const { ids, ended } = await walk(never, () => true, true);
  expect([ids.length, ended, isEnded]).toEqual([5, false, true]);
});

async function* firstOf<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  for await (const page of pages) {
    yield page;
    return;
  }
}

test('whatever happens, a page is read again at most twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 12 }), busyLife, async (size, pageSize, life) => {
      const { list, reads } = createList(size, pageSize, live(life));
      for (const id of list.rows.keys()) if (id % 7 === 0) list.hidden.add(id);
      let pages = 0;
      let counts = 0;
      await walk(reads, () => {
        expect(list.counts - counts).toBeLessThanOrEqual(4);
        counts = list.counts;
        return (pages += 1) > 60;
      });
    }),
  );
});

test('a row that was committed late is read when its stretch is read again', async () => {
  const { reads } = createList(20, 5, (list) => {
    if (list.requests !== 1) return;
    // Stamped among the first page and committed after it was read; another row makes the count differ.
    list.rows.set(99, 3);
    list.rows.set(100, 21);
  });
  const { gaps, ids } = await walk(reads);
  expect(gaps).toEqual([]);
  expect(ids).toContain(99);
});

test('a walk that is stopped accounts for its last page as well', async () => {
  const { list, reads } = createList(30, 5);
  list.hidden.add(3);
  const { gaps, ended } = await walk(reads, () => true);
  expect(ended).toBe(false);
  expect(gaps).toMatchObject([{ matching: 6, shown: 5 }]);
});

test('the reason names place, counts and cure', () => {
  const gap = { after: 100, upTo: 201, matching: 101, shown: 100, denied: [] as number[] };
  const reason = reasonOf('customers', [gap, gap], (id) => `id ${id}`);
  expect(reason).toContain('After id 100 up to id 201 the shop counts 101 customers and shows 100');
  expect(reason).toMatch(/in 1 more places.*A module.*the next run reads it again/);
  expect(reason).not.toContain('denies');
  const named = reasonOf('customers', [{ ...gap, denied: [150] }, gap, { ...gap, denied: [7] }], String);
  expect(named).toContain('It denies 150, 7 also when asked by these ids.');
  expect(reasonOf('customers', [], String)).toBeNull();
});
