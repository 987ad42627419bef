import type { Checkpoint, CheckpointKey, CheckpointState, EntityCopy, QuarantinedId } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import { judgeRecord } from '../sync/entity/compare-records.ts';
import type { Locks, Store } from '../sync/ports.ts';
import { DryTally } from './dry-report.ts';

/** A store that reads the copy and writes nothing: what would be written is added up instead. */
export interface DryStore {
  readonly store: Store;
  /** What would be done to an entity. */
  tallyOf(entity: string): DryTally;
}

/** How a dry run works. */
export interface DryRunOptions {
  /** Keep so many records with their values. */
  readonly samples: number;
}

/**
 * Stands in for the store of a use case: every read goes to PostgreSQL, every write stays in memory for as long as the run
 * lasts.
 *
 * The use cases are the same as in a real run, so that they read the same, account for it the same and stop the same.
 */
export function createDryStore(real: Store, { samples }: DryRunOptions): DryStore {
  const tallies = new Map<string, DryTally>();
  const tallyOf = (entity: string) => {
    const tally = tallies.get(entity) ?? new DryTally(samples);
    tallies.set(entity, tally);
    return tally;
  };
  const checkpoints = dryCheckpoints(real.checkpoints);
  const store: Store = {
    ...real,
    copyOf: (entity) => dryCopy(real.copyOf(entity), entity, tallyOf(entity.name), checkpoints),
    checkpoints,
    runs: {
      ...real.runs,
      start: async () => noRun,
      heartbeat: async () => true,
      count: async () => undefined,
      finish: async () => undefined,
      noteFailure: async () => undefined,
      noteSkipped: async () => undefined,
      markInterrupted: async () => [],
      prune: async () => 0,
    },
    quarantine: dryQuarantine(real.quarantine, (entity, id) => tallyOf(entity).setAside(id)),
    capabilities: { ...real.capabilities, put: async () => undefined, remove: async () => undefined },
    hints: {
      ...real.hints,
      add: async () => undefined,
      settle: async (_shop, _entity, hints) => hints.length,
    },
  };
  return { store, tallyOf };
}

/** Nobody is kept out by a dry run, and it waits for nobody. */
export const dryLocks: Locks = {
  tryRun: async (_name, signal, work) => ({ acquired: true, value: await work(signal) }),
  run: (_name, signal, work) => work(signal),
};

/** Stands for the number of a run that is not recorded. */
const noRun = 0;

function dryCopy(
  copy: EntityCopy,
  entity: Entity,
  tally: DryTally,
  checkpoints: Store['checkpoints'],
): EntityCopy {
  return {
    ...copy,
    noteVerified: async () => undefined,
    recount: async () => 0,
    tombstone: async ({ ids }) => {
      tally.remove(ids, 'delete');
      return [...ids];
    },
    erase: async ({ ids }) => {
      tally.remove(ids, 'erase');
      return [...ids];
    },
    async writePage({ shop, records: sentRecords, rewrite, checkpoint }) {
      const records = sentRecords.map((record) => record.read());
      const outcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0, replaced: 0, revived: 0 };
      const raw = new Map(records.map((record) => [record.id, record.raw]));
      for (const compared of await copy.comparePage(shop, records)) {
        const { verdict, fields, isOtherContent } = judgeRecord(entity, compared);
        const sent = raw.get(compared.id) ?? {};
        if (verdict === 'missing') {
          outcome.inserted += 1;
          tally.insert(compared.id, () => insertedValues(sent));
        } else if (verdict === 'tombstoned') {
          outcome.updated += 1;
          outcome.revived += 1;
          tally.change(compared.id, ['deleted_at'], () => ({}));
        } else if (verdict === 'different' || isOtherContent || (verdict === 'damaged' && rewrite)) {
          outcome.updated += 1;
          tally.change(compared.id, fields, () =>
            verdict === 'damaged'
              ? alteredValues(fields, compared.columns)
              : changedValues(fields, compared.columns, sent),
          );
        } else {
          outcome.unchanged += 1;
        }
      }
      if (checkpoint) await checkpoints.advance(checkpoint.key, checkpoint.fence, checkpoint.next);
      return { ...outcome, staleIds: [], adjustments: [], read: [] };
    },
  };
}

function insertedValues(sent: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(
    Object.entries(sent)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, [undefined, value] as const]),
  );
}

type ComparedColumns = Parameters<typeof judgeRecord>[1]['columns'];

