import { parseJson } from '@magento-sync/exact-json';
import pg from 'pg';
import { DatabaseConnectionError } from '../errors.ts';
import {
  connectionError,
  isConnectionLimit,
  isSilence,
  offersNoTls,
  poolerExhausted,
  targetOf,
} from './connection-errors.ts';
import { ConnectionPool, connectWithin } from './connection-pool.ts';
import { LockSession } from './lock-session.ts';
import { probeServer, type ServerFacts } from './server-probe.ts';
import { settleSession } from './session-settings.ts';
import { type Statements, statementsOn } from './statements.ts';

/** How to reach PostgreSQL and how much of it to use. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`; sslmode as libpq understands it. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Size of the pool; default 10. */
  maxConnections?: number;
  /** Statements running longer are cancelled; default 60,000; 0 means no limit. */
  statementTimeoutMs?: number;
  /** Longest time for one connection to be made; default 10,000. */
  connectTimeoutMs?: number;
  /** Longest wait for a connection while all are busy or the server has none to give; default 30,000. */
  acquireTimeoutMs?: number;
  /** The server refuses every write of the pool; default false. */
  readOnly?: boolean;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

/** How the connections of an open database are made. */
interface Connecting {
  readonly config: pg.ClientConfig;
  /** Settings of its sessions beside those that all have. */
  readonly session: Readonly<Record<string, string>>;
  readonly url: string;
  readonly server: ServerFacts;
  readonly acquireTimeoutMs: number;
}

/** An open pool of connections; the URL and the password appear in no inspected output. */
export class Database implements AsyncDisposable {
  readonly #pool: ConnectionPool;
  readonly #orm: Statements;
  readonly #connecting: Connecting;
  readonly #locks: LockSession;
  #closing: Promise<void> | undefined;

  constructor(pool: ConnectionPool, connecting: Connecting) {
    this.#pool = pool;
    this.#orm = statementsOn(pool);
    this.#connecting = connecting;
    this.#locks = new LockSession(() => this.connectAlone('lock'));
  }

  /** The query builder over the same pool, a statement at a time; `inTransaction` has several. */
  get orm(): Statements {
    return this.#orm;
  }

  /** The pool itself; its int8 values arrive as numbers (a RangeError beyond 2^53), bigserial cursors as text casts, numbers in JSON with all digits. */
  get pool(): pg.Pool {
    return this.#pool;
  }

  /** The URL as it was settled when the database was opened; carries the password. */
  get url(): string {
    return this.#connecting.url;
  }

  /** What the server was like when the database was opened. */
  get server(): ServerFacts {
    return this.#connecting.server;
  }

  /** The session that holds the locks which are tried and not waited for. */
  get locks(): LockSession {
    return this.#locks;
  }

  /** Opens a connection outside the pool, for session locks and LISTEN; the caller ends it. */
  async connectAlone(purpose: string): Promise<pg.Client> {
    const { config: base, session, acquireTimeoutMs, server } = this.#connecting;
    const patienceMs = server.pooled ? pooledConnectMs : connectTimeoutMs;
    const config = {
      ...base,
      application_name: `${base.application_name ?? 'magento-sync'} ${purpose}`,
    };
    return connectWithin(acquireTimeoutMs, async () => {
      const client = new pg.Client(config);
      // Without a listener a connection that breaks later would end the process.
      client.on('error', () => undefined);
      try {
        await client.connect();
        await settleSession(client, session, patienceMs);
        return client;
      } catch (error) {
        await client.end().catch(() => undefined);
        const held = server.pooled && isSilence(error);
        if (held || isConnectionLimit(error)) await this.#pool.giveUpIdle();
        if (held) throw poolerExhausted(error);
        throw connectionError(error, targetOf(client));
      }
    });
  }

  /** Makes the pool do with fewer connections from now on, where others need some of those that the server gives. */
  narrowPool(maxConnections: number): Promise<void> {
    return this.#pool.narrow(maxConnections);
  }

