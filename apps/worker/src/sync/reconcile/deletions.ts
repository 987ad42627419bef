import type { Cause, SyncContext } from '../ports.ts';
import { everyId, type GuardedEntity, someIds } from '../reading/index.ts';

/** What became of ids that the shop did not show. */
export interface DeletionOutcome {
  /** Confirmed and marked. */
  readonly deleted: number;
  /** Not shown by the shop's lists, although it serves them by their ids. */
  readonly hidden: readonly number[];
  /** Counted by the shop's lists, although they do not show them and their own routes deny them. */
  readonly denied: readonly number[];
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
export const alwaysAllowed = 10;
/** Over what time deletions add up for the brake, so that many small steps are held like a large one. */
const brakePeriodMs = 24 * 3_600_000;

/**
 * Marks the missing ids as deleted that the shop itself confirms to be gone, one read each, and that its lists do not
 * count either: a module that hides rows from lists may deny them as well.
 *
 * A brake holds when more than the allowed share of the copy would vanish: that looks like a role that no longer sees all
 * websites, or an empty database, and not like people deleting customers. To such a role Magento denies each hidden
 * customer by its id as well, so the brake is the only defence: it looks at all that the shop shows, not only at the ids
 * at hand, and at what was deleted within the last day.
 */
export async function confirmDeletions(
  context: SyncContext,
  entity: GuardedEntity,
  missing: readonly number[],
  options: DeletionOptions,
): Promise<DeletionOutcome> {
  if (missing.length === 0) return { deleted: 0, hidden: [], denied: [] };
  const brake = await brakeFor(context, entity, missing.length, options);
  if (brake !== undefined) return { deleted: 0, hidden: [], denied: [], brake };
  const outcome = { deleted: 0, hidden: [] as number[], denied: [] as number[] };
  for (let start = 0; start < missing.length; start += portionIds) {
    const portion = await confirmPortion(context, entity, missing.slice(start, start + portionIds), options);
    outcome.deleted += portion.deleted;
    outcome.hidden.push(...portion.hidden);
    outcome.denied.push(...portion.denied);
  }
  return outcome;
}

/** Ids that are confirmed before the first of them is marked: what is confirmed must not wait for all the others. */
const portionIds = 100;

async function confirmPortion(
  context: SyncContext,
  entity: GuardedEntity,
  ids: readonly number[],
  options: DeletionOptions,
): Promise<DeletionOutcome> {
  // Before anything is asked: who is seen in the shop after that is spared.
  const confirmedAt = context.clock.now();
  const gone = await isMissingEach(context, entity, ids, options.signal);
  const unserved = ids.filter((id) => gone.get(id) === true);
  const hidden = await hiddenOf(
    context,
    entity,
    ids.filter((id) => gone.get(id) === false),
  );
  if (unserved.length === 0) return { deleted: 0, hidden, denied: [] };
  const denied = await entity.countedInShop(context, unserved, options.signal);
  const confirmed = unserved.filter((id) => !denied.includes(id));
  const marked = await entity.markDeleted(context, confirmed, { ...options, confirmedAt });
  return { deleted: marked.length, hidden, denied };
}

/** Asks about some ids at once whether the shop itself says that they are gone, as many as the budget allows. */
export async function isMissingEach(
  context: SyncContext,
  entity: Pick<GuardedEntity, 'isMissing'>,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<Map<number, boolean>> {
  const gone = new Map<number, boolean>();
  const waiting = [...ids];
  const askOn = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        gone.set(id, await entity.isMissing(context, id, signal));
      } catch (error) {
        // The others end after the question at hand.
        waiting.length = 0;
        throw error;
      }
    }
  };
  const asking = Array.from({ length: Math.min(context.settings.concurrency, ids.length) }, askOn);
  const ended = await Promise.allSettled(asking);
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return gone;
}

/** Says why so many may not vanish; `undefined` when they may. The sides are counted unless they were. */
export async function brakeFor(
  context: SyncContext,
  entity: GuardedEntity,
  missing: number,
  { allowedShare, signal }: DeletionOptions,
  counted?: { readonly inShop: number; readonly inCopy: number },
): Promise<string | undefined> {
  const living = counted?.inCopy ?? (await entity.countInCopy(context, everyId));
  const inShop = counted?.inShop ?? (await entity.count(context, signal, everyId));
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
    `magento-sync reconcile ${context.entities.length > 1 ? `${entity.name} ` : ''}--allow-share ${wanted}`;
  // Whoever reads the result is told by it.
  context.log.info({ missing, vanishing, before, living, allowed }, 'the brake on deletions holds');
  return brake;
}

/** Reads ids again that were not shown and are not gone; returns those that the lists still hide. */
async function hiddenOf(
  context: SyncContext,
  entity: GuardedEntity,
  present: readonly number[],
): Promise<number[]> {
  const hidden: number[] = [];
  for (const id of present) {
    const isQuarantined = (await entity.idsInCopy(context, { afterId: id - 1, upToId: id })).length === 0;
    if (isQuarantined) continue;
    const outcome = await entity.readHidden(id);
    if (outcome === 'unlisted' || outcome === 'denied' || outcome === 'too many') hidden.push(id);
  }
  return hidden;
}

/** The reason of a run that met hidden ids, or such that are denied as well; `null` without any. */
export function reasonOfHidden(
  entity: string,
  { hidden, denied }: Pick<DeletionOutcome, 'hidden' | 'denied'>,
): string | null {
  if (hidden.length + denied.length === 0) return null;
  const sentences = [
    ...(hidden.length > 0
      ? [
          `The shop's lists do not show ${hidden.length} ${entity} that it serves by their ids (${someIds(hidden)}).`,
        ]
      : []),
    ...(denied.length > 0
      ? [
          `The shop's lists count ${denied.length} ${entity} that it denies by their ids (${someIds(denied)}).`,
        ]
      : []),
  ];
  return (
    `${sentences.join(' ')} They were not marked as deleted. ` +
    'Find the module, cache or proxy that hides rows from lists.'
  );
}
