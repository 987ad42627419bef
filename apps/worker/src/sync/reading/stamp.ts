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
