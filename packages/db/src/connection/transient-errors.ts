/** Why an error is worth another try, and after which pause the first one makes sense. */
export interface TransientFailure {
  code: string;
  reason: string;
  delayMs: number;
}

/**
 * SQLSTATEs after which the same transaction may succeed.
 *
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const sqlStates: Readonly<Record<string, readonly [reason: string, delayMs: number]>> = {
  '40001': ['serialization failure: another transaction was faster', 20],
  '40P01': ['deadlock: the server chose this transaction as the victim', 50],
  '55P03': ['a lock was not available in time', 200],
  '55006': ['the object is in use', 200],
  '57014': ['the statement was cancelled, mostly by its timeout', 1_000],
  '08000': ['connection exception', 1_000],
  '08001': ['the connection could not be established', 1_000],
  '08003': ['the connection does not exist any more', 1_000],
  '08004': ['the server rejected the connection', 2_000],
  '08006': ['the connection failed', 1_000],
  '08007': ['the connection failed while a transaction was committed', 1_000],
  '25006': ['read-only: a failover to another server is going on', 2_000],
  '53000': ['insufficient resources', 2_000],
  '53100': ['the disk is full', 30_000],
  '53200': ['out of memory', 5_000],
  '53300': ['too many connections', 2_000],
  pool_busy: ['all connections were busy', 1_000],
  pooler_exhausted: ['the connection pooler has no connection to give', 2_000],
  '57P01': ['the server was shut down by its administrator', 2_000],
  '57P02': ['the server crashed', 2_000],
  '57P03': ['the server is starting up or shutting down', 2_000],
  '57P05': ['the session was idle for too long', 100],
  '58000': ['system error of the server', 5_000],
  '58030': ['input or output error of the server', 5_000],
};

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/** What the driver says without a code when the connection broke under a query. */
const brokenConnection =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded)/;

/** Tells whether an error, or anything in its chain of causes, is worth another try; null means it is permanent. */
export function transientFailure(error: unknown): TransientFailure | null {
  for (let current = error, depth = 0; current instanceof Error && depth < 10; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    const state = sqlStates[code];
    if (state !== undefined) return { code, reason: state[0], delayMs: state[1] };
    if (networkCodes.has(code)) return { code, reason: 'the network failed', delayMs: 1_000 };
    if (brokenConnection.test(current.message)) {
      return { code: 'connection_lost', reason: 'the connection was lost', delayMs: 1_000 };
    }
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return null;
}
