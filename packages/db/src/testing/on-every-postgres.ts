import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { Database } from '../index.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

/** What a test gets: a database of the whole file, and a shop name nobody else uses. */
export interface Stage {
  readonly database: Database;
  readonly url: string;
  /** Rows are kept apart by shop, so a fresh name is a fresh start. */
  freshShop(): string;
}

/** Describes the same tests once per PostgreSQL version, each with a database of its own. */
export function describeOnEveryPostgres(name: string, tests: (stage: Stage) => void): void {
  describe.each(Object.entries(inject('postgresUrls')))(`${name} on PostgreSQL %s`, (_version, adminUrl) => {
    let opened: TestDatabase | undefined;
    let shops = 0;
    const current = () => {
      if (opened === undefined) throw new Error('The database is opened before the first test.');
      return opened;
    };
    beforeAll(async () => {
      opened = await createTestDatabase(adminUrl);
      // Times of the source are UTC; a server that lives elsewhere must not bend them.
      await opened.database.pool.query(
        `do $$ begin execute format('alter database %I set timezone = %L', current_database(), 'America/New_York'); end $$`,
      );
    });
    afterAll(() => opened?.[Symbol.asyncDispose]());
    tests({
      get database() {
        return current().database;
      },
      get url() {
        return current().url;
      },
      freshShop() {
        shops += 1;
        return `shop${shops}`;
      },
    });
  });
}
