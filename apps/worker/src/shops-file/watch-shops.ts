import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../config/environment.ts';
import { parseShops } from './read-shops.ts';
import { findSettings } from './shop-environment.ts';

/** Bind mounts and the links of Kubernetes fool whoever waits for events of the file system: the content is looked at. */
const lookEveryMs = 10_000;
/** What was found to be other than before counts when it is still the same so much later: somebody may be writing. */
const settledAfterMs = 1_000;

/** Why the file is read again. */
export type WhyAgain = 'SIGHUP' | 'its content changed';

/** Where SIGHUP comes from; the process. */
export interface HangupSource {
  on(signal: 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGHUP', listener: () => void): unknown;
}

/** SIGHUP as a question to read the file again, from now on: without a listener it would end the process. */
export interface Hangups extends Disposable {
  /** Whether one came since this was asked last. */
  take(): boolean;
  /** Waits for so long, for one, or for the signal, whichever is first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Listens for SIGHUP until it is disposed of. */
export function listenForHangups(source: HangupSource = process): Hangups {
  let came = false;
  let wake = () => {};
  const onHangup = () => {
    came = true;
    wake();
  };
  source.on('SIGHUP', onHangup);
  return {
    take() {
      const before = came;
      came = false;
      return before;
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (came || signal.aborted) return resolve();
        const done = () => {
          wake = () => {};
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        wake = done;
        signal.addEventListener('abort', done, { once: true });
      }),
    [Symbol.dispose]: () => void source.off('SIGHUP', onHangup),
  };
}

/**
 * Calls for the file to be read again at every SIGHUP, and when it or a secret that it names has changed, until the
 * signal fires. `seen` is the content that was read last, as {@link contentOf} tells it.
 */
export async function watchShops(
  {
    content,
    seen,
    hangups,
    everyMs = lookEveryMs,
    settledMs = settledAfterMs,
  }: {
    readonly content: () => string;
    readonly seen: string;
    readonly hangups: Hangups;
    readonly everyMs?: number;
    readonly settledMs?: number;
  },
  readAgain: (why: WhyAgain) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = seen;
  while (!signal.aborted) {
    await hangups.wait(everyMs, signal);
    if (signal.aborted) return;
    if (hangups.take()) {
      // Before it is read: what changes while it is read is seen the next time.
      last = content();
      readAgain('SIGHUP');
      continue;
    }
    const now = content();
    if (now === last) continue;
    await sleep(settledMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || content() !== now) continue;
    last = now;
    readAgain('its content changed');
  }
}

/** A digest of the file and of everything that it refers to; another one as soon as any of it changes. */
export function contentOf(path: string, environment: Environment): string {
  const parts: string[] = [];
  try {
    const text = readFileSync(path, 'utf8');
    parts.push(text);
    for (const shop of parseShops(text, path))
      parts.push(JSON.stringify([...findSettings(shop, environment).prints]));
  } catch (error) {
    parts.push(String(error));
  }
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
