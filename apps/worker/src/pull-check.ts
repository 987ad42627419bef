import { formatDuration } from './config/duration.ts';
import type { Check } from './http/readiness.ts';
import { pauseOf } from './operations/work.ts';
import type { Services } from './services.ts';
import { chosenEntities } from './sync/entity/entities.ts';
import { hasOnlyGapsLeft, readEntityState } from './sync-state.ts';

/** Pulls that are due but did not come: three periods, and never less than two minutes. */
const toleratedPeriods = 3;
const leastToleranceMs = 120_000;

/** How old the last complete pull may become before something is wrong. */
export function pullToleranceMs(pullEveryMs: number): number {
  return Math.max(toleratedPeriods * pullEveryMs, leastToleranceMs);
}

/** Checks that no pull is overdue; a copy that is still being filled counts as fine, and so does a pause. */
export function pullCheck({ sync, config }: Services): Check {
  const toleranceMs = pullToleranceMs(config.schedule.pullEveryMs);
  return async () => {
    const pauses = await sync.store.pauses.active(sync.shop);
    for (const entity of chosenEntities(sync)) {
      const { lagMs, backfill } = await readEntityState(sync, entity);
      const isRead = backfill?.completedAt || hasOnlyGapsLeft(backfill);
      if (!isRead || lagMs === null) return 'the first backfill is under way';
      const pause = pauseOf(pauses, { entity: entity.name, kind: 'pull' });
      if (pause) return `paused by ${pause.by}`;
      if (lagMs > toleranceMs) throw new Error(`the last complete pull was ${formatDuration(lagMs)} ago`);
    }
    return 'ok';
  };
}
