import { UnexpectedPayloadError } from '@magento-sync/magento-client';
import type { EntityPage } from './entity.ts';

/** A part of a walk: the rows after one place, up to another one; without that, to the end. */
export interface Stretch<Position> {
  readonly after: Position;
  readonly upTo: Position | undefined;
}

/** A stretch of which the shop counts more rows than it shows. */
export interface Gap<Position> extends Stretch<Position> {
  readonly matching: number;
  readonly shown: number;
}

/** What is asked of the shop to settle an account. */
export interface AccountedReads<Position> {
  pages(stretch: Stretch<Position>): AsyncIterable<EntityPage<Position>>;
  count(stretch: Stretch<Position>): Promise<number>;
}

/** A page of an accounted walk. */
export interface AccountedPage<Position> {
  readonly page: EntityPage<Position>;
  /** Part of a stretch that was read before: to be written, but the walk stands where it stood. */
  readonly again: boolean;
}

/** An accounted walk: what to read, when to stop before the end, and where to put down what does not add up. */
export interface AccountedWalk<Position> extends Stretch<Position> {
  readonly gaps: Gap<Position>[];
  /** Asked after every page. */
  readonly enough: () => boolean;
}

const mostRereads = 2;

/**
 * Walks over pages and proves that no row between them was left out without a word.
 *
 * Each page says how many rows match from its start on; the next one must say so many fewer as the first one had rows.
 * When it does not, rows came, went, or were hidden: the shop is asked how many rows match in exactly the stretch of the
 * page. Fewer than were shown is no loss: they moved on or were deleted. More are read again, at most twice; a reread
 * that shows rows nobody had seen before speaks for a busy shop, two that show nothing new make a gap.
 *
 * A hidden row goes unnoticed only while, between the same two requests, just as many rows are added behind it. The page
 * that ends the walk comes after everything before it is settled, so that it may be written with the proof.
 */
export async function* readAccounted<Position>(
  reads: AccountedReads<Position>,
  walk: AccountedWalk<Position>,
): AsyncGenerator<AccountedPage<Position>, void, undefined> {
  let after = walk.after;
  let before: EntityPage<Position> | undefined;
  let start = after;
  for await (const page of reads.pages({ after, upTo: walk.upTo })) {
    if (before && before.totalCount - before.size !== page.totalCount) {
      yield* settle(reads, { after: start, upTo: after }, before, walk.gaps);
    }
    start = after;
    after = page.next;
    before = page;
    // Nothing follows a last page, so that all of what matched has to be on it.
    if (page.last && page.totalCount !== page.size) {
      yield* settle(reads, { after: start, upTo: after }, page, walk.gaps);
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

async function* settle<Position>(
  reads: AccountedReads<Position>,
  stretch: Stretch<Position>,
  { ids }: Pick<EntityPage<Position>, 'ids'>,
  gaps: Gap<Position>[],
): AsyncGenerator<AccountedPage<Position>, void, undefined> {
  let shown = new Set(ids);
  let fruitless = 0;
  for (let rereads = 0; ; rereads += 1) {
    const matching = await reads.count(stretch);
    if (matching <= shown.size) return;
    if (rereads === mostRereads) {
      if (fruitless === mostRereads) gaps.push({ ...stretch, matching, shown: shown.size });
      return;
    }
    const fresh = new Set<number>();
    try {
      for await (const page of reads.pages(stretch)) {
        for (const id of page.ids) fresh.add(id);
        if (page.size > 0) yield { page, again: true };
        // As many as were counted: what comes in meanwhile must not keep the reread going for ever.
        if (fresh.size >= matching) break;
      }
    } catch (error) {
      // A short page whose own count says more: it shows nothing new either.
      if (!(error instanceof UnexpectedPayloadError)) throw error;
      for (const id of shown) fresh.add(id);
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
  return (
    `After ${where} the shop counts ${matching} ${entity} and shows ${shown}, also when asked three times${more}. ` +
    'A module, a cache or a proxy hides rows from its lists: find what changes their answers there. ' +
    'Nothing was marked as complete; the next run reads it again.'
  );
}
