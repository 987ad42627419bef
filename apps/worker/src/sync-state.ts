import type { Clock } from './clock.ts';
import { findPlan } from './sync/backfill/backfill-plan.ts';
import type { EntityDescriptor } from './sync/entity/entity.ts';
import type { Store } from './sync/ports.ts';
import { momentOf } from './sync/pull/watermark.ts';

/** How an entity stands, as PostgreSQL knows it: for status, readiness and metrics. */
export interface EntityState {
  readonly entity: string;
  readonly watermark: string | null;
  /** Age of the watermark. */
  readonly watermarkAgeMs: number | null;
  /** When a pull was last complete. */
  readonly pulledAt: Date | null;
  /** Time since then. */
  readonly lagMs: number | null;
  readonly backfill: {
    readonly startedAt: Date;
    readonly completedAt: Date | null;
    readonly ranges: number;
    readonly rangesLeft: number;
    /** Of those left, the ones that were read to their end and do not add up. */
    readonly rangesWithGaps: number;
  } | null;
}

/** Whether a backfill was read to its end without being complete: every range that is left has gaps. */
export function hasOnlyGapsLeft(backfill: EntityState['backfill']): boolean {
  return backfill !== null && backfill.rangesWithGaps > 0 && backfill.rangesLeft === backfill.rangesWithGaps;
}

/** Reads how an entity of a shop stands. */
export async function readEntityState(
  { shop, store, clock }: { readonly shop: string; readonly store: Store; readonly clock: Clock },
  entity: EntityDescriptor,
): Promise<EntityState> {
  const [pulls, plan] = await Promise.all([
    store.checkpoints.list({ shop, entity: entity.name, kind: 'pull' }),
    findPlan({ shop, store }, entity),
  ]);
  const pull = pulls[0]?.state;
  const now = clock.now().getTime();
  const watermark = pull?.watermark ?? null;
  const pulledAt = pull?.completedAt ?? null;
  return {
    entity: entity.name,
    watermark,
    watermarkAgeMs: watermark === null ? null : now - momentOf(watermark).getTime(),
    pulledAt,
    lagMs: pulledAt && now - pulledAt.getTime(),
    backfill: plan
      ? {
          startedAt: plan.startedAt,
          completedAt: plan.completedAt,
          ranges: plan.ranges.length,
          rangesLeft: plan.ranges.filter(({ complete }) => !complete).length,
          rangesWithGaps: plan.ranges.filter(({ hasGaps }) => hasGaps).length,
        }
      : null,
  };
}
