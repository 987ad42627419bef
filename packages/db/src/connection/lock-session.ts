import type pg from 'pg';
import { LockLostError } from '../errors.ts';
import { type Statements, statementsOn } from './statements.ts';

/** A lock that was taken; `signal` fires when it is lost with its session. */
export interface TakenLock {
  /** The session that holds it: what is stored through it is stored only while the lock is held. */
  readonly statements: Statements;
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** A session without locks is kept for so long, because the next one is mostly near. */
const idleMs = 10_000;

/**
 * One session that holds any number of locks, so that a process needs one connection for them and not one for each.
 *
 * The server frees them as soon as the session ends, so a killed holder blocks nobody. A session may take a lock that it
 * holds once more; therefore what this process holds is looked up here before the server is asked.
 */
export class LockSession {
  readonly #open: () => Promise<pg.Client>;
  readonly #held = new Map<string, AbortController>();
  #session: Promise<pg.Client> | undefined;
  /** The last statement that was given to the session. */
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<pg.Client>) {
    this.#open = open;
  }

  /** Takes the lock at once or not at all: `undefined` when somebody else holds it, in this process or elsewhere. */
  async tryTake(name: string): Promise<TakenLock | undefined> {
    if (this.#held.has(name)) return undefined;
    const lost = new AbortController();
    // Before anything is awaited: whoever comes meanwhile must not ask the same session.
    this.#held.set(name, lost);
    clearTimeout(this.#idle);
    try {
      const client = await this.#client();
      const acquired = await this.#ask(client, 'pg_try_advisory_lock', name);
      lost.signal.throwIfAborted();
      if (!acquired) {
        this.#forget(name, lost);
        return undefined;
      }
      return {
        statements: statementsOn(this.#oneAfterTheOther(client)),
        signal: lost.signal,
        release: () => this.#release(client, name, lost),
      };
    } catch (error) {
      this.#forget(name, lost);
      throw error;
    }
  }

  /** Ends the session, and every lock with it. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const session = this.#session;
    this.#session = undefined;
    await session?.then(endSession).catch(() => undefined);
  }

  #client(): Promise<pg.Client> {
    this.#session ??= this.#begin();
    return this.#session;
  }

  async #begin(): Promise<pg.Client> {
    try {
      const client = await this.#open();
      client.once('error', (error) => this.#lose(client, error));
      client.once('end', () => this.#lose(client));
      return client;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  #lose(client: pg.Client, cause?: Error): void {
    const session = this.#session;
    if (session === undefined) return;
    session.then(
      (current) => {
        if (current !== client || this.#session !== session) return;
        this.#session = undefined;
        for (const [name, lost] of this.#held) lost.abort(new LockLostError(name, { cause }));
        this.#held.clear();
      },
      () => undefined,
    );
  }

  async #release(client: pg.Client, name: string, lost: AbortController): Promise<void> {
    const unlocking = this.#ask(client, 'pg_advisory_unlock', name);
    // Only now: a session does one thing after the other, so that who takes it next is asked about a lock that is free.
    this.#forget(name, lost);
    // A session that has broken has freed the lock.
    await unlocking.catch(() => undefined);
  }

  /** Statements of a session go one after the other, in the order in which they were given. */
  async #ask(
    client: pg.Client,
    what: 'pg_try_advisory_lock' | 'pg_advisory_unlock',
    name: string,
  ): Promise<boolean> {
    const asked = this.#inTurn(() =>
      client.query<{ done: boolean }>(`select ${what}(hashtextextended($1, 0)) as done`, [name]),
    );
    return (await asked).rows[0]?.done === true;
  }

  #inTurn<T>(send: () => Promise<T>): Promise<T> {
    const sent = this.#last.then(send);
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  /** The session for holders of its locks: pg wants to be asked only after it has answered. */
  #oneAfterTheOther(client: pg.Client): pg.Client {
    const send = client.query.bind(client) as (...query: unknown[]) => Promise<unknown>;
    const query = (...asked: unknown[]) => this.#inTurn(() => send(...asked));
    return Object.create(client, { query: { value: query } }) as pg.Client;
  }

  #forget(name: string, lost: AbortController): void {
    if (this.#held.get(name) === lost) this.#held.delete(name);
    if (this.#held.size > 0) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#held.size === 0) void this.close();
    }, idleMs);
    this.#idle.unref();
  }
}

/** A pooler may give the server's session to another client as it is: nothing of ours must stay in it. */
export async function endSession(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_unlock_all()').catch(() => undefined);
  await client.end().catch(() => undefined);
}
