/** Where a Redis is and how to sign in, as QUEUE_URL says it. */
export interface RedisAddress {
  readonly kind: 'single' | 'cluster' | 'sentinel' | 'socket';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** Path of the socket of `socket`. */
  readonly path?: string;
  /** Name of the primary that the Sentinels of `sentinel` watch. */
  readonly master?: string;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  readonly tls: boolean;
  /** Everything behind the question mark; only names of {@link knownParameters}. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** An address that can't be understood; the message says what is wrong with it and repeats no secret. */
export class RedisAddressError extends Error {
  override readonly name = 'RedisAddressError';
}

/** The schemes that name a Redis, and a Valkey, which speaks the same. */
export const redisSchemes = [
  'redis',
  'rediss',
  'redis+cluster',
  'rediss+cluster',
  'redis+sentinel',
  'rediss+sentinel',
  'redis+unix',
  'valkey',
  'valkeys',
] as const;

const knownParameters = new Set([
  'db',
  'username',
  'password',
  'family',
  'cacert',
  'cert',
  'key',
  'servername',
  'sentinel_username',
  'sentinel_password',
]);

const redisPort = 6_379;
const sentinelPort = 26_379;

/** Whether a URL names a Redis, and not a PostgreSQL. */
export function isRedisUrl(url: string): boolean {
  return (redisSchemes as readonly string[]).includes(schemeOf(url));
}

/**
 * Reads a URL in any of the usual spellings.
 *
 * Sign-in is everything up to the last `@`, so that a password that nobody percent-encoded is understood too.
 * Throws {@link RedisAddressError}.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const scheme = schemeOf(url);
  const rest = url.slice(url.indexOf('://') + 3);
  const at = rest.lastIndexOf('@');
  const signIn = at < 0 ? '' : rest.slice(0, at);
  const [beforeQuery, query = ''] = splitOnce(rest.slice(at + 1), '?');
  const parameters = parametersOf(query);
  const tls = /^(rediss|valkeys)/.test(scheme);
  const [user, secret] = signInOf(signIn);
  const username = parameters.get('username') ?? user;
  const password = parameters.get('password') ?? secret;
  const base = {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    tls,
    parameters,
  };
  if (scheme === 'redis+unix') {
    if (!beforeQuery.startsWith('/')) {
      throw new RedisAddressError('A socket is written as redis+unix:///run/redis/redis.sock?db=0.');
    }
    return {
      kind: 'socket',
      nodes: [],
      path: decode(beforeQuery),
      database: databaseOf('', parameters),
      ...base,
    };
  }
  const [hosts, path = ''] = splitOnce(beforeQuery, '/');
  if (scheme.endsWith('+sentinel')) {
    const [master, database = ''] = splitOnce(path, '/');
    if (!master) {
      throw new RedisAddressError(
        'The name of the primary is missing: redis+sentinel://host1:26379,host2:26379/mymaster/0.',
      );
    }
    const nodes = nodesOf(hosts, sentinelPort);
    return {
      kind: 'sentinel',
      nodes,
      master: decode(master),
      database: databaseOf(database, parameters),
      ...base,
    };
  }
  const nodes = nodesOf(hosts, redisPort);
  const database = databaseOf(path, parameters);
  if (scheme.endsWith('+cluster')) {
    if (database !== 0) throw new RedisAddressError('A cluster has database 0 only.');
    return { kind: 'cluster', nodes, database, ...base };
  }
  if (nodes.length > 1) {
    throw new RedisAddressError(
      'Several hosts are a cluster (redis+cluster://host1,host2) or Sentinels (redis+sentinel://host1,host2/mymaster).',
    );
  }
  return { kind: 'single', nodes, database, ...base };
}

/** The URL without its secrets, for messages. */
export function redactRedisUrl(url: string): string {
  const scheme = url.slice(0, url.indexOf('://') + 3);
  const rest = url.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const [user] = splitOnce(at < 0 ? '' : rest.slice(0, at), ':');
  const [place] = splitOnce(rest.slice(at + 1), '?');
  return `${scheme}${at < 0 ? '' : `${user}:***@`}${place}`;
}

function schemeOf(url: string): string {
  const end = url.indexOf('://');
  return end < 0 ? '' : url.slice(0, end).toLowerCase();
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

function signInOf(text: string): [string | undefined, string | undefined] {
  const [user, password] = splitOnce(text, ':');
  return [user ? decode(user) : undefined, password ? decode(password) : undefined];
}

function nodesOf(hosts: string, defaultPort: number): RedisAddress['nodes'] {
  return hosts.split(',').map((each) => {
    const found = /^(\[[\da-f:.%\w]+\]|[^:[\]]*)(?::(\d+))?$/i.exec(each.trim());
    const host = found?.[1]?.replace(/^\[|\]$/g, '');
    const port = found?.[2] === undefined ? defaultPort : Number(found[2]);
    if (!host) throw new RedisAddressError('A host is missing: redis://host:6379/0.');
    if (port < 1 || port > 65_535) throw new RedisAddressError('A port must be from 1 to 65535.');
    return { host, port };
  });
}

function databaseOf(path: string, parameters: ReadonlyMap<string, string>): number {
  const text = (parameters.get('db') ?? path).replace(/\/$/, '');
  if (!/^\d*$/.test(text)) {
    throw new RedisAddressError('The database must be a number, for example redis://host:6379/0.');
  }
  return Number(text);
}

function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map(new URLSearchParams(query));
  for (const name of parameters.keys()) {
    if (!knownParameters.has(name)) {
      throw new RedisAddressError(
        `The parameter "${name}" is not known; there are ${[...knownParameters].join(', ')}.`,
      );
    }
  }
  return parameters;
}

/** A text in which a percent sign stands for itself is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
