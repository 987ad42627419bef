import { formatDuration } from './config/duration.ts';
import type { Check } from './http/readiness.ts';
import type { Services } from './services.ts';
import { allEntities } from './sync/entities.ts';
import { readEntityState } from './sync-state.ts';

/** Pulls that are due but did not come: three periods, and never less than two minutes. */
const toleratedPeriods = 3;
const leastToleranceMs = 120_000;

/** Checks that no pull is overdue; a copy that is still being filled counts as fine. */
export function pullCheck({ sync, config }: Services): Check {
  const toleranceMs = Math.max(toleratedPeriods * config.schedule.pullEveryMs, leastToleranceMs);
  return async () => {
    for (const entity of allEntities) {
      const { lagMs, backfill } = await readEntityState(sync, entity);
      if (!backfill?.completedAt || lagMs === null) return 'the first backfill is under way';
      if (lagMs > toleranceMs) throw new Error(`the last complete pull was ${formatDuration(lagMs)} ago`);
    }
    return 'ok';
  };
}