/** Members of what the shop sends. */
function changedValues(
  fields: readonly string[],
  columns: ComparedColumns,
  sent: Readonly<Record<string, unknown>>,
) {
  const before = (columns?.stored?.['raw'] ?? {}) as Record<string, unknown>;
  return Object.fromEntries(fields.map((field) => [field, [before[field], sent[field]] as const]));
}

/** Columns that somebody else altered; those of parts, and raw as a whole, are named alone. */
function alteredValues(fields: readonly string[], columns: ComparedColumns) {
  const { stored, expected } = columns ?? {};
  const altered = fields.filter((field) => field !== 'raw' && stored && field in stored);
  return Object.fromEntries(altered.map((field) => [field, [stored?.[field], expected?.[field]] as const]));
}

/** Checkpoints that are read from PostgreSQL until they would have been written, and then from memory. */
function dryCheckpoints(real: Store['checkpoints']): Store['checkpoints'] {
  const changed = new Map<string, Checkpoint | null>();
  const nameOf = ({ shop, entity, kind, range }: CheckpointKey) =>
    JSON.stringify([shop, entity, kind, range]);
  const fence = 0n;
  const set = (key: CheckpointKey, state: CheckpointState) => {
    const now = new Date();
    changed.set(nameOf(key), { key, state, fence, claimedAt: now, updatedAt: now });
  };
  const list: Store['checkpoints']['list'] = async (filter) => {
    const isMeant = (key: CheckpointKey) =>
      key.shop === filter.shop &&
      (filter.entity === undefined || key.entity === filter.entity) &&
      (filter.kind === undefined || key.kind === filter.kind) &&
      (filter.range === undefined || key.range === filter.range);
    const stored = (await real.list(filter)).filter(({ key }) => !changed.has(nameOf(key)));
    const kept = [...changed.values()].filter((one) => one !== null).filter(({ key }) => isMeant(key));
    return [...stored, ...kept];
  };
  const find = async (key: CheckpointKey) => (await list(key))[0]?.state;
  const forget: Store['checkpoints']['remove'] = async (filter) => {
    const found = await list(filter);
    for (const { key } of found) changed.set(nameOf(key), null);
    return found.length;
  };
  return {
    list,
    remove: forget,
    async claim(key, initial) {
      const state = (await find(key)) ?? initial;
      set(key, state);
      return { state, fence };
    },
    async advance(key, _fence, next) {
      set(key, next);
    },
    async complete(key, _fence, completedAt) {
      const state = await find(key);
      if (state) set(key, { ...state, completedAt });
    },
    // Ranges are not shared in a rehearsal: nobody else would know.
    split: async () => false,
    async reset(key, state) {
      set(key, state);
      return { state, fence };
    },
    async planRanges({ shop, entity, kind, ranges, replace }) {
      const existing = await list({ shop, entity, kind });
      const isUnfinished = existing.some(({ state }) => state.completedAt === null);
      if (isUnfinished && replace !== true) return { planned: false, checkpoints: existing };
      await forget({ shop, entity, kind });
      for (const { range, state } of ranges) set({ shop, entity, kind, range }, state);
      return { planned: true, checkpoints: await list({ shop, entity, kind }) };
    },
  };
}

/** Ids that would be set aside are left out for the rest of the run, as in a real one. */
function dryQuarantine(
  real: Store['quarantine'],
  onAdd: (entity: string, id: number) => void,
): Store['quarantine'] {
  const added = new Map<string, QuarantinedId>();
  const settled = new Set<string>();
  const nameOf = (entity: string, id: number) => `${entity} ${id}`;
  return {
    ...real,
    async add(entry) {
      const now = new Date();
      const { reason, httpStatus = null, reportId = null, runId = null, ...rest } = entry;
      const failure = { reason, httpStatus, reportId, runId, attempts: 1, resolvedAt: null };
      added.set(nameOf(entry.entity, entry.id), {
        ...rest,
        ...failure,
        firstFailedAt: now,
        lastFailedAt: now,
      });
      settled.delete(nameOf(entry.entity, entry.id));
      onAdd(entry.entity, entry.id);
    },
    async resolve(_shop, entity, ids) {
      for (const id of ids) {
        settled.add(nameOf(entity, id));
        added.delete(nameOf(entity, id));
      }
      return ids.length;
    },
    makeDue: async () => [],
    async list(shop, filter = {}) {
      const isLeft = ({ entity, id }: QuarantinedId) =>
        !settled.has(nameOf(entity, id)) && !added.has(nameOf(entity, id));
      const stored = (await real.list(shop, filter)).filter(isLeft);
      const kept = [...added.values()].filter(
        ({ entity }) => filter.entity === undefined || entity === filter.entity,
      );
      return [...stored, ...kept];
    },
  };
}
