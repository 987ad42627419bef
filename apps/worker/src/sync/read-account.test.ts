import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntityPage } from './entity.ts';
import { type Gap, readAccounted, reasonOf, type Stretch } from './read-account.ts';

/** Rows in the order of their changes: a change moves a row to the end. */
interface Place {
  readonly stamp: number;
  readonly id: number;
}

const beginning: Place = { stamp: 0, id: 0 };

/** A list whose rows live on between requests, and of which some may be hidden from pages but not from counts. */
function createList(size: number, pageSize: number, between: (list: List) => void = () => {}) {
  const rows = new Map<number, number>();
  for (let id = 1; id <= size; id++) rows.set(id, id);
  const list: List = { rows, hidden: new Set(), clock: size, requests: 0, counts: 0 };
  const matching = ({ after, upTo }: Stretch<Place>) =>
    [...rows]
      .map(([id, stamp]) => ({ id, stamp }))
      .filter((row) => isAfter(row, after) && !(upTo && isAfter(row, upTo)))
      .toSorted((one, other) => (isAfter(one, other) ? 1 : -1));
  const asked = () => {
    list.requests += 1;
    between(list);
  };
  const reads = {
    async *pages({ after, upTo }: Stretch<Place>): AsyncGenerator<EntityPage<Place>> {
      for (let position = after; ; ) {
        const all = matching({ after: position, upTo });
        const shown = all.filter(({ id }) => !list.hidden.has(id)).slice(0, pageSize);
        // The client lets no short page through whose count says otherwise.
        const totalCount = shown.length < pageSize ? shown.length : all.length;
        asked();
        position = shown.at(-1) ?? position;
        yield fakePage(shown, totalCount, position);
        if (shown.length === 0) return;
      }
    },
    async count(stretch: Stretch<Place>): Promise<number> {
      const { length } = matching(stretch);
      asked();
      list.counts += 1;
      return length;
    },
  };
  return { list, reads };
}

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
  reads: ReturnType<typeof createList>['reads'],
  enough: () => boolean = () => false,
): Promise<{ gaps: Gap<Place>[]; ids: number[]; ended: boolean }> {
  const gaps: Gap<Place>[] = [];
  const ids: number[] = [];
  let ended = false;
  for await (const { page, again } of readAccounted(reads, {
    after: beginning,
    upTo: undefined,
    gaps,
    enough,
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

test('a row that is hidden from full pages is a gap, whichever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      fc.nat(60),
      async (pageSize, choice, more) => {
        // Behind it comes at least a full page: a short page that does not add up fails in the client already.
        const hidden = 1 + (choice % (more + 1));
        const { list, reads } = createList(hidden + more + pageSize, pageSize);
        list.hidden.add(hidden);
        const { gaps, ended } = await walk(reads);
        expect(gaps).toHaveLength(1);
        const [gap] = gaps;
        expect(gap!.after.id).toBeLessThan(hidden);
        expect(gap!.upTo!.id).toBeGreaterThan(hidden);
        expect(gap!.matching).toBe(gap!.shown + 1);
        expect(ended).toBe(true);
      },
    ),
  );
});

test('a shop that is only busy makes no gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 12 }), busyLife, async (size, pageSize, life) => {
      const { list, reads } = createList(size, pageSize, live(life));
      // A shop that adds more than a page at a time is never read to its end, accounted or not.
      const { gaps } = await walk(reads, () => list.requests > 200);
      expect(gaps).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('whatever happens, a page is read again at most twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 12 }), busyLife, async (size, pageSize, life) => {
      const { list, reads } = createList(size, pageSize, live(life));
      for (const id of list.rows.keys()) if (id % 7 === 0) list.hidden.add(id);
      let pages = 0;
      let counts = 0;
      await walk(reads, () => {
        expect(list.counts - counts).toBeLessThanOrEqual(3);
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
  const gap = { after: 100, upTo: 201, matching: 101, shown: 100 };
  const reason = reasonOf('customers', [gap, gap], (id) => `id ${id}`);
  expect(reason).toContain('After id 100 up to id 201 the shop counts 101 customers and shows 100');
  expect(reason).toMatch(/in 1 more places.*A module.*the next run reads it again/);
  expect(reasonOf('customers', [], String)).toBeNull();
});
