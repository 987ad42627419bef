/** A moment as Magento writes it: `YYYY-MM-DD HH:MM:SS`, always UTC. Stamps compare as texts. */
export type Stamp = string;

/** The stamp of a moment, cut to the second. */
export function stampOf(moment: Date): Stamp {
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

/** The moment of a stamp. Throws a `RangeError` for anything that is not a stamp. */
export function momentOf(stamp: Stamp): Date {
  const moment = new Date(`${stamp.replace(' ', 'T')}Z`);
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(stamp) || Number.isNaN(moment.getTime())) {
    throw new RangeError(`"${stamp}" is not a moment of the form YYYY-MM-DD HH:MM:SS.`);
  }
  return moment;
}

/** The stamp moved back by a duration. */
export function earlier(stamp: Stamp, ms: number): Stamp {
  return stampOf(new Date(momentOf(stamp).getTime() - ms));
}

/**
 * How far the clock that stamps rows may be behind the shop's HTTP clock without a change being missed.
 *
 * A watermark that only followed the rows seen would stay at the last change of a quiet shop, and every pull would read
 * the last burst again; one that followed the HTTP clock closely would miss rows stamped by a slow clock.
 */
export const clockToleranceMs = 3_600_000;

/** What a finished pull knows. */
export interface PullFacts {
  readonly previous: Stamp;
  /** The shop's clock when the pull asked for its first page. */
  readonly startedAt: Date;
  /** The latest `updated_at` that was not from the future; `null` when no row was seen. */
  readonly latestSeen: Stamp | null;
  readonly overlapMs: number;
}

/** From where the next pull reads: the watermark minus the overlap. */
export function pullStart(watermark: Stamp, overlapMs: number): Stamp {
  return earlier(watermark, overlapMs);
}

/**
 * The watermark after a finished pull: the latest row seen, at least the shop's clock minus overlap and tolerance.
 *
 * It never passes the shop's clock at the start minus the overlap, because rows commit after they are stamped, and never
 * moves back.
 */
export function nextWatermark({ previous, startedAt, latestSeen, overlapMs }: PullFacts): Stamp {
  const ceiling = stampOf(new Date(startedAt.getTime() - overlapMs));
  const floor = firstWatermark(startedAt, overlapMs);
  const followed = latestSeen === null ? floor : earliest(latestSeen, ceiling);
  return latest(previous, latest(floor, followed));
}

/** The watermark that lets the first pull begin before a backfill that started at the given moment of the shop's clock. */
export function firstWatermark(startedAt: Date, overlapMs: number): Stamp {
  return stampOf(new Date(startedAt.getTime() - overlapMs - clockToleranceMs));
}

/** The latest of some stamps that is not after the given moment; `previous` when none is later than it. */
export function latestNotAfter(
  previous: Stamp | null,
  stamps: readonly (Stamp | null)[],
  moment: Date,
): Stamp | null {
  const limit = stampOf(moment);
  return stamps.reduce<Stamp | null>(
    (found, stamp) => (stamp !== null && stamp <= limit && (found === null || stamp > found) ? stamp : found),
    previous,
  );
}

function latest(one: Stamp, other: Stamp): Stamp {
  return one > other ? one : other;
}

function earliest(one: Stamp, other: Stamp): Stamp {
  return one < other ? one : other;
}

/** When a page was asked for, by the shop's clock: the shop dates its answer when it begins to send it. */
export function askedAt(shopDate: Date | null, durationMs: number): Date | null {
  return shopDate && new Date(shopDate.getTime() - durationMs);
}
