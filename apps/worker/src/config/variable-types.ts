import { entities, namesOf, personalColumns } from '@magento-sync/entities';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { PostgresAddressError, readPostgresAddress } from './postgres-address.ts';
import { Secret, secretUrl } from './secret.ts';
import { readShopAddress } from './shop-address.ts';

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

/** Address of a web server, with nothing but a path. */
export const webAddress = z.string().transform((value, context) => {
  const address = readShopAddress(value);
  if ('problem' in address || address.login) {
    context.addIssue('problem' in address ? address.problem : 'must not hold a user name or a password');
    return z.NEVER;
  }
  return address.url;
});

/** Address of a document for people. */
export const documentAddress = z.url({ protocol: /^https?$/, error: 'must be an address with https://' });

/** An address that is secret as a whole, because its path or its login is. */
export const secretAddress = (...protocols: readonly string[]) =>
  z.string().transform((value, context) => {
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol) && new URL(value).hostname) {
      return new Secret(value);
    }
    context.addIssue(
      `must be an address that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`,
    );
    return z.NEVER;
  });

/** An e-mail address. */
export const emailAddress = z.email({ error: 'must be an e-mail address' });

/** E-mail addresses with commas between them. */
export const emailAddresses = z.string().transform((value, context) => {
  const addresses = value.split(',').map((address) => address.trim());
  if (addresses.every((address) => emailAddress.safeParse(address).success)) return addresses;
  context.addIssue('must be e-mail addresses with commas between them');
  return z.NEVER;
});

/** A login that a web server asks for before it passes a request on. */
export interface BasicAuth {
  readonly username: string;
  readonly password: Secret;
}

/** Address of the shop, and the login of its web server when one stands before the "@". */
export const shopAddress = z.string().transform((value, context) => {
  const address = readShopAddress(value);
  if ('problem' in address) {
    context.addIssue(address.problem);
    return z.NEVER;
  }
  const { url, login } = address;
  const basicAuth: BasicAuth | undefined = login && {
    username: login.username,
    password: new Secret(login.password),
  };
  return { url, basicAuth };
});

/** A user name, a colon and a password. */
export const basicAuth = z.string().transform((value, context): BasicAuth => {
  const colon = value.indexOf(':');
  if (colon < 1) {
    context.addIssue('must be a user name and a password with a colon between them');
    return z.NEVER;
  }
  return { username: value.slice(0, colon), password: new Secret(value.slice(colon + 1)) };
});

/** Headers as `Name: value`, one a line, or as a JSON object; the values are secret. */
export const extraHeaders = z.string().transform((value, context): Readonly<Record<string, Secret>> => {
  const wrong = (problem: string) => {
    context.addIssue(problem);
    return z.NEVER;
  };
  const pairs = value.startsWith('{') ? headersOfJson(value) : headersOfLines(value);
  if (!pairs) return wrong('must be lines of "Name: value", or a JSON object of names and values');
  const names = pairs.map(([name]) => name.toLowerCase());
  if (new Set(names).size < names.length) return wrong('holds a header twice');
  return Object.fromEntries(pairs.map(([name, text]) => [name, new Secret(text)]));
});

function headersOfJson(text: string): [string, string][] | undefined {
  try {
    const parsed = z.record(z.string(), z.string()).safeParse(JSON.parse(text));
    return parsed.success ? Object.entries(parsed.data) : undefined;
  } catch {
    return undefined;
  }
}

/** A file of variables can hardly hold a line break: there `\\n` stands for it. */
function headersOfLines(text: string): [string, string][] | undefined {
  const lines = text.split(/\r?\n|\\n/).filter((line) => line.trim() !== '');
  const pairs = lines.map((line) => /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line));
  return pairs.every((pair) => pair !== null)
    ? pairs.map(([, name = '', value = '']) => [name, value])
    : undefined;
}

/** Address of a proxy, with its user name and password. */
export const proxyAddress = z.string().transform((value, context) => {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(https?|socks5?):$/.test(url.protocol) || url.hostname === '') {
    context.addIssue('must be the address of a proxy that begins with http://, https:// or socks5://');
    return z.NEVER;
  }
  return secretUrl(text);
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

/** Names of entities, in the order in which they are read; `all` stands for every one. */
export const entityNames = z.string().transform((value, context): readonly string[] => {
  const known = namesOf(entities);
  const given = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = given.find((name) => name !== 'all' && !known.includes(name));
  if (unknown !== undefined || given.length === 0) {
    const what = unknown === undefined ? 'names nothing' : `names "${unknown}", which is none`;
    context.addIssue(`${what} of ${known.join(', ')} (or all)`);
    return z.NEVER;
  }
  return given.includes('all') ? known : known.filter((name) => given.includes(name));
});

/** Columns with personal data, as `table.column`. */
export const columnNames = z.string().transform((value, context): readonly string[] => {
  const known = new Set(personalColumns(entities));
  const given = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = given.filter((name) => !known.has(name));
  if (unknown.length === 0) return given;
  context.addIssue(
    `names ${unknown.join(', ')}, which is no column with personal data: docs/personal-data.md lists them as table and column`,
  );
  return z.NEVER;
});
