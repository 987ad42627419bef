import { EmbeddedPostgresError } from '@magento-sync/embedded-postgres';
import { MagentoError } from '@magento-sync/magento-client';
import { ConfigurationError } from './config/configuration-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What to tell a person about an error, and how to exit. */
export interface Failure {
  readonly sentence: string;
  readonly exitCode: ExitCode;
}

/** A mistake in how a command was called; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Cures for PostgreSQL's refusals, by SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const databaseCures: Readonly<Record<string, string>> = {
  '28P01': 'Correct the user or the password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or let that user in by pg_hba.conf.',
  '3D000': 'Create that database or correct its name in DATABASE_URL.',
  '42501': 'Grant the user of DATABASE_URL the right to create schemas and tables in its database.',
  '42P01': 'The tables are missing; run "magento-sync migrate".',
  '3F000': 'The tables are missing; run "magento-sync migrate".',
  '53300': 'PostgreSQL has no connection left; raise max_connections or stop other users of it.',
  '57P01': 'PostgreSQL is shutting down; start it and run the command again.',
  '57P03': 'PostgreSQL is just starting; run the command again in a moment.',
};

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Turns any error into one clear sentence with the cure, and an exit code. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ConfigurationError || error instanceof UsageError) {
    return { sentence: error.message, exitCode: exitCodes.usage };
  }
  return { sentence: sentenceOf(error), exitCode: exitCodes.failure };
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // These say their cure themselves.
  if (error instanceof MagentoError || error instanceof EmbeddedPostgresError) return error.message;
  const chain = [...causes(error)];
  for (const each of chain) {
    const code = codeOf(each);
    const cure = code === undefined ? undefined : databaseCures[code];
    if (cure) return `PostgreSQL refused: ${withFullStop(each.message)} ${cure}`;
  }
  const broken = chain.find((each) => networkCodes.has(codeOf(each) ?? ''));
  if (broken && chain.length === 1) {
    return `PostgreSQL cannot be reached (${codeOf(broken)}). Start it or correct DATABASE_URL; without DATABASE_URL an embedded one is used.`;
  }
  return error.message || codeOf(error) || error.name;
}

/** The error and everything that caused it, outermost first; the parts of an aggregate count as causes. */
function* causes(error: Error): Generator<Error> {
  yield error;
  if (error instanceof AggregateError && !error.message) {
    for (const part of error.errors) if (part instanceof Error) yield* causes(part);
  }
  if (error.cause instanceof Error) yield* causes(error.cause);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function withFullStop(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
