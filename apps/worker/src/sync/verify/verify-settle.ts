import { setTimeout } from 'node:timers/promises';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { pullChanges } from '../pull/pull.ts';
import { confirmDeletions, isMissingEach } from '../reconcile/deletions.ts';
import type { Run } from '../run.ts';
import type { Difference, DifferenceKind } from './verify-report.ts';

/** Brings into the copy what a pull can see. */
export type Pull = () => Promise<void>;

/** Fingerprint of a row of the copy that the shop's list does not show. */
export const notShown = 'not shown';

/** What became of ids that did not look equal. */
export interface Settled {
  readonly differences: readonly Difference[];
  /** Ids that are equal after all. */
  readonly equal: ReadonlySet<number>;
}

/** How often a row that keeps moving is looked at again. */
const mostRounds = 3;
const idsAtOnce = 100;
/** So many ids are asked for by their own route whether they are gone; further ones only count as not listed. */
const mostSingleReads = 20_000;
const busyDelayMs = 500;
const longestBusyMs = 5 * 60_000;

/**
 * Looks again at ids that did not look equal, each time after a pull, and keeps those that still differ.
 *
 * A row that changed while it was compared is in flight, not different: only one that looks the same twice, or that still
 * differs in the last of three looks, counts. Returns `undefined` when the work was asked to stop.
 */
export async function settleSuspects(
  context: SyncContext,
  { entity, account, stop }: Run,
  suspects: ReadonlyMap<number, string>,
  pull: Pull,
): Promise<Settled | undefined> {
  const differences: Difference[] = [];
  const equal = new Set<number>();
  const singleReads = { left: mostSingleReads };
  let open = new Map(suspects);
  for (let round = 1; open.size > 0; round += 1) {
    await pull();
    const ids = [...open.keys()].toSorted((one, other) => one - other);
    const moving = new Map<number, string>();
    for (let start = 0; start < ids.length; start += idsAtOnce) {
      if (stop.pause.aborted) return undefined;
      const some = ids.slice(start, start + idsAtOnce);
      for (const look of await lookAt(context, entity, some, singleReads, stop.signal)) {
        const { id, kind, fields, fingerprint } = look;
        if (kind === 'equal') equal.add(id);
        else if (fingerprint === open.get(id) || round === mostRounds) differences.push({ id, kind, fields });
        else moving.set(id, fingerprint);
      }
      await context.store.runs.heartbeat(account.runId);
    }
    open = moving;
  }
  return { differences: differences.toSorted((one, other) => one.id - other.id), equal };
}

interface Look {
  readonly id: number;
  readonly kind: Difference['kind'] | 'equal';
  readonly fields: readonly string[];
  readonly fingerprint: string;
}

/** Ids that neither side has any more are left out. */
async function lookAt(
  context: SyncContext,
  entity: EntityDescriptor,
  ids: readonly number[],
  singleReads: { left: number },
  signal: AbortSignal,
): Promise<Look[]> {
  const compared = await entity.compareByIds(context, ids, signal);
  const looks: Look[] = compared.map(({ verdict, ...look }) => ({ ...look, kind: verdict }));
  const shown = new Set(compared.map(({ id }) => id));
  const hidden = ids.filter((id) => !shown.has(id));
  if (hidden.length === 0) return looks;
  const quarantined = await context.store.quarantine.list(context.shop, { entity: entity.name });
  const unreadable = new Set(quarantined.map(({ id }) => id));
  for (const id of hidden.filter((each) => unreadable.has(each))) {
    looks.push({ id, kind: 'unreadable', fields: [], fingerprint: notShown });
  }
  const others = hidden.filter((id) => !unreadable.has(id));
  const living = await entity.livingInCopy(context, others);
  const gone = await isMissingEach(context, entity, living.slice(0, Math.max(0, singleReads.left)), signal);
  singleReads.left -= gone.size;
  for (const id of living) {
    looks.push({ id, kind: gone.get(id) ? 'gone' : 'unlisted', fields: [], fingerprint: notShown });
  }
  return looks;
}

/**
 * Pulls once, from a moment after it was asked for; waits for a pull that is running already.
 *
 * @throws Error when that takes more than five minutes.
 */
export async function pullNow(context: SyncContext, entity: EntityDescriptor, stop: Stop): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestBusyMs; waitedMs += busyDelayMs) {
    const attempt = await pullChanges(context, entity, stop);
    if (attempt.kind !== 'busy' || stop.pause.aborted) return;
    await setTimeout(busyDelayMs, undefined, { signal: AbortSignal.any([stop.signal, stop.pause]) }).catch(
      () => {},
    );
    stop.signal.throwIfAborted();
  }
  throw new Error(
    `Another pull of ${entity.name} has been running for minutes. Run the verification again when it has ended.`,
  );
}

/** What a repair could not do. */
export interface RepairOutcome {
  /** Why deletions were not marked; says how to go on. */
  readonly brake?: string;
}

const readAgain: readonly DifferenceKind[] = ['missing', 'tombstoned', 'different', 'damaged'];

/**
 * Writes what the shop shows now over everything that differs, and marks what the shop itself says to be gone.
 *
 * Rows are written whole, also where the copy believes that they are equal. What cannot be read or is not listed stays.
 */
export async function repairDifferences(
  context: SyncContext,
  { entity, account, stop: { signal } }: Run,
  differences: readonly Difference[],
): Promise<RepairOutcome> {
  const idsOf = (kinds: readonly DifferenceKind[]) =>
    differences.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  const { gone } = await entity.reread(context, idsOf(readAgain), { ...account, rewrite: true }, signal);
  const { brake } = await confirmDeletions(context, entity, [...idsOf(['gone']), ...gone], {
    ...account,
    signal,
  });
  return brake ? { brake } : {};
}
