import type { EntityDescriptor, EntityPage, IdRange, RowComparison } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import {
  eachRange,
  type Gap,
  type IdPlace,
  IncompleteReadError,
  isWithin,
  rangeName,
  readAccounted,
  readsByIds,
} from '../reading/index.ts';
import type { Run } from '../run.ts';
import { notShown, type Pull } from './verify-settle.ts';

/** What a first look at one range showed. */
export interface RangeReading {
  /** The ids that were looked at: up to the last one read when the work was paused. */
  readonly range: IdRange;
  readonly complete: boolean;
  /** Rows with equal content; `null` when only the counts were compared. */
  readonly equal: number | null;
  /** Only told when nothing but the counts was compared. */
  readonly counts: { readonly inShop: number; readonly inCopy: number } | null;
  /** Ids that do not look equal, each with a fingerprint of what was seen. */
  readonly suspects: ReadonlyMap<number, string>;
  /** Ids that Magento cannot serve, and whether they live in the copy. */
  readonly unreadable: ReadonlyMap<number, boolean>;
  /** Stretches of which the shop counts more rows than it shows. */
  readonly gaps: readonly Gap<IdPlace>[];
}

/** Compares every row of a range by content, and finds the rows of the copy that the shop does not show. */
export async function compareRange(
  context: SyncContext,
  run: Run,
  range: IdRange,
  stop: Stop,
): Promise<RangeReading> {
  const { entity } = run;
  const suspects = new Map<number, string>();
  const seen = new Set<number>();
  let reachedId = range.afterId;
  let complete = false;
  const gaps: Gap<IdPlace>[] = [];
  const { signal } = stop;
  const upTo = range.upToId === null ? undefined : { id: range.upToId };
  const walk = { after: { id: range.afterId }, upTo, gaps, enough: () => stop.pause.aborted };
  // Whoever compares does not write: hidden rows are told as a gap.
  const { pages, count } = readsByIds(context, entity, signal);
  const reads = { pages, count };
  const take = (compared: readonly RowComparison[]) => {
    for (const { id, verdict, fingerprint } of compared) {
      seen.add(id);
      if (verdict === 'equal') suspects.delete(id);
      else suspects.set(id, fingerprint);
    }
  };
  for await (const { page, again } of readAccounted(reads, walk)) {
    const compared = await page.compare();
    take(compared);
    await note(context, run, range, page, compared);
    if (again) continue;
    if (page.size > 0) reachedId = page.next.id;
    complete = page.last;
  }
  if (!complete && !stop.pause.aborted) {
    throw new IncompleteReadError(entity.name, `the ids ${rangeName(range)}`);
  }
  const looked = { afterId: range.afterId, upToId: complete ? range.upToId : reachedId };
  const aside = [...entity.servedSingly].filter((id) => isWithin(id, looked) && !seen.has(id));
  take(await entity.compareByIds(context, aside, signal));
  const equal = seen.size - suspects.size;
  const unreadable = await unreadableIn(context, entity, looked, seen);
  for (const id of await entity.idsInCopy(context, looked))
    if (!seen.has(id) && !unreadable.has(id)) suspects.set(id, notShown);
  return { range: looked, complete, equal, counts: null, suspects, unreadable, gaps };
}

/** Compares nothing but the number of rows; costs one request. */
export async function compareCounts(
  context: SyncContext,
  { entity, account, stop }: Run,
  range: IdRange,
): Promise<RangeReading> {
  const inShop = await entity.count(context, stop.signal, range);
  const inCopy = await entity.countInCopy(context, range);
  await context.store.runs.count(account.runId, { pages: 1 });
  const unreadable = await unreadableIn(context, entity, range, entity.servedSingly);
  const counts = { inShop, inCopy };
  return { range, complete: true, equal: null, counts, suspects: new Map(), unreadable, gaps: [] };
}

/**
 * Compares the counts of every range, and by content only those whose counts differ, also after a second look.
 *
 * A row too many and one too few in the same range hide each other, and so does other content.
 */
export async function compareByCounts(
  context: SyncContext,
  run: Run,
  ranges: readonly IdRange[],
  pull: Pull,
): Promise<RangeReading[]> {
  const { stop } = run;
  const { concurrency } = context.settings;
  const count = (some: readonly IdRange[]) =>
    eachRange(some, concurrency, stop, (range) => compareCounts(context, run, range));
  const first = await count(ranges);
  const doubtful = first.filter(isUneven).map(({ range }) => range);
  if (doubtful.length === 0 || stop.pause.aborted) return first;
  await pull();
  const second = await count(doubtful);
  const uneven = second.filter(isUneven).map(({ range }) => range);
  const compared = await eachRange(uneven, concurrency, stop, (range, each) =>
    compareRange(context, run, range, each),
  );
  const latest = new Map(
    [...first, ...second, ...compared].map((reading) => [reading.range.afterId, reading]),
  );
  return [...latest.values()];
}

function isUneven({ counts }: RangeReading): boolean {
  return counts?.inShop !== counts?.inCopy;
}

async function unreadableIn(
  context: SyncContext,
  entity: EntityDescriptor,
  range: IdRange,
  seen: ReadonlySet<number>,
): Promise<Map<number, boolean>> {
  const entries = await context.store.quarantine.list(context.shop, { entity: entity.name });
  const ids = entries.map(({ id }) => id).filter((id) => isWithin(id, range) && !seen.has(id));
  const living = new Set(await entity.livingInCopy(context, ids));
  return new Map(ids.map((id) => [id, living.has(id)]));
}

async function note(
  context: SyncContext,
  { account, tell }: Run,
  range: IdRange,
  { size: rows, durationMs, bytes }: EntityPage<IdPlace>,
  compared: readonly RowComparison[],
): Promise<void> {
  const unchanged = compared.filter(({ verdict }) => verdict === 'equal').length;
  await context.store.runs.count(account.runId, { pages: 1, rowsRead: rows, unchanged });
  const outcome = { inserted: 0, updated: 0, unchanged, stale: 0 };
  tell({ range: rangeName(range), rows, outcome, durationMs, bytes });
}
