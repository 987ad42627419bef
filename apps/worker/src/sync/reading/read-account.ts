import type { ChangePosition } from '@magento-sync/magento-client';
import type { EntityPage, IdPage, IdRange } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import type { GuardedEntity } from './guarded-entity.ts';
import { type CountedRows, fullEffort, repeatsOf, type Stretch, settleHidden } from './hidden-rows.ts';
import { everyId } from './id-ranges.ts';

/** A stretch of which the shop counts more rows than it shows. */
export interface Gap<Position> extends Stretch<Position> {
  readonly matching: number;
  readonly shown: number;
  /** Those of the hidden ids that are known: the shop denies them also when it is asked for one of them alone. */
  readonly denied: readonly number[];
}

/** What a page has to tell to be accounted for. */
export type AccountablePage<Position> = Pick<
  EntityPage<Position>,
  'size' | 'ids' | 'totalCount' | 'next' | 'last'
>;

/** What is asked of the shop to settle an account. */
export interface AccountedReads<Position, Page = EntityPage<Position>> extends CountedRows<Position> {
  /** `end` ends the request for a page that nobody waits for any more. */
  pages(stretch: Stretch<Position>, end?: AbortSignal): AsyncIterable<Page>;
}

/** A page of an accounted walk. */
export interface AccountedPage<Page> {
  readonly page: Page;
  /** Part of a stretch that was read before: to be written, but the walk stands where it stood. */
  readonly again: boolean;
}

/** An accounted walk: what to read, when to stop before the end, and where to put down what does not add up. */
export interface AccountedWalk<Position, Page = EntityPage<Position>> extends Stretch<Position> {
  readonly gaps: Gap<Position>[];
  /** Asked after every page. */
  readonly enough: () => boolean;
  /**
   * Whether the page behind this one will surely be wanted: then it is asked for while this one is dealt with, and after a
   * crash two pages are read again. Without it, pages are asked for one after the other.
   */
  readonly readsOn?: (page: Page) => boolean;
}

const mostRereads = 2;

/**
 * Walks over pages and proves that no row between them was left out without a word.
 *
 * Each page says how many rows match from its start on; the next one must say so many fewer as the first one had rows.
 * When it does not, rows came, went, or were hidden: the shop is asked how many rows match in exactly the stretch of the
 * page. Fewer than were shown is no loss: they moved on or were deleted. More are read again, at most twice; a reread
 * that shows rows nobody had seen before speaks for a busy shop. What is missing after that is looked for by its ids; what
 * cannot be read by its id either makes a gap, and so does what is missing after two rereads that showed nothing new.
 *
 * A hidden row goes unnoticed only while, between the same two requests, just as many rows are added behind it. The page
 * that ends the walk comes after everything before it is settled, so that it may be written with the proof.
 */
export async function* readAccounted<Position, Page extends AccountablePage<Position>>(
  reads: AccountedReads<Position, Page>,
  walk: AccountedWalk<Position, Page>,
): AsyncGenerator<AccountedPage<Page>, void, undefined> {
  let after = walk.after;
  let before: Page | undefined;
  let start = after;
  for await (const page of pagesOf(reads, walk)) {
    if (before && before.totalCount - before.size !== page.totalCount) {
      yield* settle(reads, { after: start, upTo: after }, before, walk.gaps);
    }
    start = after;
    after = page.next;
    before = page;
    // Nothing follows a last page, so that all of what matched has to be on it: also what would stand behind its rows.
    if (page.last && page.totalCount !== page.size) {
      yield* settle(reads, { after: start, upTo: walk.upTo }, page, walk.gaps);
    }
    yield { page, again: false };
    if (page.last) return;
    if (walk.enough()) {
      if (page.totalCount !== page.size) {
        yield* settle(reads, { after: start, upTo: after }, page, walk.gaps);
      }
      return;
    }
  }
}

/** The pages of a walk, each asked for when it is wanted, or while the one before it is dealt with. */
async function* pagesOf<Position, Page extends AccountablePage<Position>>(
  reads: AccountedReads<Position, Page>,
  { after, upTo, readsOn }: AccountedWalk<Position, Page>,
): AsyncGenerator<Page, void, undefined> {
  const end = new AbortController();
  const pages = reads.pages({ after, upTo }, end.signal)[Symbol.asyncIterator]();
  let ahead: Promise<IteratorResult<Page>> | undefined;
  try {
    for (;;) {
      const { done, value: page } = await (ahead ?? pages.next());
      if (done) return;
      ahead = !page.last && readsOn?.(page) ? pages.next() : undefined;
      // An error is thrown when it is the turn of its page, and to nobody when that never comes.
      ahead?.catch(() => undefined);
      yield page;
    }
  } finally {
    end.abort(new Error('Nobody waits for this page any more.'));
    await pages.return?.();
  }
}

