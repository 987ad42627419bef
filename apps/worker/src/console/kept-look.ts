import type { Clock } from '../clock.ts';
import { withinMs } from '../time-limit.ts';

/** What was seen, when, and whether it could not be looked at again since. */
export interface Look<T> {
  readonly value: T;
  readonly seenAt: Date;
  /** Why the last look failed or is late; `null` when this is the last. */
  readonly trouble: string | null;
}

/** Nothing was ever seen, and nothing can be seen now. */
export class NothingSeenError extends Error {
  override readonly name = 'NothingSeenError';
}

const leastKeptMs = 2_000;
/** A look may take so small a part of the time: one that takes a second is kept for twenty. */
const shareOfTime = 20;
const longestWaitMs = 3_000;

/**
 * Looks at something at most every two seconds, and the more seldom the longer a look takes, however many ask.
 *
 * Nobody waits for more than three seconds: then they get what was seen last, with the trouble.
 */
export class KeptLook<T> {
  readonly #look: () => Promise<T>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #last: { value: T; seenAt: Date } | undefined;
  #trouble: string | null = null;
  #looking: Promise<void> | undefined;
  #nextAt = Number.NEGATIVE_INFINITY;
  /** Looks that began before somebody did something do not count any more. */
  #round = 0;

  constructor(look: () => Promise<T>, clock: Clock, onError: (error: unknown) => void) {
    this.#look = look;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** What is seen now or was seen a moment ago. Throws `NothingSeenError`. */
  async see(): Promise<Look<T>> {
    let late: string | null = null;
    if (performance.now() >= this.#nextAt) {
      this.#looking ??= this.#lookAgain();
      if (!(await withinMs(this.#looking, longestWaitMs))) late = 'PostgreSQL is slow to answer';
    }
    if (!this.#last) throw new NothingSeenError(late ?? this.#trouble ?? 'nothing was seen yet');
    return { ...this.#last, trouble: this.#trouble ?? late };
  }

  /** What was seen is out of date: the next who looks sees what is now. */
  forget(): void {
    this.#round += 1;
    this.#nextAt = Number.NEGATIVE_INFINITY;
    this.#looking = undefined;
  }

  async #lookAgain(): Promise<void> {
    const begun = performance.now();
    const round = this.#round;
    try {
      const value = await this.#look();
      if (round !== this.#round) return;
      this.#last = { value, seenAt: this.#clock.now() };
      this.#trouble = null;
    } catch (error) {
      // Once for a whole outage.
      if (this.#trouble === null) this.#onError(error);
      this.#trouble = 'PostgreSQL does not answer';
    } finally {
      if (round === this.#round) {
        const took = performance.now() - begun;
        this.#nextAt = performance.now() + Math.max(leastKeptMs, took * shareOfTime);
        this.#looking = undefined;
      }
    }
  }
}
