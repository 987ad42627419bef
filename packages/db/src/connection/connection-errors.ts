import type pg from 'pg';
import { DatabaseConnectionError } from '../errors.ts';

interface Target {
  host: string;
  port: number;
  database: string;
  user: string;
}

/** Where a client connects to, for messages. */
export function targetOf(client: pg.Client): Target {
  return {
    host: client.host,
    port: client.port,
    database: client.database ?? '',
    user: client.user ?? '',
  };
}

/** Whether the server, its role, its database or a pooler let nobody else in just now. */
export function isConnectionLimit(error: unknown): boolean {
  const { code, message } = firstFailure(error);
  return code === '53300' || (code === '08P01' && /no more connections allowed/.test(message));
}

/** Whether nothing was answered in time: what a pooler does that has no connection to give. */
export function isSilence(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Query read timeout|Connection terminated due to connection timeout)/.test(error.message)
  );
}

/** The error of a pooler that has no connection to give. */
export function poolerExhausted(cause?: unknown): DatabaseConnectionError {
  return new DatabaseConnectionError(
    'pooler_exhausted',
    'The connection pooler in front of PostgreSQL has no further connection to give; raise what it allows this user and ' +
      'database (pgbouncer: default_pool_size), or put the direct address of PostgreSQL into the database URL.',
    true,
    { cause },
  );
}

/** Turns a failed connection attempt into one sentence with the cure; the driver's error is kept as cause. */
export function connectionError(error: unknown, target: Target): DatabaseConnectionError {
  if (error instanceof DatabaseConnectionError) return error;
  const { code, message } = firstFailure(error);
  const place = target.host.startsWith('/') ? target.host : `${target.host}:${target.port}`;
  const [sentence, retryable] = explain(code, message, target, place);
  return new DatabaseConnectionError(code ?? 'unknown', sentence, retryable, { cause: error });
}

function explain(
  code: string | undefined,
  message: string,
  target: Target,
  place: string,
): [sentence: string, retryable: boolean] {
  switch (code) {
    case 'ENOTFOUND':
      return [`PostgreSQL host '${target.host}' is unknown; check the host name in the database URL.`, false];
    case 'EAI_AGAIN':
      return [
        `The name '${target.host}' could not be resolved; check the network and its name server.`,
        true,
      ];
    case 'ECONNREFUSED':
    case 'ENOENT':
      return [`Nothing answers at ${place}; start PostgreSQL there or correct the database URL.`, true];
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
      return [`PostgreSQL at ${place} can't be reached; check the network, the firewall and the port.`, true];
    case '28P01':
      return [
        `PostgreSQL at ${place} refused the password of user '${target.user}'; correct it in the database URL.`,
        false,
      ];
    case '28000':
      if (/no encryption/i.test(message)) {
        return [
          `PostgreSQL at ${place} takes encrypted connections only; add sslmode=require to the database URL: …/${target.database}?sslmode=require.`,
          false,
        ];
      }
      if (target.user === '') {
        return [
          `The database URL names no user; write it as postgres://user:password@${place}/${target.database}.`,
          false,
        ];
      }
      return [
        `PostgreSQL at ${place} does not let user '${target.user}' in; create the role or allow it in pg_hba.conf.`,
        false,
      ];
    case '3D000':
      return [
        `Database '${target.database}' does not exist at ${place}; create it (createdb ${target.database}) or correct the URL.`,
        false,
      ];
    case '42501':
      return [
        `User '${target.user}' may not connect to database '${target.database}'; grant CONNECT to it.`,
        false,
      ];
    case '53300':
      return [
        `PostgreSQL at ${place} has no free connection (${message}); raise ${limitOf(message, target)} or lower the number of workers.`,
        true,
      ];
    case '08P01':
      return [
        `The connection pooler at ${place} refused: ${message}; change its settings, or use the direct address of PostgreSQL.`,
        /no more connections allowed|timeout/.test(message),
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `The certificate of PostgreSQL at ${place} is made out to another name; connect by that name, or use sslmode=verify-ca, which does not compare it.`,
        false,
      ];
    case 'CERT_HAS_EXPIRED':
      return [`The certificate of PostgreSQL at ${place} has expired; renew it on the server.`, false];
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return [
        `The certificate of PostgreSQL at ${place} was issued by nobody that this machine trusts (${message}); name the ` +
          'file of its authority by sslrootcert=/path/to/ca.pem in the database URL, or encrypt without a check by sslmode=require.',
        false,
      ];
    case '57P03':
      return [`PostgreSQL at ${place} is starting up or shutting down; try again in a moment.`, true];
    default:
      if (withoutTls.test(message)) {
        return [
          `PostgreSQL at ${place} does not offer encrypted connections; switch ssl on there, or use sslmode=disable or prefer.`,
          false,
        ];
      }
      if (code !== undefined && /^ERR_(OSSL|SSL)_/.test(code)) {
        return [
          `The encrypted connection to PostgreSQL at ${place} failed (${message}); check the files and the mode that the database URL names by ssl….`,
          false,
        ];
      }
      return code === undefined && /timeout/i.test(message)
        ? [
            `PostgreSQL at ${place} did not answer in time; check the network, the firewall and the port.`,
            true,
          ]
        : [`PostgreSQL at ${place} could not be used: ${message}`, false];
  }
}

/** What the driver says when the server answers the request for TLS by a no. */
const withoutTls = /does not support SSL/;

/** Whether the server offers no TLS at all, so that sslmode=prefer goes on without. */
export function offersNoTls(error: unknown): boolean {
  return withoutTls.test(firstFailure(error).message);
}

/** The limit that was reached, in the words in which it is raised. */
function limitOf(message: string, target: Target): string {
  if (/for role/.test(message)) return `the limit of the role (ALTER ROLE ${target.user} CONNECTION LIMIT …)`;
  if (/for database/.test(message))
    return `the limit of the database (ALTER DATABASE ${target.database} CONNECTION LIMIT …)`;
  return 'max_connections of the server';
}

/** `localhost` fails once per address family, wrapped into one AggregateError without a message. */
function firstFailure(error: unknown): { code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstFailure(error.errors[0]);
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { code, message: error.message };
}
