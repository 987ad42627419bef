import { setTimeout } from 'node:timers/promises';
import { type OutboxEntry, type OutboxRepository, transientFailure } from '@magento-sync/db';
import type { Logger } from '../../logger.ts';

/** Who reads the feed, from where, and what becomes of each entry. */
export interface FeedReading {
  /** Reads on from what this consumer has acknowledged, and acknowledges what was handed over. */
  readonly consumer?: string;
  /** Entries after this position; `now` begins with what happens next. A consumer's own position when absent. */
  readonly from?: bigint | 'now';
  /** Wait for more at the end instead of stopping there. */
  readonly follow: boolean;
  /** Takes an entry; resolves when it has arrived. */
  readonly handOver: (entry: OutboxEntry) => Promise<void>;
  /** Fires to stop after the entry at hand. */
  readonly pause: AbortSignal;
}

const entriesAtOnce = 500;
const acknowledgeEveryMs = 200;
/** Without a notification the feed is read nevertheless: a lost connection tells nothing. */
const pollEveryMs = 15_000;

/**
 * Hands over the entries of the feed in their order, each at least once.
 *
 * A position is acknowledged only after its entry was handed over, at most 200 ms later. A consumer that is new begins
 * at the head, which is acknowledged at once. While following, a PostgreSQL that is away is waited for.
 *
 * @throws OutboxGapError when entries were pruned before they were read.
 */
export async function followFeed(feed: Feed, reading: FeedReading): Promise<void> {
  const { shop, outbox } = feed;
  const { consumer, follow, handOver, pause } = reading;
  const persist = <T>(work: () => Promise<T>) => (follow ? persistently(feed.log, pause, work) : work());
  const acknowledge = async (upTo: bigint) => {
    if (consumer !== undefined) await persist(() => outbox.acknowledge(shop, consumer, upTo));
  };
  await using ear = follow ? openFeedEar(feed) : null;
  let position = await persist(() => startOf(feed, reading));
  let acknowledged = position;
  await acknowledge(position);
  while (!pause.aborted) {
    ear?.forget();
    const after = position;
    const entries = await persist(() => outbox.read(shop, after, entriesAtOnce));
    let acknowledgedAt = performance.now();
    for (const entry of entries) {
      if (pause.aborted) break;
      await handOver(entry);
      position = entry.position;
      if (performance.now() - acknowledgedAt < acknowledgeEveryMs) continue;
      await acknowledge(position);
      acknowledged = position;
      acknowledgedAt = performance.now();
    }
    if (position > acknowledged) await acknowledge(position);
    acknowledged = position;
    if (entries.length === entriesAtOnce) continue;
    if (!ear) return;
    await ear.hear(pollEveryMs, pause);
  }
}

async function startOf({ shop, outbox }: Feed, { consumer, from }: FeedReading): Promise<bigint> {
  if (from === 'now') return outbox.head(shop);
  if (from !== undefined) return from;
  if (consumer === undefined) return outbox.oldest(shop);
  return (await outbox.acknowledged(shop, consumer)) ?? outbox.head(shop);
}

/**
 * Repeats work until PostgreSQL lets it succeed; an error that is not passing, or one after the stop, is thrown.
 *
 * Says once that it waits, and once that it goes on.
 */
async function persistently<T>(log: Logger, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      const result = await work();
      if (failures > 0) log.warn('PostgreSQL is back; going on');
      return result;
    } catch (error) {
      const passing = transientFailure(error);
      if (!passing || stop.aborted) throw error;
      if (failures === 0) log.warn({ reason: passing.reason }, 'PostgreSQL does not answer; waiting for it');
      await setTimeout(passing.delayMs, undefined, { signal: stop }).catch(() => {});
    }
  }
}

/** The feed of one shop. */
export interface Feed {
  readonly shop: string;
  readonly outbox: OutboxRepository;
  readonly log: Logger;
}

/** Hears when a feed has grown. */
interface FeedEar extends AsyncDisposable {
  /** Forgets what was heard so far; call it before reading. */
  forget(): void;
  /**
   * Resolves when something was heard since the last `forget`, when a lost connection was replaced (nobody knows what
   * was missed), after the given time, or when the signal fires.
   */
  hear(ms: number, signal: AbortSignal): Promise<void>;
}

/** Opens an ear that listens on a connection of its own, and listens again when that breaks. */
function openFeedEar({ shop, outbox, log }: Feed): FeedEar {
  let listener: AsyncDisposable | null = null;
  let wake = new AbortController();
  const listen = async () => {
    listener = await outbox.listen(
      (grown) => {
        if (grown === shop) wake.abort();
      },
      () => {
        listener = null;
        wake.abort();
      },
    );
  };
  return {
    forget() {
      if (wake.signal.aborted) wake = new AbortController();
    },
    async hear(ms, signal) {
      let waitMs = ms;
      if (!listener) {
        try {
          await listen();
          return;
        } catch (error) {
          log.debug({ err: error }, 'cannot listen for changes right now; looking now and then');
          waitMs = Math.min(ms, 1_000);
        }
      }
      const either = AbortSignal.any([signal, wake.signal]);
      await setTimeout(waitMs, undefined, { signal: either }).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      await listener?.[Symbol.asyncDispose]();
    },
  };
}
