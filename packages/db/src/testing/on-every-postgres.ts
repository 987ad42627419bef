import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Database, openDatabase } from '../index.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

/** What a test gets: a database of the whole file, and a shop name nobody else uses. */
export interface Stage {
  readonly database: Database;
  readonly url: string;
  /** Rows are kept apart by shop, so a fresh name is a fresh start. */
  freshShop(): string;
  /** Resolves as soon as a session of this database waits for a lock, or so many do. */
  someoneWaits(sessions?: number): Promise<void>;
}

/** Describes the same tests once per PostgreSQL version, each with a database of its own. */
export function describeOnEveryPostgres(name: string, tests: (stage: Stage) => void): void {
  describe.each(Object.entries(inject('postgresUrls')))(`${name} on PostgreSQL %s`, (_version, adminUrl) => {
    let created: TestDatabase | undefined;
    let database: Database | undefined;
    let shops = 0;
    const opened = <T>(value: T | undefined): T => {
      if (value === undefined) throw new Error('The database is opened before the first test.');
      return value;
    };
    beforeAll(async () => {
      created = await createTestDatabase(adminUrl);
      // Times of the source are UTC; a server that lives elsewhere must not bend them.
      await created.database.pool.query(
        `do $$ begin execute format('alter database %I set timezone = %L', current_database(), 'America/New_York'); end $$`,
      );
      database = await openDatabase({ url: created.url });
    });
    afterAll(async () => {
      await database?.close();
      await created?.[Symbol.asyncDispose]();
    });
    tests({
      get database() {
        return opened(database);
      },
      get url() {
        return opened(created).url;
      },
      async someoneWaits(sessions = 1) {
        for (;;) {
          const waiting = await opened(database).pool.query(
            `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          );
          if ((waiting.rowCount ?? 0) >= sessions) return;
          await delay(10);
        }
      },
      freshShop() {
        shops += 1;
        return `shop${shops}`;
      },
    });
  });
}
