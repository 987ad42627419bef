import type { Queryable } from '../connection/transaction.ts';

/** A session that waits, and the processes of those that it waits for. */
export interface WaitingSession {
  readonly pid: number;
  readonly by: readonly number[];
}

/**
 * The sessions of a database that wait for what another one of them holds.
 *
 * Not by what they wait for: workers of the server wait for locks too. Within a transaction the server shows the same activity
 * again and again.
 */
export async function waitingSessions(client: Queryable): Promise<WaitingSession[]> {
  const { rows } = await client.query<WaitingSession>(
    `select pid, pg_blocking_pids(pid) as by from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and cardinality(pg_blocking_pids(pid)) > 0`,
  );
  return rows;
}
