import { UnexpectedPayloadError } from '@magento-sync/magento-client';
import type { Cause, EntityDescriptor, Reread } from './entity.ts';
import type { SyncContext } from './ports.ts';

/** What became of ids that the shop did not show. */
export interface DeletionOutcome {
  /** Confirmed and marked. */
  readonly deleted: number;
  /** Not shown by the shop's lists, although it serves them by their ids. */
  readonly hidden: readonly number[];
  /** Why nothing was marked although ids are missing; says how to go on. */
  readonly brake?: string;
}

/** On whose account ids are checked. */
export interface DeletionOptions {
  readonly cause: Cause;
  readonly runId: number;
  readonly signal: AbortSignal;
  /** Largest share of the living rows that may vanish, 0 to 1, when a person has agreed to it; else the configured one. */
  readonly allowedShare?: number;
}

/** So few deletions are always believed: a share of a small shop is less than one customer. */
const alwaysAllowed = 10;
/** Over what time deletions add up for the brake, so that many small steps are held like a large one. */
const brakePeriodMs = 24 * 3_600_000;

/**
 * Marks the missing ids as deleted that the shop itself confirms to be gone, one read each.
 *
 * A brake holds when more than the allowed share of the copy would vanish: that looks like a role that no longer sees all
 * websites, or an empty database, and not like people deleting customers. To such a role Magento denies each hidden
 * customer by its id as well, so the brake is the only defence: it looks at all that the shop shows, not only at the ids
 * at hand, and at what was deleted within the last day.
 */
export async function confirmDeletions(
  context: SyncContext,
  entity: EntityDescriptor,
  missing: readonly number[],
  options: DeletionOptions,
): Promise<DeletionOutcome> {
  if (missing.length === 0) return { deleted: 0, hidden: [] };
  const brake = await brakeFor(context, entity, missing.length, options);
  if (brake !== undefined) return { deleted: 0, hidden: [], brake };
  const confirmed: number[] = [];
  const present: number[] = [];
  for (const id of missing) {
    if (await entity.isMissing(context, id, options.signal)) confirmed.push(id);
    else present.push(id);
  }
  const hidden = await hiddenOf(context, entity, present, options);
  if (confirmed.length === 0) return { deleted: 0, hidden };
  const confirmedAt = context.clock.now();
  const marked = await entity.markDeleted(context, confirmed, { ...options, confirmedAt });
  return { deleted: marked.length, hidden };
}

/** Says why so many may not vanish; `undefined` when they may. */
async function brakeFor(
  context: SyncContext,
  entity: EntityDescriptor,
  missing: number,
  { allowedShare, signal }: DeletionOptions,
): Promise<string | undefined> {
  const all = { afterId: 0, upToId: null };
  const living = await entity.countInCopy(context, all);
  const inShop = await entity.count(context, signal, all);
  // Ids come in small portions; the totals show at once how many would have vanished when all are through.
  const vanishing = Math.max(missing, living - inShop);
  // What a person agreed to is not held against later deletions, and a person agrees to what is at hand.
  const before =
    allowedShare === undefined
      ? await context.store.runs.deletedWithin(context.shop, entity.name, brakePeriodMs)
      : 0;
  const share = allowedShare ?? context.settings.deletions.maxShare;
  const allowed = Math.max(alwaysAllowed, Math.floor((living + before) * share));
  if (vanishing + before <= allowed) return undefined;
  const wanted = Math.ceil((vanishing / Math.max(1, living)) * 100);
  const brake =
    `${vanishing} of ${living} ${entity.name} are missing in the shop` +
    (before > 0 ? `, after ${before} that were deleted within a day` : '') +
    `, more than the ${allowed} that may vanish at once. ` +
    'Check that the role or integration still sees all websites. If the deletions are real: ' +
    `magento-sync reconcile --allow-share ${wanted}`;
  context.log.error({ missing, vanishing, before, living, allowed }, brake);
  return brake;
}

/** Reads ids again that were not shown and are not gone; returns those that the lists still do not show. */
async function hiddenOf(
  context: SyncContext,
  entity: EntityDescriptor,
  present: readonly number[],
  { cause, runId, signal }: DeletionOptions,
): Promise<number[]> {
  const hidden: number[] = [];
  for (const id of present) {
    const isQuarantined = (await entity.countInCopy(context, { afterId: id - 1, upToId: id })) === 0;
    if (!isQuarantined && (await isHidden(() => entity.reread(context, [id], { cause, runId }, signal)))) {
      hidden.push(id);
    }
  }
  return hidden;
}

async function isHidden(reread: () => Promise<Reread>): Promise<boolean> {
  try {
    const { outcome, gone } = await reread();
    const shown = outcome.inserted + outcome.updated + outcome.unchanged + outcome.stale;
    return shown === 0 && gone.length === 0;
  } catch (error) {
    // The list counts the row and does not show it.
    if (error instanceof UnexpectedPayloadError) return true;
    throw error;
  }
}

/** The reason of a run that met hidden ids; `null` without any. */
export function reasonOfHidden(entity: string, hidden: readonly number[]): string | null {
  if (hidden.length === 0) return null;
  const some = hidden.slice(0, 10).join(', ');
  return (
    `The shop's lists do not show ${hidden.length} ${entity} that it serves by their ids (${some}${hidden.length > 10 ? ', …' : ''}). ` +
    'They were not marked as deleted. Find the module, cache or proxy that hides rows from lists.'
  );
}
