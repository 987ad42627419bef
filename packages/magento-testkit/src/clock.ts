/** The two clocks of a shop: PHP stamps saves with the web server's, raw SQL with the database's. */
export interface ShopClock {
  /** Milliseconds since 1970 on the web server's clock; also the source of the HTTP `Date` header. */
  now(): number;
  /** Milliseconds since 1970 on the database's clock. */
  databaseNow(): number;
  /** Sets the web server's clock; from there it goes on by itself unless it was frozen. */
  set(moment: Date): void;
  /** Moves both clocks. */
  advance(milliseconds: number): void;
  /** Sets how far the database's clock is ahead of the web server's (negative: behind). */
  setDatabaseSkew(milliseconds: number): void;
  /** Stops the web server's clock at its present time, or lets it run again. */
  freeze(frozen: boolean): void;
}

/** Creates clocks that start at the machine's time. */
export function createShopClock(): ShopClock {
  let offset = 0;
  let databaseSkew = 0;
  let frozenAt: number | undefined;
  const now = () => frozenAt ?? Date.now() + offset;
  return {
    now,
    databaseNow: () => now() + databaseSkew,
    set(moment) {
      offset = moment.getTime() - Date.now();
      if (frozenAt !== undefined) frozenAt = moment.getTime();
    },
    advance(milliseconds) {
      offset += milliseconds;
      if (frozenAt !== undefined) frozenAt += milliseconds;
    },
    setDatabaseSkew(milliseconds) {
      databaseSkew = milliseconds;
    },
    freeze(frozen) {
      if (frozen) frozenAt = now();
      else if (frozenAt !== undefined) {
        offset = frozenAt - Date.now();
        frozenAt = undefined;
      }
    },
  };
}

/** A moment as Magento stores it: UTC, whole seconds. */
export function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
