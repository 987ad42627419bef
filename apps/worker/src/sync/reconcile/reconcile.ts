import { type EntityDescriptor, type IdPage, type IdRange, mostRangesAtOnce } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import {
  type AccountedReads,
  type Gap,
  type GuardedEntity,
  type IdPlace,
  patientEntity,
  readAccounted,
  readsOfIds,
  reasonOf,
} from '../reading/index.ts';
import {
  type Busy,
  type DetailedResult,
  incompleteFor,
  lockNames,
  type Run,
  runOf,
  unlessBusy,
} from '../run.ts';
import { lookAtShop } from '../warnings/shop-warnings.ts';
import { type ClosedRange, type CountedSides, middleOf } from './counted-ranges.ts';
import { alwaysAllowed, brakeFor, confirmDeletions, reasonOfHidden } from './deletions.ts';
import { searchUnevenRanges } from './uneven-ranges.ts';

/** What a reconcile found. */
export interface ReconcileResult extends DetailedResult {
  /** Ranges whose counts were asked of the shop. */
  readonly counts: number;
  /** Ids of the copy that the shop did not show. */
  readonly missing: number;
  readonly deleted: number;
  /** Ids that the shop showed and the copy did not have; they were read again. */
  readonly added: number;
}

/** How an attempt to reconcile ended. */
export type ReconcileAttempt = { readonly kind: 'reconciled'; readonly result: ReconcileResult } | Busy;

/** What a reconcile may do. */
export interface ReconcileOptions {
  /** Largest share of the living rows that may vanish at once, 0 to 1; the configured one when absent. */
  readonly allowedShare?: number;
}

/** A range of at most this many rows is compared id by id; a larger one is counted further. */
const leafRows = 300;

/**
 * Searches for deleted records: counts first, then only the ranges whose counts differ, down to the ids.
 *
 * Costs one request when nothing is missing, and about six per deletion among a million rows, proofs and all. A deletion and a
 * creation in one range can hide each other from the counts; the sweep, which compares every id, finds those.
 */
export async function reconcile(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  options: ReconcileOptions = {},
): Promise<ReconcileAttempt> {
  const { allowedShare } = options;
  // Recorded, because what a person has agreed to is not counted by the brake of later runs.
  const details = allowedShare === undefined ? {} : { allowedShare };
  const kind = { kind: 'reconcile', cause: 'reconcile', details } as const;
  return unlessBusy(context, lockNames.reconcile(context, entity), stop, async (alone) => {
    const result = await runOf(context, entity, kind, alone, async (run): Promise<ReconcileResult> => {
      const { inShop, ...found } = await search(context, run, options);
      // Records that the shop itself says are gone are no sign of an account that sees too little.
      if (found.missing === found.deleted) return found;
      const patient = patientEntity(context, entity, alone.signal);
      const { warnings } = await lookAtShop(context, patient, alone.signal, inShop);
      return warnings.length > 0 ? { ...found, details: { warnings } } : found;
    });
    return { kind: 'reconciled', result } as const;
  });
}