async function* settle<Position, Page extends AccountablePage<Position>>(
  reads: AccountedReads<Position, Page>,
  stretch: Stretch<Position>,
  { ids }: Pick<Page, 'ids'>,
  gaps: Gap<Position>[],
): AsyncGenerator<AccountedPage<Page>, void, undefined> {
  let shown = new Set(ids);
  let fruitless = 0;
  const last = ids.at(-1);
  let repeats: number | undefined;
  for (let rereads = 0; ; rereads += 1) {
    const all = await reads.count(stretch);
    if (all <= shown.size) return;
    // The end of a page cuts a row in two that a module's join repeats.
    repeats ??= last === undefined ? 0 : await repeatsOf(reads, stretch, last);
    const counted = all - repeats;
    if (counted <= shown.size) return;
    if (rereads === mostRereads) {
      const { missing, denied } = await settleHidden(reads, stretch, shown, counted);
      if (denied.length > 0 || (missing > 0 && fruitless === mostRereads)) {
        const matching = shown.size + Math.max(missing, denied.length);
        gaps.push({ ...stretch, matching, shown: shown.size, denied });
      }
      return;
    }
    const fresh = new Set<number>();
    for await (const page of reads.pages(stretch)) {
      for (const id of page.ids) fresh.add(id);
      if (page.size > 0) yield { page, again: true };
      // As many as were counted: what comes in meanwhile must not keep the reread going for ever.
      if (fresh.size >= counted) break;
    }
    const seen = shown;
    if ([...fresh].every((id) => seen.has(id))) fruitless += 1;
    shown = fresh;
  }
}

/** The reason of a run of which an account does not add up; `null` when all do. */
export function reasonOf<Position>(
  entity: string,
  gaps: readonly Gap<Position>[],
  describe: (place: Position) => string,
): string | null {
  const [first] = gaps;
  if (!first) return null;
  const { after, upTo, matching, shown } = first;
  const where = `${describe(after)} up to ${upTo === undefined ? 'the end' : describe(upTo)}`;
  const more = gaps.length === 1 ? '' : ` (and in ${gaps.length - 1} more places)`;
  const denied = gaps.flatMap((gap) => gap.denied);
  const named = `It denies ${someIds(denied)} also when asked by ${denied.length === 1 ? 'this id' : 'these ids'}. `;
  return (
    `After ${where} the shop counts ${matching} ${entity} and shows ${shown}, also when asked three times${more}. ` +
    (denied.length > 0 ? named : '') +
    'A module, a cache or a proxy hides rows from its lists: find what changes their answers there. ' +
    'Nothing was marked as complete; the next run reads it again.'
  );
}

const mostNamed = 10;

/** The first of some ids as a reason names them, separated by commas; an ellipsis stands for the others. */
export function someIds(ids: readonly number[]): string {
  return `${ids.slice(0, mostNamed).join(', ')}${ids.length > mostNamed ? ', …' : ''}`;
}

/** A walk over pages ended without its last page, so nobody may say that everything was read. */
export class IncompleteReadError extends Error {
  override readonly name = 'IncompleteReadError';

  constructor(entity: string, what: string) {
    super(
      `The read of ${what} of ${entity} ended before its last page. Nothing was marked as complete; the next run reads on.`,
    );
  }
}

/** A place in a walk by ids. */
export interface IdPlace {
  readonly id: number;
}

/** How a walk by ids reads, counts, and reads hidden rows. */
export function readsByIds(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<IdPlace>> {
  return {
    pages: (stretch, end) =>
      entity.pagesInIdRange(context, rangeOf(stretch), { signal: eitherOf(signal, end) }),
    count: (stretch, ids = rangeOf(stretch)) => entity.count(context, signal, ids),
    hidden: { idsOf: rangeOf, read: (id) => entity.readHidden(id), effort: fullEffort() },
  };
}

/** The same for ids alone. */
export function readsOfIds(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<IdPlace, IdPage>> {
  const { count, hidden } = readsByIds(context, entity, signal);
  return { pages: (stretch) => entity.idPages(context, rangeOf(stretch), { signal }), count, hidden };
}

/** How a walk by changes reads, counts, and reads hidden rows. */
export function readsByChanges(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<ChangePosition>> {
  return {
    pages: ({ after, upTo }, end) =>
      entity.pagesChangedSince(context, after, { signal: eitherOf(signal, end), upTo }),
    count: (stretch, ids) => entity.countChanges(context, signal, ids ? { ...stretch, range: ids } : stretch),
    // A change does not tell the id of its row.
    hidden: {
      idsOf: () => everyId,
      read: (id) => entity.readHidden(id),
      effort: fullEffort(),
    },
  };
}

function eitherOf(signal: AbortSignal, end: AbortSignal | undefined): AbortSignal {
  return end ? AbortSignal.any([signal, end]) : signal;
}

function rangeOf({ after, upTo }: Stretch<IdPlace>): IdRange {
  return { afterId: after.id, upToId: upTo?.id ?? null };
}
