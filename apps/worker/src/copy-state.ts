import type {
  Capability,
  CustomerTotals,
  OutboxRepository,
  QuarantinedId,
  Run,
  RunTally,
} from '@magento-sync/db';
import type { Clock } from './clock.ts';
import { allEntities } from './sync/entity/entities.ts';
import type { Store } from './sync/ports.ts';
import { sweepKey } from './sync/sweep/sweep.ts';
import { type EntityState, readEntityState } from './sync-state.ts';

/** A run that is recorded as running without a sign of life for so long counts as dead. */
export const silentRunMs = 15 * 60_000;

/** Everything PostgreSQL knows about the copy of a shop: for status and metrics. */
export interface CopyState {
  readonly shop: string;
  readonly entities: readonly EntityState[];
  readonly totals: CustomerTotals;
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

/** A row and the time since it was last found equal to the shop; `null` when it never was. */
export interface OldestUnverified {
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
}

/** Reads the state of a copy. Reads the table of customers as a whole: a second on large shops. */
export async function readCopyState(source: StateSource): Promise<CopyState> {
  const { shop, store } = source;
  const entities: EntityState[] = [];
  const sweeps: SweepProgress[] = [];
  for (const entity of allEntities) {
    entities.push(await readEntityState(source, entity));
    const [sweep] = await store.checkpoints.list(sweepKey(source, entity));
    if (!sweep?.state.startedAt) continue;
    const { startedAt, completedAt, afterId: position, upToId } = sweep.state;
    sweeps.push({ entity: entity.name, startedAt, completedAt, position, upToId });
  }
  return {
    shop,
    entities,
    totals: await store.customers.totals(shop),
    oldestUnverified: await readOldestUnverified(source),
    sweeps,
    quarantine: await store.quarantine.list(shop),
    latestRuns: await store.runs.latestOfEachKind(shop),
    latestEnded: await store.runs.latestEnded(shop),
    runTally: await store.runs.tally(shop),
    consumers: await store.outbox.consumers(shop),
    capabilities: await store.capabilities.all(shop),
  };
}

async function readOldestUnverified({ shop, store, clock }: StateSource): Promise<OldestUnverified | null> {
  const oldest = await store.customers.oldestUnverified(shop);
  if (!oldest) return null;
  const { id, lastVerifiedAt } = oldest;
  return { id, lastVerifiedAt, ageMs: lastVerifiedAt && clock.now().getTime() - lastVerifiedAt.getTime() };
}
