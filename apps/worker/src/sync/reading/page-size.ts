import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PageSize, PageSizer, PageTiming } from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';

/** Bounds within which the page size moves, and what counts as slow. */
export interface PaceRules {
  /** Rows of the first page. */
  readonly start: number;
  /** Slowness makes no page smaller than this. */
  readonly least: number;
  /** Speed makes no page larger than this. */
  readonly most: number;
  /** A page that takes longer is slow; one that takes less than half of it is fast. */
  readonly targetMs: number;
  /** A page of more bytes is too large, and none grows beyond them. */
  readonly targetBytes: number;
  /** Fast pages in a row after which the next may be larger. */
  readonly steadyPages: number;
}

/** How large the next page is. */
export interface Pace {
  readonly size: number;
  /** Most rows that the shop gives; `null` while none is known. */
  readonly limit: number | null;
  /** Fast and full pages since the size last changed or a page was not fast. */
  readonly fastPages: number;
  /** The largest size of a fast and full page before pages became slow; 0 while there was none. */
  readonly proven: number;
  /** A fast and full page came since pages were last slow. */
  readonly recovering: boolean;
  /** No page was slow, cut or too large so far. */
  readonly calm: boolean;
  /** The smallest size whose answer was cut or too large; `null` while there was none. */
  readonly tooLarge: number | null;
}

/** What can change the pace. */
export type PaceEvent =
  | ({ readonly kind: 'page'; readonly roundTripMs: number } & PageTiming)
  /** Nobody waited for the page to its end: a timeout, or a 504 of what stands before the shop. */
  | { readonly kind: 'too-slow'; readonly asked: number }
  /** The answer was cut, or larger than is read. */
  | { readonly kind: 'too-large'; readonly asked: number }
  | { readonly kind: 'limit'; readonly max: number | null };

/**
 * What a page may take: long enough for a shop without an index on `updated_at`, and far below the minute after which
 * gateways give up, so that a page that turns out ten times slower than the last one still arrives.
 */
export const pageTargetMs = 3_000;
/** What a page may weigh: a parsed answer takes several times its size, and some are read at once. */
const pageTargetBytes = 8 * 1_024 * 1_024;
/** What pages are kept to, for those who plan with it. */
export const pageTargets = { targetMs: pageTargetMs, targetBytes: pageTargetBytes } as const;
const leastRows = 10;
const steadyPages = 3;
/** So many fast pages pass before a size is tried again whose answer was cut. */
const pagesBelowTooLarge = 30;

/** The rules for a configured size to begin with and a configured largest size. */
export function paceRules(start: number, most: number): PaceRules {
  return {
    start: Math.min(start, most),
    least: Math.min(leastRows, start, most),
    most,
    targetMs: pageTargetMs,
    targetBytes: pageTargetBytes,
    steadyPages,
  };
}

/** A page that would be fast although it took so many times longer than the last ones let expect. */
const margin = 5;
/** So many times as many rows, at most, follow a single page: one that was fast says little about one that is much larger. */
const mostAtOnce = 4;

/** The pace before the first page; with the size at which an earlier process had trouble, it begins there and grows in small steps. */
export function firstPace({ start }: PaceRules, remembered: number | null = null): Pace {
  const size = Math.max(1, Math.min(start, remembered ?? start));
  const calm = size === start;
  return { size, limit: null, fastPages: 0, proven: 0, recovering: false, calm, tooLarge: null };
}

/**
 * The pace after an event; pure.
 *
 * Half of what was asked follows a slow page, so that several slow pages in flight at once halve it once. A quarter more
 * follows some fast pages in a row, because too large a page costs the shop more than too small a one; up to half of what
 * was fast before a trouble, one fast page is enough for twice as much. Only a full page of the present size says anything
 * about a larger one. Before any trouble a single page lets the size grow to what would be fast by far, up to four times as
 * much; what the smallest request takes to a shop that is far away says nothing about rows.
 */
export function nextPace(pace: Pace, event: PaceEvent, rules: PaceRules): Pace {
  switch (event.kind) {
    case 'limit':
      return within({ ...pace, limit: event.max, fastPages: 0 }, rules);
    case 'too-slow':
      return slowed(pace, event.asked, rules);
    case 'too-large':
      return cut(pace, event.asked);
    case 'page':
      if (event.bytes > rules.targetBytes && event.rows > 1) return cut(pace, event.asked);
      if (event.durationMs > rules.targetMs) return slowed(pace, event.asked, rules);
      if (event.durationMs > rules.targetMs / 2) return { ...pace, fastPages: 0 };
      if (event.rows < event.asked || event.asked < pace.size) return pace;
      return quickened(pace, event, rules);
  }
}

function slowed(pace: Pace, asked: number, rules: PaceRules): Pace {
  const half = Math.max(rules.least, Math.floor(asked / 2));
  const proven = pace.recovering ? Math.min(pace.proven, asked) : pace.proven;
  return { ...pace, size: Math.min(pace.size, half), fastPages: 0, proven, recovering: false, calm: false };
}

