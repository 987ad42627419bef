import { setTimeout } from 'node:timers/promises';
import { createSampleRepository, type Database, type Run } from '@magento-sync/db';
import type { Clock } from '../clock.ts';
import type { CopyState } from '../copy-state.ts';
import type { Logger } from '../logger.ts';

/** What the sampler works with. */
export interface SamplerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly shop: string;
  /** Reads how the copy stands. */
  readonly look: () => Promise<{ readonly copy: CopyState; readonly recent: readonly Run[] }>;
  readonly everyMs?: number;
}

const minuteMs = 60_000;
const keptMs = 8 * 86_400_000;
const pruneEveryMs = 3_600_000;

/**
 * Notes once a minute how every entity stands and how much was read and written, for charts, until the signal fires.
 *
 * A note that fails is logged and the next one comes nevertheless. Any number of daemons may do this for one shop: what
 * two of them note within a minute counts once.
 */
export async function keepSamples(options: SamplerOptions, signal: AbortSignal): Promise<void> {
  const { database, clock, log, shop, look, everyMs = minuteMs } = options;
  const samples = createSampleRepository(database);
  const tally = createRunTally();
  let prunedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      const { copy, recent } = await look();
      const done = tally.since([...copy.latestRuns, ...recent]);
      await samples.add(
        shop,
        clock.now(),
        copy.entities.map(({ entity, lagMs, totals }) => ({
          entity,
          lagMs,
          rowsLive: totals.live,
          quarantined: copy.quarantine.filter((each) => each.entity === entity).length,
          rowsRead: done.get(entity)?.read ?? 0,
          rowsWritten: done.get(entity)?.written ?? 0,
        })),
      );
      if (performance.now() - prunedAt >= pruneEveryMs) {
        await samples.prune(new Date(clock.now().getTime() - keptMs));
        prunedAt = performance.now();
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'how the copy stands could not be noted for the charts');
    }
    await setTimeout(everyMs, undefined, { signal }).catch(() => {});
  }
}

interface Done {
  readonly read: number;
  readonly written: number;
}

/** Works out from the counters of runs what was done since the look before. */
export function createRunTally() {
  let known: Map<number, Done> | undefined;
  return {
    /** By entity; nothing at the first look, which does not know since when. */
    since(runs: readonly Run[]): Map<string, Done> {
      const sums = new Map<string, Done>();
      const seen = new Map<number, Done>();
      for (const run of runs) {
        if (seen.has(run.id)) continue;
        const now = { read: run.rowsRead, written: writtenBy(run) };
        seen.set(run.id, now);
        if (!known) continue;
        const before = known.get(run.id) ?? { read: 0, written: 0 };
        const sum = sums.get(run.entity) ?? { read: 0, written: 0 };
        sums.set(run.entity, {
          read: sum.read + Math.max(0, now.read - before.read),
          written: sum.written + Math.max(0, now.written - before.written),
        });
      }
      // A run that was left out of one look must not count as new at the next.
      const oldest = Math.min(...seen.keys());
      for (const [id, done] of known ?? []) if (id >= oldest && !seen.has(id)) seen.set(id, done);
      known = seen;
      return sums;
    },
  };
}

function writtenBy({ inserted, updated, replaced, revived, tombstoned, erased }: Run): number {
  return inserted + updated + replaced + revived + tombstoned + erased;
}
