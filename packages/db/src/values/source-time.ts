import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

const stamp = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d))?/;

/**
 * Reads a time as Magento writes it ('YYYY-MM-DD HH:MM:SS', always UTC).
 *
 * Returns it with its zone spelt out, so that no session's time zone can bend it; undefined when it is no such time.
 */
export function sourceTime(text: string): string | undefined {
  const day = calendarDay(text);
  const [, , , , hour = '00', minute = '00', second = '00'] = stamp.exec(text) ?? [];
  if (day === undefined || hour > '23' || minute > '59' || second > '59') return undefined;
  return `${day} ${hour}:${minute}:${second}+00`;
}

/** The day of a Magento date or time as 'YYYY-MM-DD'; undefined when there is no such day in the calendar. */
export function calendarDay(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = stamp.exec(text) ?? [];
  if (year === '' || year === '0000') return undefined;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // JavaScript rolls 31 February over to March.
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
    ? `${year}-${month}-${day}`
    : undefined;
}

/** Prints a timestamptz column the way Magento writes times. */
export function asSourceTime(column: PgColumn): SQL<string | null> {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;
}
