import { accessSync, constants } from 'node:fs';

/** The address cannot be used; the message says what is wrong and how to write it, and never repeats a password. */
export class PostgresAddressError extends Error {
  override readonly name = 'PostgresAddressError';
}

/** An address of PostgreSQL, whatever spelling it came in. */
interface PostgresAddress {
  user: string;
  password: string;
  /** Name, IP address, or the folder of a socket. */
  host: string;
  port: string;
  database: string;
  parameters: Map<string, string>;
}

/**
 * Reads an address of PostgreSQL as people write it and returns it as one URL that every part of the worker understands.
 *
 * Understood are the URLs of psql, JDBC, SQLAlchemy, Prisma and Doctrine, `host=… dbname=…`, sockets, quotes around all of
 * it, and passwords with any character, encoded or not. `sslmode` and its files mean what they mean to libpq:
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 *
 * @throws PostgresAddressError
 */
export function readPostgresAddress(text: string): string {
  const bare = unquoted(text.trim().replace(/^psql\s+/, ''));
  const address = /^[a-z_]+\s*=/i.test(bare) ? readKeywords(bare) : readUrl(bare);
  readHostParameter(address);
  requireOneServer(address);
  return urlOf(address, readTls(address.parameters));
}

/** Whether a text is meant as an address of PostgreSQL and not of something else. */
export function looksLikePostgres(text: string): boolean {
  const bare = unquoted(text.trim().replace(/^psql\s+/, ''));
  return scheme.test(bare) || /^(host|hostaddr|dbname|port|user|service)\s*=/i.test(bare);
}

const scheme = /^(?:jdbc:)?(?:postgres|postgresql|pgsql)(?:\+\w+)?:\/\//i;
const right = 'postgres://user:password@host:5432/database';

function unquoted(text: string): string {
  const inner = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return inner === undefined ? text : unquoted(inner.trim());
}

/** Host, port, database and parameters, as they may follow the name and the password. */
const location =
  /^(?<hosts>(?:\[[\da-f:.]+\]|%2f[^/?#@:,]*|[\w.-]+)?(?::\d*)?(?:,(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d*)?)*)(?<path>\/[^/?#@]*)?(?<query>\?.*)?$/is;

function readUrl(text: string): PostgresAddress {
  const prefix = scheme.exec(text)?.[0];
  if (prefix === undefined) throw new PostgresAddressError(`must be an address such as ${right}`);
  const rest = text.slice(prefix.length);
  const { user, password, hosts, path, query } = splitUrl(rest);
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) parameters.set(name, value);
  const database = decoded(path.slice(1));
  const address = {
    user: user || takeOf(parameters, 'user') || '',
    password: password || takeOf(parameters, 'password') || '',
    ...readHosts(hosts),
    database: database || takeOf(parameters, 'dbname') || '',
    parameters,
  };
  return address;
}

interface UrlParts {
  user: string;
  password: string;
  hosts: string;
  path: string;
  query: string;
}

/**
 * Finds where the password ends: behind it must be something that can be a place.
 *
 * A password that was not encoded may hold `@`, `/`, `?` and `#` itself. So the last `@` counts that has a place with a
 * database behind it, else the last one with any place.
 */
function splitUrl(rest: string): UrlParts {
  const cuts = [...rest.matchAll(/@/g)].map(({ index }) => index).toReversed();
  const places = cuts.map((index) => ({ index, match: location.exec(rest.slice(index + 1)) }));
  const found =
    places.find(({ match }) => match?.groups?.['path'] !== undefined) ?? places.find(({ match }) => match);
  const match = found?.match ?? (cuts.length === 0 ? location.exec(rest) : null);
  if (!match) throw new PostgresAddressError(`can't be understood; write it as ${right}`);
  const credentials = found ? rest.slice(0, found.index) : '';
  const colon = credentials.indexOf(':');
  const [user, password] =
    colon === -1 ? [credentials, ''] : [credentials.slice(0, colon), credentials.slice(colon + 1)];
  const { hosts = '', path = '', query = '' } = match.groups ?? {};
  return { user: decoded(user), password: decoded(password), hosts, path, query };
}

/** A text that can't be the encoded one stands for itself: it was not encoded at all. */
function decoded(text: string): string {
  if (/[\s/?#@]/.test(text) || /%(?![\da-f]{2})/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readHosts(hosts: string): Pick<PostgresAddress, 'host' | 'port'> {
  if (hosts.includes(',')) return { host: hosts, port: '' };
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(hosts) ?? [];
  return { host: decoded(host.replace(/^\[|\]$/g, '')), port };
}

/** `host=… port=… dbname=…`, values in single quotes where they hold blanks. */
function readKeywords(text: string): PostgresAddress {
  const parameters = new Map<string, string>();
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\]|\\.)*))\s*/iy;
  for (pair.lastIndex = 0; pair.lastIndex < text.length; ) {
    const match = pair.exec(text);
    if (!match) throw new PostgresAddressError(`can't be understood; write it as ${right}`);
    const [, name = '', quoted, plain = ''] = match;
    parameters.set(name.toLowerCase(), (quoted ?? plain).replace(/\\(.)/gs, '$1'));
  }
  if (parameters.has('service')) {
    throw new PostgresAddressError(
      `names a service of pg_service.conf, which is not read; write it as ${right}`,
    );
  }
  const take = (name: string) => takeOf(parameters, name) ?? '';
  const hostaddr = take('hostaddr');
  return {
    user: take('user'),
    password: take('password'),
    host: take('host') || hostaddr,
    port: take('port'),
    database: take('dbname'),
    parameters,
  };
}

