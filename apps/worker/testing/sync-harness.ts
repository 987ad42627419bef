import type { TestDatabase } from '@magento-sync/db/testing';
import { defaultEntities } from '@magento-sync/entities';
import { createMagentoClient } from '@magento-sync/magento-client';
import type { MagentoShop, ShopOptions } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createLocks } from '../src/locks.ts';
import { createStore } from '../src/store.ts';
import type { PageReport, Stop, Store, SyncContext, SyncSettings } from '../src/sync/ports.ts';
import { startShopAndCopy } from './shop-and-copy.ts';

/** The administrator that every stand-in shop knows. Recorded in recordings/tokens.json. */
export const administrator = { username: 'admin', password: 'Passw0rd123!' };

/** What a context has besides its settings. */
export interface ContextOptions {
  readonly onPage?: (report: PageReport) => void;
  /** Where the shop is reached: itself when absent, or what stands before it. */
  readonly baseUrl?: string;
  readonly maxBodyBytes?: number;
}

/** A shop, an empty copy of it, and everything a use case needs to bring them together. */
export interface SyncHarness {
  readonly shop: MagentoShop;
  readonly copy: TestDatabase;
  readonly store: Store;
  /** A context of a process of its own: own client, own lock sessions. */
  context(settings?: Partial<SyncSettings> & ContextOptions): SyncContext;
}

/** Starts both sides; they are gone when the test ends. */
export async function startSync(options: ShopOptions = {}): Promise<SyncHarness> {
  const { shop, copy } = await startShopAndCopy(options);
  const { database } = copy;
  const store = createStore(database);
  return {
    shop,
    copy,
    store,
    context({ onPage, baseUrl = shop.url, maxBodyBytes, ...settings } = {}) {
      const magento = createMagentoClient({
        baseUrl,
        ...(maxBodyBytes ? { maxBodyBytes } : {}),
        auth: { kind: 'admin', ...administrator },
        budget: { concurrency: 4, requestsPerSecond: 10_000 },
        retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
        now: () => shop.clock.now(),
      });
      onTestFinished(() => magento[Symbol.asyncDispose]());
      return {
        shop: 'test',
        entities: defaultEntities,
        magento,
        store,
        locks: createLocks(database),
        // The clock by which the client notes when rows were read: a copy is written by clocks that agree.
        clock: { now: () => new Date(shop.clock.now()) },
        log: pino({ level: 'silent' }),
        settings: {
          pageSize: 100,
          overlapMs: 600_000,
          concurrency: 3,
          deletions: { keep: 'tombstone', maxShare: 0.05 },
          ...settings,
        },
        ...(onPage ? { onPage } : {}),
      };
    },
  };
}

/** A stop that nobody asks for. */
export function noStop(): Stop {
  return { signal: new AbortController().signal, pause: new AbortController().signal };
}

/** A stop whose pause the test can ask for. */
export function pausable(): Stop & { ask(): void } {
  const pause = new AbortController();
  return { signal: new AbortController().signal, pause: pause.signal, ask: () => pause.abort() };
}
