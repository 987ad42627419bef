import type { Pause } from '@magento-sync/db';
import type { Stop, SyncContext } from '../sync/ports.ts';
import { PausedError, pauseOf, pauseSentence, type Work } from './work.ts';

/** Holds work that operators have paused, whoever paused it and wherever. */
export interface PauseWatch extends Disposable {
  /** The pause that holds this work now. */
  pauseOf(work: Work): Promise<Pause | undefined>;
  /**
   * Does work whose `pause` also fires when it becomes paused meanwhile, so that it ends after the page at hand.
   *
   * @throws PausedError without beginning it when it is paused already.
   */
  during<T>(work: Work, stop: Stop, run: (stop: Stop) => Promise<T>): Promise<T>;
}

/** How to watch. */
export interface PauseWatchOptions {
  readonly everyMs?: number;
  /** What `PausedError` says besides the pause. */
  readonly cure?: string;
  /** Told which pauses have ended, by a person or by themselves, since the look before; looks all the time then. */
  readonly onResumed?: (ended: readonly Pause[]) => void;
}

const lookEveryMs = 2_000;

/**
 * Looks after pauses in PostgreSQL while there is work that they may be about.
 *
 * A look that fails changes nothing: what runs goes on, and the next look comes.
 */
export function watchPauses(
  { shop, store, clock, log }: Pick<SyncContext, 'shop' | 'store' | 'clock' | 'log'>,
  { everyMs = lookEveryMs, cure = '', onResumed }: PauseWatchOptions = {},
): PauseWatch {
  const running = new Map<AbortController, Work>();
  let known: readonly Pause[] | undefined;
  let looking = false;

  async function look(): Promise<void> {
    if (looking || (running.size === 0 && !onResumed)) return;
    looking = true;
    try {
      const pauses = await store.pauses.active(shop);
      for (const [controller, work] of running) {
        const pause = pauseOf(pauses, work);
        if (!pause || controller.signal.aborted) continue;
        log.warn({ work }, `ends after the page at hand: ${pauseSentence(pause, clock.now())}`);
        controller.abort(new PausedError(pause, clock.now(), cure));
      }
      const ended = (known ?? []).filter((before) => !pauses.some((pause) => isSame(pause, before)));
      known = pauses;
      if (ended.length > 0) onResumed?.(ended);
    } catch (error) {
      log.debug({ err: error }, 'pauses could not be looked at; the next look follows');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), everyMs).unref();
  void look();
  const find = async (work: Work) => pauseOf(await store.pauses.active(shop), work);
  return {
    pauseOf: find,
    async during(work, stop, run) {
      const controller = new AbortController();
      // Before the look, so that no pause falls between it and the first of the timer's.
      running.set(controller, work);
      try {
        const pause = await find(work);
        if (pause) throw new PausedError(pause, clock.now(), cure);
        return await run({ ...stop, pause: AbortSignal.any([stop.pause, controller.signal]) });
      } finally {
        running.delete(controller);
      }
    },
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

function isSame(one: Pause, other: Pause): boolean {
  return one.entity === other.entity && one.kind === other.kind;
}
