import type { OutageReason } from './errors.ts';
import { pageTitle } from './http/parse-json.ts';
import type { RawAnswer } from './http/transport.ts';

/** A gateway that gave up waiting has waited at least this long; one that found nobody behind it answers at once. */
const longWaitMs = 2_000;
/** 502 and 504 of web servers and CDNs, and Cloudflare's 520 to 527 and 530. */
const gateways = new Set([502, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530]);

/**
 * Databases that are away or full, as developer mode prints them.
 *
 * MySQL: 1040 too many connections, 1053 shutdown, 1203 too many of one user, 2002 to 2013 not reachable or lost.
 */
const databaseError =
  /SQLSTATE\[(?:HY000|08\w{3})\] \[(?:1040|1053|1203|2002|2003|2005|2006|2013)\]|server has gone away/;
const errorPage =
  /There has been an error processing your request|An error has happened during application run/;

/** An answer that says that the shop is away as a whole. */
export interface OutageAnswer {
  readonly reason: Exclude<OutageReason, 'maintenance'>;
  readonly message: string;
}

/**
 * Finds out whether a refusal is about the shop as a whole; `undefined` when it is not.
 *
 * Magento: recordings/outages.json 'database down': a page without a report, while errors of the web API are JSON and
 * those that Magento could log name their report.
 */
export function findOutage(
  answer: RawAnswer,
  reportId: string | null,
  durationMs: number,
): OutageAnswer | undefined {
  const { status, text } = answer;
  if (gateways.has(status) && durationMs < longWaitMs) {
    return {
      reason: 'gateway',
      message: `The web server or CDN before the shop finds nobody behind it (${status} at once)${pageTitle(text)}. Check that PHP (php-fpm) of the shop is running and not out of processes.`,
    };
  }
  const isOwnPage = status === 500 && reportId === null && !/^\s*[{[]/.test(text);
  if (isOwnPage && (errorPage.test(text) || databaseError.test(text))) {
    return {
      reason: 'database',
      message: `The shop cannot work at all (500, an error page without a report), most likely because its database is down. Check the database, and look into var/log/exception.log of the shop.`,
    };
  }
  return undefined;
}
