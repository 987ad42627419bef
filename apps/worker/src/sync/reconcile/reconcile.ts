import type { EntityDescriptor, IdPage, IdRange } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import {
  type AccountedReads,
  everyId,
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
import { confirmDeletions, reasonOfHidden } from './deletions.ts';

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

/** A range of at most this many rows is compared id by id; a larger one is halved. */
const leafRows = 300;

/**
 * Searches for deleted records: counts first, then only the ranges whose counts differ, down to the ids.
 *
 * Costs one request when nothing is missing. A deletion and a creation in one range can hide each other from the counts;
 * the sweep, which compares every id, finds those.
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
      const found = await search(context, run, options);
      if (found.missing === 0) return found;
      const patient = patientEntity(context, entity, alone.signal);
      const { warnings } = await lookAtShop(context, patient, alone.signal);
      return warnings.length > 0 ? { ...found, details: { warnings } } : found;
    });
    return { kind: 'reconciled', result } as const;
  });
}

async function search(
  context: SyncContext,
  { entity, account, stop }: Run,
  options: ReconcileOptions,
): Promise<ReconcileResult> {
  if (context.settings.deletions.keep === 'erase') await eraseOld(context, entity, account.runId);
  // Ids above the copy's largest can't be missing from it, and those of rows that are younger than this run are above it.
  const upToId = (await entity.idsInCopy(context, everyId)).at(-1) ?? 0;
  const open: IdRange[] = upToId > 0 ? [{ afterId: 0, upToId }] : [];
  const missing: number[] = [];
  const gaps: Gap<IdPlace>[] = [];
  const reads = readsOfIds(context, entity, stop.signal);
  let counts = 0;
  let added = 0;
  for (let range = open.pop(); range; range = open.pop()) {
    if (stop.pause.aborted) {
      const reason = 'asked to stop; nothing was marked';
      return { status: 'interrupted', reason, counts, missing: missing.length, deleted: 0, added };
    }
    const inCopy = await entity.countInCopy(context, range);
    const inShop = await entity.count(context, stop.signal, range);
    counts += 1;
    if (inShop === inCopy) continue;
    if (Math.max(inCopy, inShop) > leafRows && !isSingle(range)) {
      open.push(...halves(range));
      continue;
    }
    const difference = await differenceIn(context, entity, range, reads, gaps);
    missing.push(...difference.missing);
    await entity.reread(context, difference.added, account, stop.signal);
    added += difference.added.length;
  }
  const { deleted, brake, ...unsettled } = await confirmDeletions(context, entity, missing, {
    ...account,
    ...options,
    signal: stop.signal,
  });
  const numbers = { counts, missing: missing.length, deleted, added };
  const incomplete = incompleteFor(
    brake ?? reasonOfHidden(entity.name, unsettled),
    reasonOf(entity.name, gaps, ({ id }) => `id ${id}`),
  );
  return { ...(incomplete ?? { status: 'succeeded' }), ...numbers };
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
): Promise<{ missing: number[]; added: number[] }> {
  const inShop = new Set<number>();
  const upTo = range.upToId === null ? undefined : { id: range.upToId };
  const walk = { after: { id: range.afterId }, upTo, gaps, enough: () => false };
  for await (const { page } of readAccounted(reads, walk)) for (const id of page.ids) inShop.add(id);
  const inCopy = new Set(await entity.idsInCopy(context, range));
  return {
    missing: [...inCopy].filter((id) => !inShop.has(id)),
    added: [...inShop].filter((id) => !inCopy.has(id)),
  };
}

function isSingle({ afterId, upToId }: IdRange): boolean {
  return upToId !== null && upToId - afterId <= 1;
}

function halves({ afterId, upToId }: IdRange): IdRange[] {
  const middle = afterId + Math.ceil(((upToId ?? afterId) - afterId) / 2);
  return [
    { afterId: middle, upToId },
    { afterId, upToId: middle },
  ];
}
