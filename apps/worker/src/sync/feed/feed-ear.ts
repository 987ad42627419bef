import { setTimeout } from 'node:timers/promises';
import type { OutboxRepository } from '@magento-sync/db';
import type { Logger } from '../../logger.ts';

/** The feed of one shop. */
export interface Feed {
  readonly shop: string;
  readonly outbox: OutboxRepository;
  readonly log: Logger;
}

/** Hears when a feed has grown. */
export interface FeedEar extends AsyncDisposable {
  /** Forgets what was heard so far; call it before reading. */
  forget(): void;
  /**
   * Resolves when something was heard since the last `forget`, when a lost connection was replaced (nobody knows what
   * was missed), after the given time, or when the signal fires.
   */
  hear(ms: number, signal: AbortSignal): Promise<void>;
}

/** Opens an ear that listens on a connection of its own, and listens again when that breaks. */
export function openFeedEar({ shop, outbox, log }: Feed): FeedEar {
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
