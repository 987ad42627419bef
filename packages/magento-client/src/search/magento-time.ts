import { InvalidCriteriaError } from '../errors.ts';

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

/** Formats a moment the way Magento stores and compares it: `YYYY-MM-DD HH:MM:SS`, UTC, whole seconds (rounded down). */
export function formatMagentoTime(moment: Date): string {
  const text = moment.toISOString();
  if (text.length !== 24)
    throw new InvalidCriteriaError(`${text} is outside the years that Magento can store.`);
  return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}

/** Parses `YYYY-MM-DD HH:MM:SS` as UTC; `undefined` for anything else and for days that do not exist. */
export function parseMagentoTime(text: string): Date | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const moment = new Date(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(moment.getTime()) || formatMagentoTime(moment) !== text ? undefined : moment;
}

/**
 * Refuses a filter value that is not exactly `YYYY-MM-DD HH:MM:SS`.
 *
 * Magento: recordings/customers-search.json 'garbage date matches everything' and 'date with +02:00: the zone is
 * ignored': what it cannot read, it misreads without an error.
 */
export function assertMagentoTime(text: string, name: string): void {
  if (parseMagentoTime(text) === undefined) {
    throw new InvalidCriteriaError(
      `${name} must be a UTC time written as YYYY-MM-DD HH:MM:SS, not "${text}": Magento would misread it without an error.`,
    );
  }
}
