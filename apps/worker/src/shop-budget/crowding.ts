/** A page that arrived. */
export interface SeenPage {
  /** What its rows are: those of orders take another time than those of customers. */
  readonly entity: string;
  readonly asked: number;
  readonly rows: number;
  /** From its request to its last byte. */
  readonly durationMs: number;
}

/** How many requests at once a worker asks for, and what that follows from. */
export interface Crowding {
  readonly places: number;
  /** The quickest full page of every size, by entity and power of two of its rows. */
  readonly quickest: ReadonlyMap<string, Quickest>;
  /** Of the full pages since the last step. */
  readonly round: readonly Slowness[];
}

interface Quickest extends Pick<SeenPage, 'entity' | 'rows' | 'durationMs'> {}

interface Slowness {
  readonly page: SeenPage;
  /** How many times as long as alone. */
  readonly times: number;
}

/** Pages that are quicker harm nobody, however many wait. */
const crowdedMs = 1_000;
/** Half of those in flight do nothing but wait. */
const crowdedTimes = 2;
/** Hardly any waits, or all of them come quickly. */
const roomyTimes = 4 / 3;
const roomyMs = 500;
/** One to work on and one that waits for it, so that the shop never waits for us. */
const leastPlaces = 2;

/** Nothing is known yet: all that is allowed. */
export function uncrowded(most: number): Crowding {
  return { places: most, quickest: new Map(), round: [] };
}

/**
 * How many requests at once are of use, after another page; pure.
 *
 * A shop with few PHP workers lets the others wait: with twice as many requests in flight each takes twice as long, and
 * nobody gets anything sooner, its visitors least of all. A page that takes more than a second, and more than twice as long
 * as it would alone, says that more than half of the requests wait: then one less is asked for, and one more when hardly any
 * waits. Twice as many as the shop works on remain, so that no throughput is lost, also where a page was quick by luck.
 *
 * How long a page takes alone is at most what the quickest one took, in proportion to its rows where these are more: a
 * request has costs of its own. Where even the fewest requests take longer the shop has become slower, and not by us.
 */
export function nextCrowding(before: Crowding, page: SeenPage, most: number): Crowding {
  if (page.rows < page.asked || page.rows === 0) return before;
  const quickest = withPage(before.quickest, page);
  const times = page.durationMs / Math.max(1, alone(quickest, page));
  const round = [...before.round, { page, times }];
  const places = Math.min(before.places, most);
  // The first ones were sent before the last step.
  const judged = round.slice(2 * places);
  if (judged.length < 2 * places) return { places, quickest, round };
  const usual = {
    times: median(judged.map((seen) => seen.times)),
    ms: median(judged.map((seen) => seen.page.durationMs)),
  };
  if (usual.ms > crowdedMs && usual.times > crowdedTimes) {
    if (places > leastPlaces) return { places: places - 1, quickest, round: [] };
    const [first, ...others] = judged.map((seen) => seen.page);
    const anew = others.reduce(withPage, withPage(new Map(), first ?? page));
    return { places, quickest: anew, round: [] };
  }
  const isRoomy = usual.times < roomyTimes || usual.ms < roomyMs;
  return { places: isRoomy ? Math.min(most, places + 1) : places, quickest, round: [] };
}

function withPage(quickest: ReadonlyMap<string, Quickest>, page: SeenPage): ReadonlyMap<string, Quickest> {
  const { entity, rows, durationMs } = page;
  const key = `${entity} ${Math.floor(Math.log2(rows))}`;
  const known = quickest.get(key);
  if (known && known.durationMs / known.rows <= durationMs / rows) return quickest;
  return new Map(quickest).set(key, { entity, rows, durationMs });
}

/** What a page takes at most when nobody else asks. */
function alone(quickest: ReadonlyMap<string, Quickest>, { entity, rows }: SeenPage): number {
  const ofEntity = [...quickest.values()].filter((known) => known.entity === entity);
  return Math.min(...ofEntity.map((known) => known.durationMs * Math.max(1, rows / known.rows)));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