/** Bytes know no smallest page: a single row may weigh a lot. */
function cut(pace: Pace, asked: number): Pace {
  const tooLarge = Math.min(pace.tooLarge ?? asked, asked);
  const size = Math.min(pace.size, Math.max(1, Math.floor(asked / 2)));
  return { ...pace, size, fastPages: 0, proven: Math.min(pace.proven, size), calm: false, tooLarge };
}

function quickened(
  before: Pace,
  { asked, bytes, durationMs, roundTripMs }: Extract<PaceEvent, { kind: 'page' }>,
  rules: PaceRules,
): Pace {
  const pace = { ...before, proven: Math.max(before.proven, asked), recovering: true };
  const leap = pace.calm ? timesLarger({ bytes, durationMs, roundTripMs }, rules) : 1;
  const known = leap > 1 ? pace.size * leap : Math.floor(pace.proven / 2);
  const step = Math.max(2, leap);
  const grown =
    pace.size < known
      ? Math.min(pace.size * step, known)
      : pace.size + Math.max(1, Math.floor(pace.size / 4));
  const fastPages = pace.fastPages + 1;
  if (pace.size >= known && fastPages < rules.steadyPages) return { ...pace, fastPages };
  if (bytes * (grown / asked) > rules.targetBytes) return { ...pace, fastPages };
  if (pace.tooLarge !== null && grown >= pace.tooLarge) {
    if (fastPages < pagesBelowTooLarge) return { ...pace, fastPages };
    return within({ ...pace, size: grown, fastPages: 0, tooLarge: null }, rules);
  }
  return within({ ...pace, size: grown, fastPages: 0 }, rules);
}

/** How many times as many rows would be fast by far, and small by far; 1 when not even twice as many. */
function timesLarger(
  {
    bytes,
    durationMs,
    roundTripMs,
  }: Pick<PageTiming, 'bytes' | 'durationMs'> & { readonly roundTripMs: number },
  { targetMs, targetBytes }: PaceRules,
): number {
  const rowsMs = Math.max(0, durationMs - roundTripMs);
  const byTime = rowsMs === 0 ? mostAtOnce : Math.floor((targetMs - roundTripMs) / (rowsMs * margin));
  const byBytes = bytes === 0 ? mostAtOnce : Math.floor(targetBytes / (bytes * 2));
  return Math.max(1, Math.min(mostAtOnce, byTime, byBytes));
}

function within(pace: Pace, { most }: PaceRules): Pace {
  return { ...pace, size: Math.max(1, Math.min(pace.size, most, pace.limit ?? most)) };
}

/** The page size of one shop in one process, shared by everything that reads pages. */
export interface AdaptivePageSize extends PageSizer {
  /** Takes over what is known about the shop; `null` forgets a limit. */
  know(limit: number | null): void;
}

/** Who wants to hear of a limit that the shop has shown. */
export type LimitListener = (max: number, how: 'refused' | 'cut') => void;

/** Who wants to hear of a size below the first one, to which trouble has brought the pages; `null` when they have recovered. */
export type TroubleListener = (rows: number | null) => void;

/** The quickest answer of a shop so far in milliseconds: what each request takes, whatever it asks for; 0 while unknown. */
export type RoundTrip = () => number;

/** What a page size is made with besides its rules. */
export interface PageSizeOptions {
  readonly onLimit?: LimitListener;
  readonly onTrouble?: TroubleListener;
  readonly roundTrip?: RoundTrip;
  /** Requests that may be in flight: so many first pages are asked for before one of them has told how large the next may be. */
  readonly atOnce?: () => number;
  /** How long others wait for those, in ms; default: as long as a page should take. */
  readonly firstWaitMs?: number;
  /** Rows a page at which an earlier process had arrived because of trouble. */
  readonly remembered?: number | null;
}

/** Creates the page size of a shop. */
export function createPageSize(rules: PaceRules, options: PageSizeOptions = {}): AdaptivePageSize {
  const {
    atOnce,
    firstWaitMs = pageTargetMs,
    onLimit,
    onTrouble,
    remembered = null,
    roundTrip = () => 0,
  } = options;
  const first = atOnce && rules.start < rules.most ? createFirstLook(atOnce, firstWaitMs) : undefined;
  let pace = firstPace(rules, remembered);
  let told = pace.calm ? null : pace.size;
  const apply = (event: PaceEvent) => {
    pace = nextPace(pace, event, rules);
    // A limit of the shop is no trouble, and is remembered as such.
    const trouble =
      pace.calm || pace.size >= Math.min(rules.start, pace.limit ?? rules.start) ? null : pace.size;
    if (trouble === told) return;
    told = trouble;
    onTrouble?.(trouble);
  };
  return {
    current: () => pace.size,
    ...(first ? { ready: first.ready } : {}),
    observe(page) {
      apply({ kind: 'page', ...page, roundTripMs: roundTrip() });
      first?.taken();
    },
    tooSlow(asked) {
      apply({ kind: 'too-slow', asked });
      first?.taken();
    },
    tooLarge(asked) {
      apply({ kind: 'too-large', asked });
      first?.taken();
    },
    know: (max) => apply({ kind: 'limit', max }),
    limit(max, how) {
      // Several readers may run into the same limit at once.
      if (pace.limit !== null && pace.limit <= max) return;
      apply({ kind: 'limit', max });
      onLimit?.(max, how);
    },
  };
}

