import { parseJson } from '@magento-sync/exact-json';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { connectionError } from './connection-errors.ts';
import { DatabaseConnectionError } from './errors.ts';

/** How to reach PostgreSQL and how much of it to use. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Size of the pool; default 10. */
  maxConnections?: number;
  /** Statements running longer are cancelled; default 60,000; 0 means no limit. */
  statementTimeoutMs?: number;
  /** Default 10,000. */
  connectTimeoutMs?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

/** An open pool of connections; the URL and the password appear in no inspected output. */
export class Database implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly #orm: NodePgDatabase;
  readonly #config: pg.ClientConfig;
  #closing: Promise<void> | undefined;

  constructor(pool: pg.Pool, config: pg.ClientConfig) {
    this.#pool = pool;
    this.#orm = drizzle(pool);
    this.#config = config;
  }

  /** The query builder over the same pool. */
  get orm(): NodePgDatabase {
    return this.#orm;
  }

  /** The pool itself; its int8 values arrive as numbers (a RangeError beyond 2^53), bigserial cursors as text casts, numbers in JSON with all digits. */
  get pool(): pg.Pool {
    return this.#pool;
  }

  /** Opens a connection outside the pool, for session locks and LISTEN; the caller ends it. */
  async connectAlone(purpose: string): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.#config,
      application_name: `${this.#config.application_name ?? 'magento-sync'} ${purpose}`,
      keepAlive: true,
    });
    // Without a listener a connection that breaks later would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      throw connectionError(error, targetOf(client));
    }
    return client;
  }

  /** Waits for running queries and closes every connection; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens a pool and proves with one connection that the server is there. Throws {@link DatabaseConnectionError}. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const config: pg.ClientConfig = {
    connectionString: checkedUrl(options.url),
    application_name: options.applicationName ?? 'magento-sync',
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    types: { getTypeParser },
  };
  const pool = new pg.Pool({ ...config, max: options.maxConnections ?? 10 });
  hideConnectionString(pool, options.url);
  pool.on('error', (error) => options.onIdleError?.(error));
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw connectionError(error, targetOf(new pg.Client(config)));
  }
  return new Database(pool, config);
}

function checkedUrl(url: string): string {
  const cure = 'write it as postgres://user:password@host:5432/database';
  if (!/^postgres(ql)?:\/\//i.test(url)) {
    throw new DatabaseConnectionError(
      'invalid_url',
      `The database URL does not start with postgres://; ${cure}.`,
      false,
    );
  }
  try {
    new pg.Client({ connectionString: url });
  } catch {
    // No cause: the parser's error can repeat the URL with its password.
    throw new DatabaseConnectionError(
      'invalid_url',
      `The database URL can't be read; ${cure} and percent-encode special characters of the password.`,
      false,
    );
  }
  return url;
}

function targetOf(client: pg.Client): { host: string; port: number; database: string; user: string } {
  return {
    host: client.host,
    port: client.port,
    database: client.database ?? '',
    user: client.user ?? '',
  };
}

/** The pool reads the URL for every new connection; hidden, it survives there without being printed. */
function hideConnectionString(pool: pg.Pool, url: string): void {
  Object.defineProperty(pool.options, 'connectionString', { value: url, enumerable: false });
}

const int8 = 20;
const jsonTypes = new Set([114, 3802]);

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === int8 && format !== 'binary') return parseInt8;
  if (jsonTypes.has(oid) && format !== 'binary') return parseJson;
  return pg.types.getTypeParser(oid, format as 'text');
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`The number ${text} is too large to be read exactly; cast it to text in the query.`);
}
