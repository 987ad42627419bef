import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Database, openDatabase } from '../index.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { type WaitingSession, waitingSessions } from './waiting-sessions.ts';

/** What a test gets: a database of the whole file, and a shop name nobody else uses. */
export interface Stage {
  readonly database: Database;
  readonly url: string;
  /** Rows are kept apart by shop, so a fresh name is a fresh start. */
  freshShop(): string;
  /** Resolves as soon as a session of this database waits for what another one of its sessions holds, or so many do. */
  someoneWaits(sessions?: number): Promise<void>;
  /** Resolves as soon as somebody waits for what this session holds. */
  someoneWaitsFor(session: Session): Promise<void>;
  /** Resolves as soon as this session waits for somebody. */
  waits(session: Session): Promise<void>;
}

/** A connection of the pool. */
type Session = Pick<pg.ClientBase, 'query'>;

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
    const waitUntil = async (isEnough: (waiting: readonly WaitingSession[]) => boolean) => {
      while (!isEnough(await waitingSessions(opened(database).pool))) await delay(10);
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
      someoneWaits: (sessions = 1) => waitUntil((waiting) => waiting.length >= sessions),
      someoneWaitsFor: (session) =>
        waitUntil((waiting) => waiting.some(({ by }) => by.includes(processOf(session)))),
      waits: (session) => waitUntil((waiting) => waiting.some(({ pid }) => pid === processOf(session))),
      freshShop() {
        shops += 1;
        return `shop${shops}`;
      },
    });
  });
}

/** The process of the server that serves a connection: the driver knows it, and its types do not. */
function processOf(session: Session): number {
  return (session as Session & { readonly processID: number }).processID;
}
