import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

const stamp = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d))?/;

/**
 * Reads a time as Magento writes it ('YYYY-MM-DD HH:MM:SS', always UTC).
 *
 * Returns it with its zone spelt out, so that no session's time zone can bend it; undefined when it is no such time.
 */
export function sourceTime(text: string): string | undefined {
  if (isUsualTime(text)) return `${text}+00`;
  const read = stamp.exec(text);
  const day = read === null ? undefined : dayOf(read);
  const [, , , , hour = '00', minute = '00', second = '00'] = read ?? [];
  if (day === undefined || hour > '23' || minute > '59' || second > '59') return undefined;
  return `${day} ${hour}:${minute}:${second}+00`;
}

/** Whether a text is a time as nearly all are: of a day that every month has, looked at without taking it apart. */
function isUsualTime(text: string): boolean {
  if (text.length !== 19 || text[4] !== '-' || text[7] !== '-') return false;
  if (text[10] !== ' ' || text[13] !== ':' || text[16] !== ':') return false;
  const [century, year] = [twoDigits(text, 0), twoDigits(text, 2)];
  if (century < 0 || year < 0 || century + year === 0) return false;
  return (
    isWithin(twoDigits(text, 5), 1, 12) &&
    isWithin(twoDigits(text, 8), 1, 28) &&
    isWithin(twoDigits(text, 11), 0, 23) &&
    isWithin(twoDigits(text, 14), 0, 59) &&
    isWithin(twoDigits(text, 17), 0, 59)
  );
}

function isWithin(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}

/** The number at a place of a text; -1 where there is none. */
function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return isWithin(tens, 0, 9) && isWithin(ones, 0, 9) ? 10 * tens + ones : -1;
}

/** The day of a Magento date or time as 'YYYY-MM-DD'; undefined when there is no such day in the calendar. */
export function calendarDay(text: string): string | undefined {
  const read = stamp.exec(text);
  return read === null ? undefined : dayOf(read);
}

function dayOf([, year = '', month = '', day = '']: RegExpExecArray): string | undefined {
  if (year === '0000' || month < '01' || month > '12' || day < '01') return undefined;
  // Every month has 28 days; how many more is for the calendar to say.
  const exists = day <= '28' || Number(day) <= daysOf(Number(year), Number(month));
  return exists ? `${year}-${month}-${day}` : undefined;
}

function daysOf(year: number, month: number): number {
  // JavaScript takes years below 100 for those of the last century; a leap day comes every 400 years again.
  return new Date(Date.UTC(year + 400, month, 0)).getUTCDate();
}

/** Prints a timestamptz column the way Magento writes times. */
export function asSourceTime(column: PgColumn): SQL<string | null> {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;
}
