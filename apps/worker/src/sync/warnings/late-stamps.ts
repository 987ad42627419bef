import { formatDuration } from '../../config/duration.ts';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { pullKey } from '../pull/pull.ts';
import { earlier, momentOf, pullStart, type Stamp, stampOf } from '../pull/watermark.ts';
import { survey } from '../reading/index.ts';

/** Changes that were stamped before where the pulls begin, and how far behind the shop's clock that is. */
export interface LateStamps {
  readonly lagMs: number;
}

/** What a look for them found. */
export interface LateStampsLook {
  readonly found?: LateStamps & { readonly ids: readonly number[] };
  /** A row was stamped within the overlap: the clock that stamps does not lag. */
  readonly disproved: boolean;
}

/** Stamps that lag by a time zone lag by less than a day; longer ones are those of a clock that nobody sets. */
const lookBackMs = 7 * 86_400_000;
const hourMs = 3_600_000;
const rowsToCompare = 50;

/**
 * Looks for changes that no pull can see because they are stamped before where pulls begin.
 *
 * Every row that the shop stamped there has to be in the copy with that stamp, so that two counts tell; only when the shop
 * has more of them is the stretch halved and a page of it compared. Magento takes `updated_at` from its database, which
 * may have another clock, or another time zone, than the web server that sends `Date`.
 */
export async function lookForLateStamps(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<LateStampsLook> {
  const [pull] = await context.store.checkpoints.list(pullKey(context, entity));
  if (!pull?.state.watermark || !pull.state.completedAt) return { disproved: false };
  const { overlapMs } = context.settings;
  const end = pullStart(pull.state.watermark, overlapMs);
  const { startedAt: now } = await survey(context, entity, signal);
  const stretch = await stretchWithMore(context, entity, earlier(end, lookBackMs), end, signal);
  const late = stretch && (await differingRows(context, entity, stretch, signal));
  if (late && late.ids.length > 0) {
    const lagMs = now.getTime() - momentOf(late.newest).getTime();
    return { found: { lagMs, ids: late.ids }, disproved: false };
  }
  const recent = { updatedAt: stampOf(new Date(now.getTime() - overlapMs)), id: 0 };
  return { disproved: (await entity.countChanges(context, signal, { after: recent })) > 0 };
}

interface StampStretch {
  readonly from: Stamp;
  readonly to: Stamp;
}

/** A stretch of few rows of which the shop has more than the copy, the latest one; undefined when there is none. */
async function stretchWithMore(
  context: SyncContext,
  entity: EntityDescriptor,
  from: Stamp,
  to: Stamp,
  signal: AbortSignal,
): Promise<StampStretch | undefined> {
  const quarantined = await context.store.quarantine.list(context.shop, { entity: entity.name });
  const excluding = quarantined.map(({ id }) => id);
  const inShop = (stretch: StampStretch) =>
    entity.countChanges(context, signal, { ...windowOf(stretch), excluding });
  const surplus = async (stretch: StampStretch) => {
    const { after, upTo } = windowOf(stretch);
    const rows = await inShop(stretch);
    return { rows, more: rows - (await entity.countChangesInCopy(context, after, upTo)) };
  };
  let stretch: StampStretch = { from, to };
  for (let { rows, more } = await surplus(stretch); more > 0; ) {
    const [start, end] = [momentOf(stretch.from).getTime(), momentOf(stretch.to).getTime()];
    if (rows <= rowsToCompare || end - start <= 1_000) return stretch;
    const middle = stampOf(new Date((start + end) / 2));
    const upper = { from: middle, to: stretch.to };
    const above = await surplus(upper);
    stretch = above.more > 0 ? upper : { from: stretch.from, to: middle };
    ({ rows, more } = above.more > 0 ? above : await surplus(stretch));
  }
  return undefined;
}

function windowOf({ from, to }: StampStretch) {
  return { after: { updatedAt: from, id: 0 }, upTo: { updatedAt: to, id: 0 } };
}

/** Rows of the stretch that the copy does not have, or has otherwise. */
async function differingRows(
  context: SyncContext,
  entity: EntityDescriptor,
  stretch: StampStretch,
  signal: AbortSignal,
): Promise<{ ids: number[]; newest: Stamp }> {
  const { after, upTo } = windowOf(stretch);
  const pages = entity.pagesChangedSince(context, after, { signal, upTo, pageSize: rowsToCompare });
  for await (const page of pages) {
    const differing = new Set(
      (await page.compare()).filter(({ verdict }) => verdict !== 'equal').map(({ id }) => id),
    );
    const ids = page.ids.filter((id) => differing.has(id));
    const stamps = page.stamps.filter(
      (stamp, index) => stamp !== null && differing.has(page.ids[index] ?? 0),
    );
    return { ids, newest: stamps.at(-1) ?? stretch.from };
  }
  return { ids: [], newest: stretch.from };
}

/** Stamps and dates of answers have no fractions of a second, and an answer takes its time. */
const roundingMs = 5_000;

/** The overlap that lets pulls see such changes: whole hours above how late they were, which whole seconds tell roughly. */
export function overlapThatCovers({ lagMs }: LateStamps): number {
  return (Math.floor((lagMs + roundingMs) / hourMs) + 1) * hourMs;
}

/** Says how late changes are stamped, and what to do about it. */
export function lateStampsText(entity: string, late: LateStamps): string {
  return (
    `Changes of ${entity} are stamped up to ${formatDuration(late.lagMs)} behind the shop's clock, where no pull looks for ` +
    "them: only the sweep finds them. Set the shop's database to UTC and to the right time, or set " +
    `PULL_OVERLAP=${overlapThatCovers(late) / hourMs}h.`
  );
}
