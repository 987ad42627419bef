import { clusterKeyPrefix, keyPrefix } from './queue-connection.ts';

/** The rights of a Redis user that the queue needs, as `ACL SETUSER` takes them. */
export const redisRights =
  `~${keyPrefix}:* ~${clusterKeyPrefix}:* resetchannels ` +
  '+@read +@write +@connection +@scripting +@transaction +info +cluster|slots +cluster|shards +cluster|info -@admin';

const address = 'redis://user:password@host:6379/0';

/** What a server of the queue says when it refuses, and the cure; the first that fits counts. */
const refusals: readonly (readonly [pattern: RegExp, cure: string])[] = [
  [
    /NOPERM|can't run this command|can't access at least one of the keys/,
    `Give the user of QUEUE_URL its rights: ACL SETUSER <user> ${redisRights}, and save them (ACL SAVE or CONFIG REWRITE)`,
  ],
  [
    /WRONGPASS|NOAUTH|invalid password|without any password configured|wrong number of arguments for 'auth'/i,
    `Correct the user and password in QUEUE_URL (${address}); leave both out when Redis has none`,
  ],
  [
    /DB index is out of range|invalid DB index/i,
    `Correct the database number at the end of QUEUE_URL (${address})`,
  ],
  [
    /READONLY|NOREPLICAS|MASTERDOWN/,
    'Name the primary in QUEUE_URL, or its Sentinels: redis+sentinel://host1:26379,host2:26379/mymaster/0',
  ],
  [
    /All sentinels are unreachable/i,
    'Correct the hosts and the name of the primary: redis+sentinel://host1:26379/mymaster/0',
  ],
  [/\bOOM\b/, 'Redis is full: raise its maxmemory, or use a Redis of its own for the queue'],
  [/MISCONF/, 'Redis cannot save to its disk and takes no writes: make room there or correct its "dir"'],
  [/CROSSSLOT|MOVED/, 'It runs in cluster mode: write redis+cluster://host1:6379,host2:6379'],
  [/CLUSTERDOWN|slots cache/, 'It is a cluster that does not work as a whole: redis-cli --cluster check'],
  [/it is no cluster/, 'Write redis:// or rediss:// instead'],
  [/LOADING/, 'It is still loading its data: try again in a moment'],
  [
    /DENIED Redis is running in protected mode/,
    'Set a password for Redis, or let it listen on a private network only',
  ],
  [/version needs to be greater/i, 'Use Redis 6.2 or newer, or any Valkey'],
  [
    /unknown command/i,
    'The queue needs scripts, streams and blocking reads; this server has no such command or renamed it',
  ],
  [
    /self.signed|unable to verify|unable to get (local )?issuer/i,
    'Name the file of its certificate authority: rediss://host:6379/0?cacert=/path/ca.pem, or set NODE_EXTRA_CA_CERTS',
  ],
  [/certificate has expired/i, 'Renew the certificate of Redis'],
  [
    /altnames|does not match certificate/i,
    'Write the name that its certificate holds into QUEUE_URL, or add ?servername=that-name',
  ],
  [
    /wrong version number|packet length too long|EPROTO/i,
    'It speaks no TLS there: write redis:// instead of rediss://',
  ],
  [/ENOENT.*(pem|crt|key|cert)/i, 'Correct the path behind cacert, cert or key in QUEUE_URL'],
  [
    /Connection is closed|socket hang up|ECONNRESET/i,
    'It hung up: where Redis wants TLS, write rediss:// instead of redis://',
  ],
  [
    /too many (clients|connections)|remaining connection slots|max number of clients/i,
    'Let the server allow more connections (docs/environments.md says how many are needed), or stop other users of it',
  ],
  [
    /permission denied for (database|schema)/i,
    'Let the user of the queue create its schema: GRANT CREATE ON DATABASE <name> TO <user>, or CREATE SCHEMA sync_queue AUTHORIZATION <user>',
  ],
  [/read-only (transaction|mode)/i, 'Name the primary PostgreSQL, not a read-only one'],
];

/** What is said of a server that takes a job and does nothing with it. */
export const notInTime = 'it did not do a job in time';

/**
 * What a Redis says, or Node of it, that is away, full, busy, starting or failing over. What may as well be a wrong address
 * (an unknown host, a connection that is closed at once, as where TLS is wanted) is not among them.
 */
const passingRefusals: readonly RegExp[] = [
  /ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EAI_AGAIN/,
  /Command timed out|max retries per request/i,
  /\bOOM\b|MISCONF|max number of clients/,
  /LOADING|\bBUSY\b|TRYAGAIN|CLUSTERDOWN|slots cache|MASTERDOWN|NOREPLICAS/,
  new RegExp(notInTime),
];

/** Whether what a Redis said may be over without anybody changing a setting. */
export function isPassingRefusal(message: string): boolean {
  return passingRefusals.some((pattern) => pattern.test(message));
}

/** The cure for what the server of the queue said; `undefined` when nothing better than the general one is known. */
export function cureOfRefusal(message: string, url: string): string | undefined {
  if (/^(rediss|valkeys)/i.test(url) && /ETIMEDOUT|Connection is closed|ECONNRESET/.test(message)) {
    return 'Either nothing answers there, or it speaks no TLS: then write redis:// instead of rediss://';
  }
  return refusals.find(([pattern]) => pattern.test(message))?.[1];
}
