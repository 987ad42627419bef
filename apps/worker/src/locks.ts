import { type Database, tryAdvisoryLock, withAdvisoryLock } from '@magento-sync/db';
import type { Locks } from './sync/ports.ts';

/**
 * Locks as PostgreSQL advisory locks, held by sessions: they end with the process, however it dies.
 *
 * Work whose lock is lost with its connection is aborted; until it has noticed, the fences of the checkpoints keep it
 * from writing.
 */
export function createLocks(database: Database): Locks {
  const scope = (name: string) => `magento-sync ${name}`;
  return {
    async tryRun(name, signal, work) {
      const attempt = await tryAdvisoryLock(database, scope(name), (lost) =>
        work(AbortSignal.any([signal, lost])),
      );
      return attempt.acquired ? { acquired: true, value: attempt.result } : { acquired: false };
    },
    run(name, signal, work) {
      return withAdvisoryLock(
        database,
        scope(name),
        (lock) => work(AbortSignal.any([signal, lock.signal])),
        signal,
      );
    },
  };
}
