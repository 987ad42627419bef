import type { Queryable } from '../../../packages/db/src/connection/transaction.ts';
import { waitingSessions } from '../../../packages/db/src/testing/waiting-sessions.ts';

/**
 * Brings about, in a few calls within one process, what one defence is there for; returns broken promises, one sentence
 * each. For what needs no story: a scene takes seconds, a probe a fraction of one.
 */
export type Probe = (postgresUrl: string) => Promise<string[]>;

/** Resolves when so many sessions of the database wait for a lock, or when the work has ended all the same. */
export async function untilWaiting(
  client: Queryable,
  sessions: number,
  work: Promise<unknown>,
): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  void work.then(end, end);
  while (!ended) {
    if ((await waitingSessions(client)).length >= sessions) return;
  }
}
