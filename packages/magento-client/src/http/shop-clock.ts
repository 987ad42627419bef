/** The shop's clock as far as its answers tell it. */
export interface ShopClock {
  /** This machine's time, ms since 1970. */
  now(): number;
  /** The shop's time, ms since 1970: this machine's until an answer carried a `Date`. */
  shopNow(): number;
  /** Learns from an answer's `Date` header, which has a resolution of one second. */
  observe(serverDate: Date): void;
}

/** Creates a clock that follows the shop's `Date` headers. */
export function createShopClock(now: () => number = Date.now): ShopClock {
  let skewMs = 0;
  return {
    now,
    shopNow: () => now() + skewMs,
    observe(serverDate) {
      // The header drops the fraction of a second: half a second is the mean of what it hides.
      const skew = serverDate.getTime() + 500 - now();
      skewMs = Math.abs(skew) <= 1_000 ? 0 : skew;
    },
  };
}