  /** Waits for running queries and closes every connection; may be called twice. */
  close(): Promise<void> {
    this.#closing ??= Promise.all([this.#locks.close(), this.#pool.end()]).then(() => undefined);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** An address that was tried, and what is behind it. */
export interface ReachedServer {
  /** The URL with `sslmode=prefer` and `allow` settled for good; carries the password. */
  readonly url: string;
  readonly server: ServerFacts;
}

/**
 * Tries an address once, with a connection that is closed again.
 *
 * `sslmode=prefer` and `allow` encrypt where the server can. Throws {@link DatabaseConnectionError}, also for a database
 * that is not in UTF8 and for a pooler in transaction mode.
 */
export async function reachServer(
  url: string,
  options: Pick<DatabaseOptions, 'applicationName' | 'connectTimeoutMs' | 'acquireTimeoutMs'> = {},
): Promise<ReachedServer> {
  const wanted = checkedUrl(url);
  return connectWithin(options.acquireTimeoutMs ?? acquireTimeoutMs, async () => {
    const tryUrl = async (settled: string) => ({
      url: settled,
      server: await probeServer(clientConfig(settled, options)),
    });
    if (!isPreference(wanted)) return tryUrl(wanted);
    try {
      return await tryUrl(inMode(wanted, 'require'));
    } catch (error) {
      if (!offersNoTls(error instanceof Error ? error.cause : error)) throw error;
      return tryUrl(inMode(wanted, 'disable'));
    }
  });
}

/** How a pool beside that of the copy is made. */
export interface PoolOptions extends Pick<DatabaseOptions, 'applicationName' | 'maxConnections'> {
  /** Settings of its sessions, in PostgreSQL's own spelling. */
  readonly session?: Readonly<Record<string, string>>;
  /** Whether a pooler stands in between; as the server was found to be. */
  readonly pooled?: boolean;
}

/** A pool for somebody else's statements on a server that was reached before: it connects with the first of them. */
export function openPool(url: string, options: PoolOptions = {}): pg.Pool {
  const session = { statement_timeout: '30000', ...options.session };
  return createPool(clientConfig(checkedUrl(url), options), session, options);
}

/** Opens a pool and proves that the server is there and fit for a copy. Throws like {@link reachServer}. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const reached = await reachServer(options.url, options);
  const config = { ...clientConfig(reached.url, options), types: { getTypeParser } };
  const session = {
    statement_timeout: String(options.statementTimeoutMs ?? 60_000),
    ...(options.readOnly ? { default_transaction_read_only: 'on' } : {}),
  };
  const { pooled } = reached.server;
  const pool = createPool(config, session, { ...options, pooled });
  pool.on('error', (error) => options.onIdleError?.(error));
  return new Database(pool, {
    config,
    session,
    ...reached,
    acquireTimeoutMs: options.acquireTimeoutMs ?? acquireTimeoutMs,
  });
}

const connectTimeoutMs = 10_000;
/** A pooler answers at once when it has a connection. */
const pooledConnectMs = 2_000;
const acquireTimeoutMs = 30_000;

function clientConfig(
  url: string,
  options: Pick<DatabaseOptions, 'applicationName' | 'connectTimeoutMs'>,
): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: options.applicationName ?? 'magento-sync',
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMs,
    keepAlive: true,
  };
}

function createPool(
  config: pg.ClientConfig,
  session: Readonly<Record<string, string>>,
  options: Pick<DatabaseOptions, 'maxConnections' | 'connectTimeoutMs' | 'acquireTimeoutMs'> &
    Pick<PoolOptions, 'pooled'>,
): ConnectionPool {
  const patienceMs = options.pooled ? pooledConnectMs : connectTimeoutMs;
  const limits = {
    max: options.maxConnections ?? 10,
    connectTimeoutMs: options.connectTimeoutMs ?? patienceMs,
    acquireTimeoutMs: options.acquireTimeoutMs ?? acquireTimeoutMs,
    pooled: options.pooled ?? false,
  };
  return new ConnectionPool(config, limits, (client) =>
    settleSession(client, session, limits.connectTimeoutMs),
  );
}

function isPreference(url: string): boolean {
  return ['prefer', 'allow'].includes(new URL(url).searchParams.get('sslmode') ?? '');
}

function inMode(url: string, mode: string): string {
  const address = new URL(url);
  address.searchParams.set('sslmode', mode);
  return address.href;
}

/**
 * The URL as the driver reads it without surprises.
 *
 * libpq's meaning of sslmode has to be asked for; otherwise the driver takes `require` for `verify-full` and prints a
 * warning of its own.
 */
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
    const address = new URL(url);
    const mode = address.searchParams.get('sslmode');
    if (mode !== null && mode !== 'no-verify' && !address.searchParams.has('uselibpqcompat')) {
      address.searchParams.set('uselibpqcompat', 'true');
    }
    new pg.Client({ connectionString: address.href });
    return address.href;
  } catch {
    // No cause: the parser's error can repeat the URL with its password.
    throw new DatabaseConnectionError(
      'invalid_url',
      `The database URL can't be read; ${cure} and percent-encode special characters of the password.`,
      false,
    );
  }
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
