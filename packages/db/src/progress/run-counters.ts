import { eq, type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { UnknownRunError } from '../errors.ts';
import { runs } from '../schema/progress.ts';

const counters = [
  'pages',
  'rowsRead',
  'inserted',
  'updated',
  'unchanged',
  'stale',
  'replaced',
  'revived',
  'tombstoned',
  'erased',
] as const;

/** What a run has counted so far; all add up over its pages. */
export type RunCounters = Record<(typeof counters)[number], number>;

/** Adds to the counters of a run and proves that it is alive. Throws {@link UnknownRunError}. */
export async function countRunPage(
  statements: Statements,
  runId: number,
  counts: Partial<RunCounters>,
): Promise<void> {
  const sums = Object.fromEntries(
    counters.map((name): [string, SQL] => [name, sql`${runs[name]} + ${counts[name] ?? 0}`]),
  );
  const updated = await statements
    .update(runs)
    .set({ heartbeatAt: sql`now()`, ...sums })
    .where(eq(runs.id, runId))
    .returning({ id: runs.id });
  if (updated.length === 0) throw new UnknownRunError(runId);
}