/** `inShop` is how many rows the shop has of those that the copy could have. */
async function search(
  context: SyncContext,
  { entity, account, stop }: Run,
  options: ReconcileOptions,
): Promise<ReconcileResult & { readonly inShop: number }> {
  if (context.settings.deletions.keep === 'erase') await eraseOld(context, entity, account.runId);
  const deletion = { ...account, ...options, signal: stop.signal };
  const missing = new Set<number>();
  const gaps: Gap<IdPlace>[] = [];
  const numbers = { counts: 0, missing: 0, deleted: 0, added: 0, inShop: 0 };
  const copy = context.store.copyOf(entity.definition);
  const inShop = ([range, ...further]: readonly IdRange[]) => {
    numbers.counts += 1;
    return further.length === 0
      ? entity.count(context, stop.signal, range)
      : entity.countRanges(context, stop.signal, [...(range ? [range] : []), ...further]);
  };
  const inCopy = (range: IdRange) => entity.countInCopy(context, range);
  // Ids above the copy's largest can't be missing from it, and those of rows that are younger than this run are above it.
  const all = { afterId: 0, upToId: await copy.largestId(context.shop) };
  if (all.upToId === 0) return { status: 'succeeded', ...numbers };
  const whole = { range: all, inShop: await inShop([all]), inCopy: await inCopy(all) };
  numbers.inShop = whole.inShop;
  const vanished = whole.inCopy - whole.inShop;
  // Before anything is searched for: a shop that hides half of its rows is not read for their ids each time.
  const heldAtOnce = vanished > 0 ? await brakeFor(context, entity, vanished, deletion, whole) : undefined;
  if (heldAtOnce !== undefined) {
    return { status: 'incomplete', reason: heldAtOnce, ...numbers, missing: vanished };
  }
  const blocks = whole.inShop === whole.inCopy ? [] : await copy.blocks(context.shop);
  let isHeld = false;
  const enough = () => stop.pause.aborted || isHeld;
  const reads = readsOfIds(context, entity, stop.signal);
  let miscounted = false;
  const compare = async (uneven: CountedSides) => {
    const difference = await differenceIn(context, entity, uneven.range, reads, gaps);
    miscounted ||= difference.inCopy !== uneven.inCopy;
    for (const id of difference.missing) missing.add(id);
    await entity.reread(context, difference.added, account, stop.signal);
    numbers.added += difference.added.length;
    // Nor are more of them collected than may vanish.
    isHeld =
      missing.size > alwaysAllowed &&
      (await brakeFor(context, entity, missing.size, deletion, whole)) !== undefined;
    return difference.missing.length - difference.added.length;
  };
  const middle = (range: ClosedRange) => middleOf(blocks, range);
  await searchUnevenRanges(
    { inShop, mostRanges: mostRangesAtOnce, inCopy, compare, enough, middle },
    whole,
    leafRows,
  );
  if (miscounted) await entity.recountCopy(context, 'records');
  if (stop.pause.aborted) {
    const reason = 'asked to stop; nothing was marked';
    return { status: 'interrupted', reason, ...numbers, missing: missing.size };
  }
  const { deleted, brake, ...unsettled } = await confirmDeletions(context, entity, [...missing], deletion);
  const incomplete = incompleteFor(
    brake ?? reasonOfHidden(entity.name, unsettled),
    reasonOf(entity.name, gaps, ({ id }) => `id ${id}`),
  );
  return { ...(incomplete ?? { status: 'succeeded' }), ...numbers, missing: missing.size, deleted };
}

/** After a change of configuration there are tombstones that were meant to be kept and no longer are. */
async function eraseOld(context: SyncContext, entity: EntityDescriptor, runId: number): Promise<void> {
  const confirmedAt = context.clock.now();
  const erased = await entity.eraseTombstoned(context, { cause: 'reconcile', runId, confirmedAt });
  if (erased > 0)
    context.log.info({ entity: entity.name, erased }, 'personal data of deleted records erased');
}

async function differenceIn(
  context: SyncContext,
  entity: GuardedEntity,
  range: IdRange,
  reads: AccountedReads<IdPlace, IdPage>,
  gaps: Gap<IdPlace>[],
): Promise<{ missing: number[]; added: number[]; inCopy: number }> {
  const inShop = new Set<number>();
  const upTo = range.upToId === null ? undefined : { id: range.upToId };
  const walk = { after: { id: range.afterId }, upTo, gaps, enough: () => false };
  for await (const { page } of readAccounted(reads, walk)) for (const id of page.ids) inShop.add(id);
  const inCopy = new Set(await entity.idsInCopy(context, range));
  return {
    missing: [...inCopy].filter((id) => !inShop.has(id)),
    added: [...inShop].filter((id) => !inCopy.has(id)),
    inCopy: inCopy.size,
  };
}
