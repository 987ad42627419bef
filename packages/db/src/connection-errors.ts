import { DatabaseConnectionError } from './errors.ts';

interface Target {
  host: string;
  port: number;
  database: string;
  user: string;
}

/** Turns a failed connection attempt into one sentence with the cure; the driver's error is kept as cause. */
export function connectionError(error: unknown, target: Target): DatabaseConnectionError {
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
        `PostgreSQL at ${place} has no free connection; raise max_connections or lower the number of workers.`,
        true,
      ];
    case '57P03':
      return [`PostgreSQL at ${place} is starting up or shutting down; try again in a moment.`, true];
    default:
      return code === undefined && /timeout/i.test(message)
        ? [
            `PostgreSQL at ${place} did not answer in time; check the network, the firewall and the port.`,
            true,
          ]
        : [`PostgreSQL at ${place} could not be used: ${message}`, false];
  }
}

/** `localhost` fails once per address family, wrapped into one AggregateError without a message. */
function firstFailure(error: unknown): { code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstFailure(error.errors[0]);
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { code, message: error.message };
}
