import { eq, type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { UnknownRunError } from '../errors.ts';
import { runs } from '../schema/progress.ts';
import { nameOf } from '../values/rows.ts';

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
  const updated = await statements.execute(countedRunPage(runId, counts));
  if (updated.rowCount === 0) throw new UnknownRunError(runId);
}

/** Adds to the counters of a run and proves that it is alive. Whoever cannot look at the answer asks {@link proveRun} before. */
export function countedRunPage(runId: number, counts: Partial<RunCounters>): SQL {
  const sums = counters
    .filter((name) => counts[name] !== undefined && counts[name] !== 0)
    .map((name) => sql`, ${nameOf(runs[name])} = ${runs[name]} + ${counts[name]}::bigint`);
  return sql`update ${runs} set ${nameOf(runs.heartbeatAt)} = now()${sql.join(sums)} where ${eq(runs.id, runId)}`;
}

/** Throws {@link UnknownRunError} when there is no such run. */
export async function proveRun(statements: Statements, runId: number): Promise<void> {
  const found = await statements.select({ id: runs.id }).from(runs).where(eq(runs.id, runId));
  if (found.length === 0) throw new UnknownRunError(runId);
}
