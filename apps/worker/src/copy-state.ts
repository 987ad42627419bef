import type {
  Capability,
  CopyTotals,
  OutboxRepository,
  Pause,
  QuarantinedId,
  Run,
  RunTally,
} from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { Clock } from './clock.ts';
import { chosenEntities } from './sync/entity/entities.ts';
import type { EntityDescriptor } from './sync/entity/entity.ts';
import type { Store } from './sync/ports.ts';
import { sweepKey } from './sync/sweep/sweep.ts';
import { type EntityState, readEntityState } from './sync-state.ts';

/** A run that is recorded as running without a sign of life for so long counts as dead. */
export const silentRunMs = 15 * 60_000;

/** Everything PostgreSQL knows about the copy of a shop: for status and metrics. */
export interface CopyState {
  readonly shop: string;
  readonly entities: readonly CopiedState[];
  /** What operators have paused, widest first. */
  readonly pauses: readonly Pause[];
  /** Of all entities together. */
  readonly totals: RowTotals;
  /** The living row that was compared with the shop longest ago; `null` while there is none. */
  readonly oldestUnverified: OldestUnverified | null;
  readonly sweeps: readonly SweepProgress[];
  /** Ids whose records break answers, or are hidden from lists. */
  readonly quarantine: readonly QuarantinedId[];
  /** The latest run of each entity and kind. */
  readonly latestRuns: readonly Run[];
  /** The latest of them that came to an end of its own: the one before, while another is under way. */
  readonly latestEnded: readonly Run[];
  readonly runTally: readonly RunTally[];
  readonly consumers: Awaited<ReturnType<OutboxRepository['consumers']>>;
  readonly capabilities: ReadonlyMap<string, Capability>;
}

/** How an entity stands, and how its rows do. */
export interface CopiedState extends EntityState {
  /** What one record is called. */
  readonly record: string;
  /** Whether only its recent rows are compared within SWEEP_PERIOD, and all of them within SWEEP_ALL_PERIOD. */
  readonly isSweptSlowly: boolean;
  readonly totals: CopyTotals;
  readonly oldestUnverified: OldestUnverified | null;
}

/** Numbers of rows. */
export type RowTotals = Omit<CopyTotals, 'parts'>;

/** A row and the time since it was last found equal to the shop; `null` when it never was. */
export interface OldestUnverified {
  readonly entity: string;
  /** What one record is called. */
  readonly record: string;
  readonly id: number;
  readonly lastVerifiedAt: Date | null;
  readonly ageMs: number | null;
}

/** How far the rolling comparison of an entity is. */
export interface SweepProgress {
  readonly entity: string;
  readonly startedAt: Date;
  /** Set when the pass is complete; the next one begins when its period is over. */
  readonly completedAt: Date | null;
  readonly position: number;
  /** The largest id when the pass began. */
  readonly upToId: number | null;
}

/** Where the state is read from. */
export interface StateSource {
  readonly shop: string;
  readonly store: Store;
  readonly clock: Clock;
  /** What is copied; the default of ENTITIES when absent. */
  readonly entities?: readonly Entity[];
}

/** Reads the state of a copy, which takes no look at its rows. */
export async function readCopyState(source: StateSource): Promise<CopyState> {
  const { shop, store } = source;
  const entities: CopiedState[] = [];
  const sweeps: SweepProgress[] = [];
  for (const entity of chosenEntities(source)) {
    const copy = store.copyOf(entity.definition);
    entities.push({
      ...(await readEntityState(source, entity)),
      record: entity.definition.record,
      isSweptSlowly: entity.definition.recentDays !== null,
      totals: await copy.totals(shop),
      oldestUnverified: await readOldestUnverified(source, entity),
    });
    const [sweep] = await store.checkpoints.list(sweepKey(source, entity));
    if (!sweep?.state.startedAt) continue;
    const { startedAt, completedAt, afterId: position, upToId } = sweep.state;
    sweeps.push({ entity: entity.name, startedAt, completedAt, position, upToId });
  }
  return {
    shop,
    entities,
    pauses: await store.pauses.active(shop),
    totals: sumOf(entities.map(({ totals }) => totals)),
    oldestUnverified: oldestOf(entities),
    sweeps,
    quarantine: await store.quarantine.list(shop),
    latestRuns: await store.runs.latestOfEachKind(shop),
    latestEnded: await store.runs.latestEnded(shop),
    runTally: await store.runs.tally(shop),
    consumers: await store.outbox.consumers(shop),
    capabilities: await store.capabilities.all(shop),
  };
}

/** Reads the state anew, or hands out what was read at most so many milliseconds ago. */
export type SharedCopyState = (oldestMs: number) => Promise<CopyState>;

/** One reading for all who look at the state of a copy in one process; whoever asks while it goes on gets that one. */
export function shareCopyState(source: StateSource): SharedCopyState {
  let reading: Promise<CopyState> | undefined;
  let latest: { readonly state: CopyState; readonly at: number } | undefined;
  return (oldestMs) => {
    if (latest && performance.now() - latest.at <= oldestMs) return Promise.resolve(latest.state);
    reading ??= readCopyState(source)
      .then((state) => {
        latest = { state, at: performance.now() };
        return state;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
}

function sumOf(all: readonly RowTotals[]): RowTotals {
  const sum = (count: (totals: RowTotals) => number) => all.reduce((so, totals) => so + count(totals), 0);
  return {
    live: sum(({ live }) => live),
    deleted: sum(({ deleted }) => deleted),
    erased: sum(({ erased }) => erased),
  };
}

function oldestOf(entities: readonly CopiedState[]): OldestUnverified | null {
  const age = ({ ageMs }: OldestUnverified) => ageMs ?? Number.POSITIVE_INFINITY;
  const all = entities.map(({ oldestUnverified }) => oldestUnverified).filter((one) => one !== null);
  return all.toSorted((one, other) => age(other) - age(one))[0] ?? null;
}

async function readOldestUnverified(
  { shop, store, clock }: StateSource,
  { name, definition }: EntityDescriptor,
): Promise<OldestUnverified | null> {
  const oldest = await store.copyOf(definition).oldestUnverified(shop);
  if (!oldest) return null;
  const { id, lastVerifiedAt } = oldest;
  const { record } = definition;
  return {
    entity: name,
    record,
    id,
    lastVerifiedAt,
    ageMs: lastVerifiedAt && clock.now().getTime() - lastVerifiedAt.getTime(),
  };
}

/** Warnings among what is known of the shop, by name: one sentence each, with its cure. */
export function warningsOf(capabilities: CopyState['capabilities']): ReadonlyMap<string, string> {
  const found = [...capabilities].flatMap(([name, { value }]) => {
    const warning = typeof value === 'object' && value !== null && 'warning' in value ? value.warning : null;
    return typeof warning === 'string' ? [[name, warning] as const] : [];
  });
  return new Map(found);
}
