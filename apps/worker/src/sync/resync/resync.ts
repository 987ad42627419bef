import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import type { GuardedEntity } from '../reading/index.ts';
import { confirmDeletions } from '../reconcile/deletions.ts';
import { type DetailedResult, incompleteFor, type Run, runOf } from '../run.ts';

/**
 * What became of one record.
 *
 * `absent`: neither side has it, as the shop itself says. `set aside`: it is in quarantine, because the shop cannot serve
 * it. `by its id`: lists leave it out, and it was read by its own route. `held`: the shop says that it is gone, and the
 * brake on deletions holds. `hidden`: the shop's lists and its own route contradict each other.
 */
export type ResyncOutcome =
  | 'inserted'
  | 'updated'
  | 'unchanged'
  | 'deleted'
  | 'absent'
  | 'by its id'
  | 'set aside'
  | 'held'
  | 'hidden';

/** One record after it was read again. */
export interface ResyncedRecord {
  readonly id: number;
  readonly outcome: ResyncOutcome;
  /** Names of the fields that differed before; never their values. */
  readonly fields: readonly string[];
  /** Why it is not settled. */
  readonly reason?: string;
}

/** What a resync did. */
export interface ResyncResult extends DetailedResult {
  readonly records: readonly ResyncedRecord[];
}

const unsettled: ReadonlySet<ResyncOutcome> = new Set(['set aside', 'held', 'hidden']);

/**
 * Reads single records now and writes them, or proves that the shop has them no more.
 *
 * Records in quarantine are tried again at once. A deletion is believed as in a reconcile: by the record's own route, and
 * with the same brake.
 */
export async function resync(
  context: SyncContext,
  entity: EntityDescriptor,
  ids: readonly number[],
  stop: Stop,
  /** Told after every record. */
  onRecord: () => void = () => {},
): Promise<ResyncResult> {
  await context.store.quarantine.makeDue(context.shop, entity.name, ids);
  const kind = { kind: 'resync', cause: 'resync', details: { ids } } as const;
  return runOf<ResyncResult>(context, entity, kind, stop, async (run) => {
    const records: ResyncedRecord[] = [];
    const gone: number[] = [];
    const distinct = new Set(ids);
    for (const id of distinct) {
      if (run.stop.pause.aborted) {
        const reason = `asked to stop; ${distinct.size - records.length} records are left`;
        return { status: 'interrupted', reason, records };
      }
      const record = await readAgain(context, run, id);
      if (record) records.push(record);
      else gone.push(id);
      onRecord();
    }
    records.push(...(await settleGone(context, run, gone)));
    const left = records.filter(({ outcome }) => unsettled.has(outcome));
    const reasons = new Set(left.map(({ id, reason }) => reason ?? `${entity.name} ${id} is not settled.`));
    return { ...(incompleteFor(...reasons) ?? { status: 'succeeded' }), records };
  });
}

/** Reads one record; nothing when the shop says that one of the copy is gone. */
async function readAgain(
  context: SyncContext,
  { entity, account, stop: { signal } }: Run,
  id: number,
): Promise<ResyncedRecord | undefined> {
  const aside = await setAside(context, entity, id);
  if (aside) return aside;
  const [compared] = await entity.compareByIds(context, [id], signal);
  if (compared?.verdict === 'equal') return { id, outcome: 'unchanged', fields: [] };
  const fields = compared?.fields ?? [];
  const { outcome, gone } = await entity.reread(context, [id], { ...account, rewrite: true }, signal);
  if (outcome.inserted > 0) return { id, outcome: 'inserted', fields: [] };
  if (outcome.updated > 0) return { id, outcome: 'updated', fields };
  if (outcome.unchanged + outcome.stale > 0) return { id, outcome: 'unchanged', fields: [] };
  if (gone.length > 0) return undefined;
  const broken = await setAside(context, entity, id);
  if (broken) return broken;
  if (await entity.isMissing(context, id, signal)) return { id, outcome: 'absent', fields: [] };
  const hidden = await entity.readHidden(id);
  const settled = await setAside(context, entity, id);
  if (settled) return settled;
  if (hidden === 'shown') return { id, outcome: 'updated', fields };
  const reason = `The shop's lists and its own route contradict each other about ${entity.name} ${id}.`;
  return { id, outcome: 'hidden', fields: [], reason };
}

async function setAside(
  { shop, store }: SyncContext,
  { name, servedSingly }: GuardedEntity,
  id: number,
): Promise<ResyncedRecord | undefined> {
  const entry = (await store.quarantine.list(shop, { entity: name })).find((one) => one.id === id);
  if (!entry) return undefined;
  if (servedSingly.has(id)) return { id, outcome: 'by its id', fields: [], reason: entry.reason };
  const report = entry.reportId && !entry.reason.includes(entry.reportId) ? ` (${entry.reportId})` : '';
  return { id, outcome: 'set aside', fields: [], reason: `${name} ${id}: ${entry.reason}${report}` };
}

async function settleGone(
  context: SyncContext,
  { entity, account, stop: { signal } }: Run,
  gone: readonly number[],
): Promise<ResyncedRecord[]> {
  const { brake } = await confirmDeletions(context, entity, gone, { ...account, signal });
  const living = new Set(await entity.livingInCopy(context, gone));
  return gone.map((id): ResyncedRecord => {
    if (!living.has(id)) return { id, outcome: 'deleted', fields: [] };
    if (brake !== undefined) return { id, outcome: 'held', fields: [], reason: brake };
    const reason = `The shop's lists and its own route contradict each other about ${entity.name} ${id}.`;
    return { id, outcome: 'hidden', fields: [], reason };
  });
}
