import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { PostgresAddressError, readPostgresAddress } from './postgres-address.ts';
import { Secret, secretUrl } from './secret.ts';

/** Text that must not be empty. */
export const text = z.string().min(1);

/** Text that must never be shown again. */
export const secret = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));

/** Text of at least so many characters that must never be shown again. */
export const longSecret = (minimum: number) =>
  z
    .string()
    .min(minimum, { error: `must have at least ${minimum} characters` })
    .transform((value) => new Secret(value));

/** One of a closed set of words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

/** A switch. */
export const onOff = oneOf('on', 'off').transform((value) => value === 'on');

/** A whole number within bounds. */
export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, { error: `must be a whole number from ${minimum} to ${maximum}`, abort: true })
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    });

/** A number greater than zero. */
export const positiveNumber = (maximum: number) =>
  z
    .string()
    .refine((value) => Number(value) > 0 && Number(value) <= maximum, {
      error: `must be a number above 0 and at most ${maximum}`,
      abort: true,
    })
    .transform(Number);

/** A duration in milliseconds, written as `30s`, `5m`, `12h` or `1d`. */
export const duration = (minimumMs: number, maximumMs: number, bounds: string) =>
  z.string().transform((value, context) => {
    const ms = parseDuration(value);
    if (ms === undefined) {
      context.addIssue('must be a duration such as 30s, 5m, 12h or 1d');
      return z.NEVER;
    }
    if (ms < minimumMs || ms > maximumMs) {
      context.addIssue(`must be a duration ${bounds}`);
      return z.NEVER;
    }
    return ms;
  });

/** Address of a web server; a trailing slash and a trailing `/rest` are forgiven. */
export const webAddress = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    context.addIssue('must be a web address that begins with https:// or http://');
    return z.NEVER;
  }
  if (url.username || url.password || url.search || url.hash) {
    context.addIssue('must be the plain address of the shop, without a user, a password, "?" or "#"');
    return z.NEVER;
  }
  return url.href.replace(/\/+$/, '').replace(/\/rest$/, '');
});

/** Reads an address of PostgreSQL in any of its usual spellings; kept as a secret because of its password. */
export function readPostgres(value: string, context: z.RefinementCtx<string>): Secret {
  try {
    return secretUrl(readPostgresAddress(value));
  } catch (error) {
    if (!(error instanceof PostgresAddressError)) throw error;
    context.addIssue(error.message);
    return z.NEVER;
  }
}

/** Address of PostgreSQL. */
export const postgresUrl = z.string().transform(readPostgres);

/** Short name of a shop as it stands in every row. */
export const shopName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'must be 1 to 63 small letters, digits and hyphens, and begin with a letter or digit',
});

/** Time of the day in UTC, as minutes after midnight. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
    error: 'must be a time of the day in UTC such as 03:30',
    abort: true,
  })
  .transform((value) => Number(value.slice(0, 2)) * 60 + Number(value.slice(3)));

/** 32 bytes of key in base64. */
export const encryptionKey = z.string().transform((value, context) => {
  if (Buffer.from(value, 'base64').length !== 32 || !/^[A-Za-z0-9+/]+=*$/.test(value)) {
    context.addIssue('must be 32 random bytes in base64; "openssl rand -base64 32" makes one');
    return z.NEVER;
  }
  return new Secret(value);
});
