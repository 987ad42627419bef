import { setTimeout as delay } from 'node:timers/promises';
import type { PageToWrite } from '@magento-sync/db';
import { createTestDatabase, type TestDatabase } from '@magento-sync/db/testing';
import { entities } from '@magento-sync/entities';
import { createMagentoClient } from '@magento-sync/magento-client';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { createLocks } from '../../apps/worker/src/locks.ts';
import { createStore } from '../../apps/worker/src/store.ts';
import type { Locks, Store, SyncContext } from '../../apps/worker/src/sync/ports.ts';
import { aroundWrites } from '../../apps/worker/testing/with-writes.ts';
import { administrator } from './administrator.ts';
import { playedIn } from './played/cast.ts';
import type { Played } from './played/played.ts';

/** Thrown in the middle of a use case to stand for a `kill -9`. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Faults of one worker. */
export interface WorkerOptions {
  /** Called before every write of a page; an error is a crash before the commit. */
  readonly beforeWrite?: () => Promise<void>;
  /** Called after every committed page; an error is a crash after the commit. */
  readonly afterWrite?: () => Promise<void>;
  /** For which writes of pages (counted from 0) the database ends the connection before the commit. */
  readonly tornWrites?: (write: number) => boolean;
  /** It has lost its lock without noticing: only the fences of the checkpoints are left. */
  readonly lostLock?: boolean;
  readonly pageSize?: number;
}

/** A shop, a copy of it, and as many workers as a story needs. */
export interface World extends AsyncDisposable {
  readonly shop: MagentoShop;
  /** The entities that are copied. */
  readonly cast: readonly Played[];
  readonly copy: TestDatabase;
  readonly store: Store;
  worker(options?: WorkerOptions): SyncContext;
  /** Pages that were written although somebody else had claimed their checkpoint. */
  readonly unfencedWrites: string[];
  /** Called at every request, before the shop answers it. */
  onRequest(listener: () => void): void;
  /** Listens again after the shop's fault rules were cleared. */
  rearm(): void;
}

const firstMoment = new Date('2026-07-01T08:00:00Z');
/**
 * Rows may commit up to two of these after their stamp: the watermark stays one behind the shop's clock, and a pull starts
 * another one before it. Editors use most of that, so that neither can be spared.
 */
const overlapMs = 300_000;
/** Share of the rows that may vanish at once; a story deletes less than this, and hides more. */
export const allowedShare = 0.4;

/** A shop that is copied. */
export interface Population extends Pick<ShopOptions, 'ambiguousUpdatedAt'> {
  /** Names of the entities. */
  readonly names: readonly string[];
  readonly customers: number;
  /** With what follows from them. */
  readonly orders?: number;
}

/** Creates shop, copy and workers. The clock stands still unless it is advanced, so that a seed is deterministic. */
export async function createWorld(
  postgresUrl: string,
  seed: number,
  { names, customers, orders = 0, ...options }: Population,
): Promise<World> {
  const shop = await startMagentoShop({ ...options, population: { customers, seed }, orders });
  const cast = playedIn(shop, names);
  shop.clock.freeze(true);
  shop.clock.set(firstMoment);
  let listener = () => {};
  const rearm = () =>
    shop.faults.add({
      match() {
        listener();
        return false;
      },
      answer: { kind: 'reset' },
    });
  rearm();
  const copy = await createTestDatabase(postgresUrl);
  const store = createStore(copy.database);
  const clients: AsyncDisposable[] = [];
  const unfencedWrites: string[] = [];
  return {
    shop,
    cast,
    copy,
    store,
    unfencedWrites,
    rearm,
    onRequest(listen) {
      listener = listen;
    },
    worker(options = {}) {
      const magento = createMagentoClient({
        baseUrl: shop.url,
        auth: { kind: 'admin', ...administrator },
        // One request at a time: what happens between two of them is then the same for every run of a seed.
        budget: { concurrency: 1, requestsPerSecond: 100_000 },
        retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
        now: () => shop.clock.now(),
      });
      clients.push(magento);
      return {
        shop: 'chaos',
        entities: entities.filter(({ name }) => names.includes(name)),
        magento,
        store: watched(copy, store, options, unfencedWrites),
        locks: options.lostLock ? noLocks : createLocks(copy.database),
        clock: { now: () => new Date(shop.clock.now()) },
        log: pino({ level: 'silent' }),
        settings: {
          pageSize: options.pageSize ?? 7,
          overlapMs,
          concurrency: 1,
          deletions: { keep: 'tombstone', maxShare: allowedShare },
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
      await shop.stop();
      await copy[Symbol.asyncDispose]();
    },
  };
}

function watched(
  copy: TestDatabase,
  store: Store,
  { beforeWrite, afterWrite, tornWrites }: WorkerOptions,
  unfencedWrites: string[],
): Store {
  let writes = 0;
  return aroundWrites(store, async (page, write) => {
    await beforeWrite?.();
    const taken = page.checkpoint && (await isTaken(copy, page.checkpoint));
    const torn = tornWrites?.(writes++) ?? false;
    const outcome = torn ? await tear(copy, write) : await write();
    if (taken && page.checkpoint) unfencedWrites.push(page.checkpoint.key.kind);
    await afterWrite?.();
    return outcome;
  });
}

type Page = PageToWrite;

async function isTaken(
  { database }: TestDatabase,
  { key, fence }: NonNullable<Page['checkpoint']>,
): Promise<boolean> {
  const { rows } = await database.pool.query<{ fence: string }>(
    `select fence::text as fence from sync.checkpoints
     where shop = $1 and entity = $2 and kind = $3 and range = $4`,
    [key.shop, key.entity, key.kind, key.range],
  );
  return rows[0]?.fence !== fence.toString();
}

/**
 * Ends the connection of a write before its last statement, which counts its rows in the run: whatever of it remains was
 * not written in one transaction.
 */
async function tear<T>({ database }: TestDatabase, write: () => Promise<T>): Promise<T> {
  const holder = await database.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table sync.runs in exclusive mode');
    const writing = write();
    const ended = writing.then(
      () => true,
      () => true,
    );
    for (let stopped = false; !stopped; ) {
      // Not on the holder's connection: within a transaction the server shows the same activity again and again.
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%"runs"%'`,
      );
      stopped = (rowCount ?? 0) > 0 || (await Promise.race([ended, delay(5, false)]));
    }
    return await writing;
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

const noLocks: Locks = {
  tryRun: async (_name, signal, work) => ({ acquired: true, value: await work(signal) }),
  run: (_name, signal, work) => work(signal),
};
