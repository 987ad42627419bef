import { describe, expect, test } from 'vitest';
import { type Crowding, nextCrowding, type SeenPage, uncrowded } from './crowding.ts';

/** A shop that works on so many pages at a time and lets the others wait, one after the other. */
interface Shop {
  readonly phpWorkers: number;
  /** What a request takes whatever it asks for, and what every row takes. */
  readonly fixedMs: number;
  readonly rowMs: number;
  readonly latencyMs?: number;
}

interface Course {
  /** Places after every page. */
  readonly places: readonly number[];
  readonly rowsPerSecond: number;
}

/** Reads so many pages by the clock of the model, always with as many requests in flight as are of use. */
function read(
  shop: Shop,
  { most, pages, follows = true, from = uncrowded(most), sizes = () => 300, jitter = () => 1 }: Reading,
): Course & { readonly end: Crowding } {
  let crowding = from;
  const idleAt = Array.from({ length: shop.phpWorkers }, () => 0);
  const inFlight: { readonly endsAt: number; readonly page: SeenPage }[] = [];
  const places: number[] = [];
  let [now, rows, sent] = [0, 0, 0];
  const send = () => {
    const asked = sizes(sent);
    sent += 1;
    const next = idleAt.indexOf(Math.min(...idleAt));
    const begins = Math.max(now, idleAt[next] ?? 0);
    const ends = begins + (shop.fixedMs + asked * shop.rowMs) * jitter();
    idleAt[next] = ends;
    const endsAt = ends + (shop.latencyMs ?? 0);
    inFlight.push({ endsAt, page: { entity: 'customers', asked, rows: asked, durationMs: endsAt - now } });
  };
  while (places.length < pages) {
    while (inFlight.length < (follows ? crowding.places : most)) send();
    const [first] = inFlight.toSorted((one, other) => one.endsAt - other.endsAt);
    if (!first) break;
    inFlight.splice(inFlight.indexOf(first), 1);
    now = first.endsAt;
    rows += first.page.rows;
    crowding = nextCrowding(crowding, first.page, most);
    places.push(crowding.places);
  }
  return { places, rowsPerSecond: (rows * 1_000) / now, end: crowding };
}

interface Reading {
  readonly most: number;
  readonly pages: number;
  readonly follows?: boolean;
  readonly from?: Crowding;
  readonly sizes?: (number: number) => number;
  readonly jitter?: () => number;
}

/** Numbers from 0.7 up to 1.3 that are the same in every run. */
function uneven(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 0.7 + 0.6 * (state / 2 ** 32);
  };
}

const slow: Shop = { phpWorkers: 2, fixedMs: 50, rowMs: 2 };

describe('a shop that only lets more requests wait', () => {
  test.each([
    [1, 2],
    [2, 4],
    [3, 7],
  ])('with %i at work gets %i at once, one less at a time, and stays there', (phpWorkers, expected) => {
    const { places } = read({ ...slow, phpWorkers }, { most: 8, pages: 1_000 });
    expect(places.every((now, index) => now <= (places[index - 1] ?? 8))).toBe(true);
    expect(new Set(places.slice(500))).toEqual(new Set([expected]));
  });

  test('gives as much as with all requests in flight', () => {
    const all = read(slow, { most: 8, pages: 1_000, follows: false });
    const fewer = read(slow, { most: 8, pages: 1_000 });
    expect(fewer.rowsPerSecond).toBeGreaterThan(0.99 * all.rowsPerSecond);
  });

  test('is known as such although pages grow while all are in flight', () => {
    const sizes = (number: number) => (number < 12 ? 100 : 300);
    const { places } = read(slow, { most: 8, pages: 1_000, sizes });
    expect(places.at(-1)).toBe(4);
  });

  test('keeps about as many where pages take more and less time by chance', () => {
    const jitter = uneven();
    const all = read(slow, { most: 8, pages: 2_000, follows: false, jitter: uneven() });
    const { places, rowsPerSecond } = read(slow, { most: 8, pages: 2_000, jitter });
    const settled = places.slice(500);
    expect(Math.max(...settled) - Math.min(...settled)).toBeLessThanOrEqual(1);
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(2);
    expect(rowsPerSecond).toBeGreaterThan(0.98 * all.rowsPerSecond);
  });
});

describe('all that is allowed is used', () => {
  test.each<[string, Shop, number]>([
    ['of a shop that is far away', { phpWorkers: 100, fixedMs: 1, rowMs: 0, latencyMs: 1_500 }, 8],
    ['of one whose pages are quick', { phpWorkers: 1, fixedMs: 10, rowMs: 0.1 }, 8],
    ['of one that works on all of them', { phpWorkers: 8, fixedMs: 900, rowMs: 2 }, 8],
    ['when that is one request', slow, 1],
    ['when that is two', { ...slow, phpWorkers: 1 }, 2],
  ])('%s', (_, shop, most) => {
    const { places } = read(shop, { most, pages: 500 });
    expect(new Set(places)).toEqual(new Set([most]));
  });
});

describe('what changes', () => {
  test('a shop that gets more workers gets more requests, one more at a time', () => {
    const { end } = read(slow, { most: 8, pages: 500 });
    expect(end.places).toBe(4);
    const { places } = read({ ...slow, phpWorkers: 8 }, { most: 8, pages: 500, from: end });
    expect(places.every((now, index) => now - (places[index - 1] ?? 4) <= 1)).toBe(true);
    expect(places.at(-1)).toBe(8);
  });

  test('a shop that has become slower by itself is not asked less for ever', () => {
    const quick: Shop = { phpWorkers: 8, fixedMs: 300, rowMs: 1 };
    const { end } = read(quick, { most: 8, pages: 200 });
    const { places } = read({ ...quick, fixedMs: 1_500, rowMs: 5 }, { most: 8, pages: 1_000, from: end });
    expect(Math.min(...places)).toBe(2);
    expect(places.at(-1)).toBe(8);
  });

  test('a smaller budget holds at once', () => {
    const page = { entity: 'customers', asked: 10, rows: 10, durationMs: 10 };
    expect(nextCrowding(uncrowded(8), page, 3).places).toBe(3);
  });
});

test('pages that are not full, and those of other entities, say nothing about each other', () => {
  const full: SeenPage = { entity: 'customers', asked: 300, rows: 300, durationMs: 1_200 };
  let crowding = uncrowded(2 + 1);
  crowding = nextCrowding(crowding, { ...full, rows: 10, durationMs: 5 }, 3);
  crowding = nextCrowding(crowding, { ...full, entity: 'orders', durationMs: 10 }, 3);
  for (let page = 0; page < 40; page += 1) crowding = nextCrowding(crowding, full, 3);
  expect(crowding.places).toBe(3);
});