function takeOf(parameters: Map<string, string>, name: string): string | undefined {
  const value = parameters.get(name);
  parameters.delete(name);
  return value;
}

/** A socket is mostly named by `?host=/var/run/postgresql`. */
function readHostParameter(address: PostgresAddress): void {
  const host = takeOf(address.parameters, 'host');
  const port = takeOf(address.parameters, 'port');
  if (host) address.host = host;
  if (port) address.port = port;
}

function requireOneServer(address: PostgresAddress): void {
  const { host, port, database, user, password } = address;
  if (host.includes(',') || port.includes(',')) {
    const [first = ''] = host.split(',');
    const place = /:\d+$/.test(first) ? first : `${first}:${port.split(',')[0] || '5432'}`;
    const secret = password ? ':***' : '';
    throw new PostgresAddressError(
      'names several servers, of which the one that can be written to has to be named alone, for example ' +
        `postgres://${encodeURIComponent(user)}${secret}@${place}/${database}`,
    );
  }
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw new PostgresAddressError(`has a port that is none; write it as ${right}`);
  }
  if (/[/?#]/.test(database)) {
    throw new PostgresAddressError(
      `names a database with "/", "?" or "#", which can't be reached; rename it`,
    );
  }
}

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;

/** What is passed on of the encryption; files are looked for now, because the driver says less about them. */
function readTls(parameters: ReadonlyMap<string, string>): URLSearchParams {
  const known = new Set(['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation']);
  const ignored = new Set(['sslcompression', 'sslsni', 'sslaccept', 'sslfactory']);
  const odd = [...parameters.keys()].find(
    (name) => /^ssl/i.test(name) && !known.has(name) && !ignored.has(name),
  );
  if (odd !== undefined) {
    throw new PostgresAddressError(
      `has the parameter ${shown(odd)}, which is none; known are ${[...known].join(', ')}`,
    );
  }
  const mode = modeOf(parameters);
  const passed = new URLSearchParams();
  const options = parameters.get('options');
  if (options) passed.set('options', options);
  if (mode === undefined) return passed;
  passed.set('sslmode', mode);
  if (mode === 'disable') return passed;
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = parameters.get(name);
    // libpq's word for the certificates that the machine trusts, which are those that are used without it.
    if (!file || (name === 'sslrootcert' && file === 'system')) continue;
    requireFile(name, file);
    passed.set(name, file);
  }
  if (mode === 'verify-ca' && !passed.has('sslrootcert')) {
    throw new PostgresAddressError(
      'has sslmode=verify-ca without the certificate of the authority: add sslrootcert=/path/to/ca.pem, or use sslmode=verify-full',
    );
  }
  if (passed.has('sslcert') !== passed.has('sslkey')) {
    throw new PostgresAddressError('needs both sslcert and sslkey, or none of them');
  }
  const negotiation = parameters.get('sslnegotiation');
  if (negotiation) passed.set('sslnegotiation', negotiation);
  // Otherwise the driver takes every mode for verify-full, and prints a warning that it does.
  if (mode !== 'no-verify') passed.set('uselibpqcompat', 'true');
  return passed;
}

/** `ssl=true` is what JDBC and many providers write; it has always meant a full check. */
function modeOf(parameters: ReadonlyMap<string, string>): (typeof modes)[number] | undefined {
  const given = parameters.get('sslmode');
  if (given !== undefined) {
    const mode = modes.find((each) => each === given.toLowerCase());
    if (mode) return mode;
    throw new PostgresAddressError(`has sslmode=${shown(given)}, which is none of ${modes.join(', ')}`);
  }
  const ssl = parameters.get('ssl')?.toLowerCase();
  if (ssl === undefined) {
    const files = ['sslrootcert', 'sslcert', 'sslkey'].some((name) => parameters.has(name));
    return files || parameters.get('sslnegotiation') === 'direct' ? 'verify-full' : undefined;
  }
  if (['true', '1', 'on', 'yes', ''].includes(ssl)) return 'verify-full';
  if (['false', '0', 'off', 'no'].includes(ssl)) return 'disable';
  const mode = modes.find((each) => each === ssl);
  if (mode) return mode;
  throw new PostgresAddressError(`has ssl=${shown(ssl)}; write sslmode= and one of ${modes.join(', ')}`);
}

/** A word of the address in a message; anything longer could be a part of a password. */
function shown(word: string): string {
  return /^[\w-]{1,20}$/.test(word) ? word : '…';
}

function requireFile(name: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new PostgresAddressError(
      `names a file that ${missing ? 'is not there' : 'cannot be read'}: ${name}=${file}; put it there, for a container as a volume`,
    );
  }
}

function urlOf({ user, password, host, port, database }: PostgresAddress, tls: URLSearchParams): string {
  const credentials =
    user + password === '' ? '' : `${encoded(user)}${password ? `:${encoded(password)}` : ''}@`;
  const name = host === '' ? 'localhost' : host;
  const place = name.startsWith('/') ? encoded(name) : name.includes(':') ? `[${name}]` : encoded(name);
  const query = tls.size > 0 ? `?${tls.toString().replaceAll('+', '%20')}` : '';
  return `postgres://${credentials}${place}:${port || '5432'}/${encoded(database)}${query}`;
}

/** Also what `encodeURIComponent` leaves, so that the URL survives a shell and a log in brackets. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}
