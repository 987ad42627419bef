/** Clocks of web servers may differ by this, and an answer may be made a moment before it is sent. */
const toleranceMs = 5_000;
/** More servers with clocks of their own than these are no shop's. */
const mostClocks = 16;

/**
 * Finds answers whose `Date` is older than their request: a cache that says nothing repeats the date of what it keeps.
 *
 * A web server with a clock of its own looks alike; its date moves on when it is asked again, and then it is known.
 */
export interface DateWatch {
  /** Whether an answer is as old as only a cache, or a clock that was not seen before, makes it. */
  isOld(date: Date, sentAt: number): boolean;
  /** Takes note of an answer that is new. */
  trust(date: Date, receivedAt: number): void;
}

/** Creates a watch that has seen nothing yet; until the first answer, this machine's own clock is the measure. */
export function createDateWatch(): DateWatch {
  /** How far the clocks of the shop's servers are ahead of this machine's, at least. */
  const clocks: number[] = [];
  return {
    isOld(date, sentAt) {
      const ahead = date.getTime() - sentAt;
      const known = clocks.length === 0 ? [0] : clocks;
      return ahead < Math.max(...known) && known.every((clock) => Math.abs(ahead - clock) > toleranceMs);
    },
    trust(date, receivedAt) {
      const ahead = date.getTime() - receivedAt;
      if (clocks.some((clock) => Math.abs(ahead - clock) <= toleranceMs / 2)) return;
      clocks.push(ahead);
      if (clocks.length > mostClocks) clocks.shift();
    },
  };
}