/**
 * Lets as many first pages be asked for as can be in flight; whoever comes then waits until one of them has come.
 *
 * They would have to wait for a place anyhow, with a request for a small page in hand. Nobody waits for long: the first
 * request may fail without a word about its size.
 */
function createFirstLook(atOnce: () => number, waitMs: number) {
  const taken = new AbortController();
  // All ranges of a process may wait for it.
  setMaxListeners(0, taken.signal);
  let asked = 0;
  return {
    taken: () => taken.abort(),
    async ready(signal: AbortSignal | undefined): Promise<void> {
      asked += 1;
      if (taken.signal.aborted || asked <= atOnce()) return;
      const either = signal ? AbortSignal.any([taken.signal, signal]) : taken.signal;
      await sleep(waitMs, undefined, { signal: either }).catch(() => undefined);
      signal?.throwIfAborted();
      taken.abort();
    },
  };
}

/** Name of the capability that keeps the most rows the shop gives a page. */
export const pageLimitName = 'page_size_limit';

/** Most rows that the shop gives a page, and how that was found out; `null` while nothing limits it. */
export interface PageLimit {
  readonly max: number | null;
  /** `refused`: the shop says so itself. `cut`: it sends no more, and says nothing. */
  readonly how: 'refused' | 'cut' | 'none';
}

type Knowledge = Pick<SyncContext, 'shop' | 'store' | 'clock' | 'log'>;

/** Reads the limit that was found last; `undefined` when none was ever looked for. */
export async function knownPageLimit({ store, shop }: Knowledge): Promise<PageLimit | undefined> {
  const found = await store.capabilities.get(shop, pageLimitName);
  return found?.value as PageLimit | undefined;
}

/** Name of the capability that keeps rows a page of an entity to which trouble has brought them: `{ rows: null }` when that is over. */
export function pageTroubleName(entity: string): string {
  return `page_size:${entity}`;
}

const dayMs = 86_400_000;

/** Rows a page with which trouble is not to be expected; every day since doubles them. `null` for as many as usual. */
async function rememberedRows({ store, shop, clock }: Knowledge, name: string): Promise<number | null> {
  const found = await store.capabilities.get(shop, name);
  const { rows } = (found?.value ?? {}) as { readonly rows?: number | null };
  if (!found || typeof rows !== 'number') return null;
  const days = Math.max(0, (clock.now().getTime() - found.probedAt.getTime()) / dayMs);
  return Math.floor(rows * 2 ** Math.min(days, 20));
}

/** What a page size is opened with besides its rules. */
export interface OpenPageSizeOptions extends Pick<PageSizeOptions, 'roundTrip' | 'atOnce'> {
  /** Whose rows these are; without it nothing of trouble is remembered. */
  readonly entity?: string;
}

/**
 * Creates the page size of a shop with what is known of it: a limit that reads run into is remembered, and so is, by entity, a size
 * to which slow, cut and given up pages have brought it.
 */
export async function openPageSize(
  context: Knowledge,
  rules: PaceRules,
  { entity, ...made }: OpenPageSizeOptions = {},
): Promise<AdaptivePageSize> {
  const { shop, store, clock, log } = context;
  const onLimit: LimitListener = (max, how) => {
    log.info({ max, how }, 'the shop gives fewer rows a page than asked for; pages are smaller from here on');
    const limit: PageLimit = { max, how };
    store.capabilities.put(shop, pageLimitName, limit, clock.now()).catch((error: unknown) => {
      // The next read finds it again.
      log.warn({ err: error }, 'the limit of the shop could not be remembered');
    });
  };
  const name = entity === undefined ? undefined : pageTroubleName(entity);
  let noting: Promise<void> = Promise.resolve();
  const onTrouble: TroubleListener = (rows) => {
    if (name === undefined) return;
    // One after the other, so that the last one stays.
    noting = noting
      .then(() => store.capabilities.put(shop, name, { rows }, clock.now()))
      .catch((error: unknown) => {
        log.debug({ err: error, entity, rows }, 'the page size after trouble could not be remembered');
      });
  };
  const remembered = name === undefined ? null : await rememberedRows(context, name);
  const pageSize = createPageSize(rules, { ...made, onLimit, onTrouble, remembered });
  const known = await knownPageLimit(context);
  if (known) pageSize.know(known.max);
  return pageSize;
}

/** Rows a page of an entity. */
export function pageSizeOf({ settings }: Pick<SyncContext, 'settings'>, entity: string): PageSize {
  return settings.pageSizes?.[entity] ?? settings.pageSize;
}
