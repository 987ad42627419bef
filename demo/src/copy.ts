import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** What the demonstration asks of the copy in PostgreSQL. */
export interface Copy extends AsyncDisposable {
  /** Asks again and again until the statement yields a row, and returns it. */
  waitForRow(
    sql: string,
    parameters: readonly unknown[],
    signal: AbortSignal,
  ): Promise<Record<string, unknown>>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

/** Opens the database `demo`, emptied, on the given server and returns its URL with it. */
export async function openEmptyCopy(serverUrl: string): Promise<{ url: string; copy: Copy }> {
  await runOnce(serverUrl, ['drop database if exists demo with (force)', 'create database demo']);
  const url = new URL(serverUrl);
  url.pathname = '/demo';
  return { url: url.href, copy: openCopy(url.href) };
}

/** Opens an existing copy. */
export function openCopy(url: string): Copy {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  return {
    async waitForRow(sql, parameters, signal) {
      for (;;) {
        const { rows } = await pool.query<Record<string, unknown>>(sql, [...parameters]);
        if (rows[0]) return rows[0];
        await delay(200, undefined, { signal });
      }
    },
    rows: async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows,
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

async function runOnce(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
