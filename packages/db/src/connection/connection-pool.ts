import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseConnectionError } from '../errors.ts';
import {
  connectionError,
  isConnectionLimit,
  isSilence,
  poolerExhausted,
  targetOf,
} from './connection-errors.ts';

/** How a pool is filled and how long one waits for it. */
export interface PoolLimits {
  readonly max: number;
  readonly connectTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  /** Whether a pooler stands in between, which lets a client wait that it has no connection for. */
  readonly pooled: boolean;
}

/** A connection that nobody used for so long is given back. */
const idleMs = 10_000;
/** For so long a pool that was refused a further connection asks for none. */
const contentForMs = 30_000;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * A pool that gets by with the connections it is given.
 *
 * When the server has no further one, it makes do with those it has, and its callers wait for one of them. Whoever waits
 * too long gets a {@link DatabaseConnectionError}, as for any other connection that could not be made.
 */
export class ConnectionPool extends pg.Pool {
  readonly #limits: PoolLimits;
  readonly #config: pg.ClientConfig;
  /** How many connections it asks for at most. */
  #max: number;

  constructor(config: pg.ClientConfig, limits: PoolLimits, settle: (client: pg.ClientBase) => Promise<void>) {
    super({
      ...config,
      max: limits.max,
      connectionTimeoutMillis: limits.connectTimeoutMs,
      idleTimeoutMillis: idleMs,
      // The pool awaits it, whatever its type says.
      onConnect: settle as (client: pg.ClientBase) => void,
    });
    this.#limits = limits;
    this.#max = limits.max;
    this.#config = config;
    hideConnectionString(this, config.connectionString);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    const acquired = connectWithin(this.#limits.acquireTimeoutMs, () => this.#acquire());
    if (callback === undefined) return acquired;
    void handOver(acquired, callback);
  }

  async #acquire(): Promise<pg.PoolClient> {
    try {
      return await super.connect();
    } catch (error) {
      if (error instanceof Error && error.message === allBusy) throw poolBusy(this.#max, error);
      if (isConnectionLimit(error)) this.#makeDo();
      if (this.#limits.pooled && isSilence(error)) {
        this.#makeDo();
        throw poolerExhausted(error);
      }
      throw connectionError(error, targetOf(new pg.Client(this.#config)));
    }
  }

  /** Gives idle connections back to the server, all but one, for somebody of this process who needs one for himself. */
  async giveUpIdle(): Promise<void> {
    while (this.idleCount > 0 && this.totalCount > 1) (await super.connect()).release(true);
  }

  /** Asks for no more than so many connections from now on, and gives back idle ones beyond them. */
  async narrow(max: number): Promise<void> {
    this.#max = Math.min(this.#max, max);
    this.options.max = Math.min(this.options.max, max);
    while (this.idleCount > 0 && this.totalCount > max) (await super.connect()).release(true);
  }

  /** Lets callers queue for the connections at hand instead of asking the server again for each of them. */
  #makeDo(): void {
    this.options.max = Math.max(1, this.totalCount);
    setTimeout(() => {
      this.options.max = this.#max;
    }, contentForMs).unref();
  }
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: boolean | Error) => void,
) => void;

/** For `pool.query`, which asks in this older way. */
async function handOver(acquired: Promise<pg.PoolClient>, callback: ConnectCallback): Promise<void> {
  let client: pg.PoolClient;
  try {
    client = await acquired;
  } catch (error) {
    callback(error as Error, undefined, () => undefined);
    return;
  }
  const owned = client;
  callback(undefined, owned, (broken) => owned.release(broken));
}

/** What pg-pool says when its queue has waited too long. */
const allBusy = 'timeout exceeded when trying to connect';

function poolBusy(max: number, cause: Error): DatabaseConnectionError {
  return new DatabaseConnectionError(
    'pool_busy',
    `All connections to PostgreSQL that this process may use (at most ${max}) were busy for too long; look for slow ` +
      'statements in pg_stat_activity, or allow the role more connections.',
    true,
    { cause },
  );
}

/** Tries until it works or the time is over, as long as nothing is wrong but that no connection is free. */
export async function connectWithin<T>(timeoutMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof DatabaseConnectionError && noneFree.has(error.code);
      if (!passing || performance.now() + pauseMs >= deadline) throw error;
      // Those who were refused at once must not all come back at once.
      await sleep(pauseMs * (0.5 + Math.random() / 2));
    }
  }
}

const noneFree: ReadonlySet<string> = new Set(['53300', 'pool_busy', 'pooler_exhausted']);

/** The pool reads the URL for every new connection; hidden, it survives there without being printed. */
function hideConnectionString(pool: pg.Pool, url: string | undefined): void {
  Object.defineProperty(pool.options, 'connectionString', { value: url, enumerable: false });
}
