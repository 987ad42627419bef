import { DatabaseError, ShopMismatchError } from '@magento-sync/db/errors';
import { EmbeddedPostgresError } from '@magento-sync/embedded-postgres/errors';
import { MagentoError, RouteMissingError } from '@magento-sync/magento-client/errors';
import { ConfigurationError } from './config/configuration-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { ActRefusedError } from './operations/acts.ts';
import { PausedError } from './operations/work.ts';
import { ShopsFileError } from './shops-file/shops-file-error.ts';
import { CancelledError } from './sync/cancellation.ts';

/** What to tell a person about an error, and how to exit. */
export interface Failure {
  readonly sentence: string;
  readonly exitCode: ExitCode;
}

/** A mistake in how a command was called; the message says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Wraps what kept a command from its end when that must not be taken for a result: exit code 3 instead of 1. */
export class UnfinishedError extends Error {
  override readonly name = 'UnfinishedError';
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.cause = cause;
  }
}

/** A shop has two customers with one telephone number; a table of the copy takes them, unless somebody forbids it. */
const addedRule =
  'Nothing that the shop sends is refused by the tables as they were made: drop the constraint, index or trigger that was added.';

/** Cures for what PostgreSQL refuses later on: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const databaseCures: Readonly<Record<string, string>> = {
  '42501':
    'Give the user of DATABASE_URL that right: it creates the schemas magento and sync, owns what is in them, or may at least read and write it.',
  '42P01':
    'There is no copy yet: "magento-sync backfill" and "daemon" create it. What somebody has dropped comes back from a backup only.',
  '3F000': 'There is no copy yet: "magento-sync backfill" and "daemon" create it.',
  '25006':
    'The server is a standby or set to read only (default_transaction_read_only); DATABASE_URL must lead to the primary.',
  '42703':
    'The tables do not fit this version: run "magento-sync migrate", or start the version that migrated them last.',
  '23502': addedRule,
  '23503': addedRule,
  '23505': addedRule,
  '23514': addedRule,
  '53300': 'Raise max_connections of PostgreSQL or stop other users of it.',
  '57P01': 'Start PostgreSQL and run the command again.',
  '57P03': 'Run the command again in a moment.',
  '53100': 'Make room on the disk of PostgreSQL.',
};

const shopMismatchCure =
  'Set MAGENTO_SHOP to another name when this is another shop. When the same shop has moved, tell the copy: ' +
  "update sync.shops set base_url = '<new address>' where shop = '<name>'.";

/** Turns any error into one clear sentence with the cure, and an exit code. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ConfigurationError || error instanceof UsageError || error instanceof ShopsFileError) {
    return { sentence: error.message, exitCode: exitCodes.usage };
  }
  if (error instanceof ActRefusedError || error instanceof PausedError || error instanceof CancelledError) {
    return { sentence: error.message, exitCode: exitCodes.incomplete };
  }
  if (error instanceof UnfinishedError) {
    return { sentence: sentenceOf(error.cause), exitCode: exitCodes.incomplete };
  }
  return { sentence: sentenceOf(error), exitCode: exitCodes.failure };
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ShopMismatchError) return `${error.message.split('. ')[0]}. ${shopMismatchCure}`;
  // These say their cure themselves, in our words already: see client-words.ts.
  if (error instanceof RouteMissingError && error.entity !== null)
    return `${error.message} Or take ${error.entity} out of ENTITIES.`;
  if (error instanceof MagentoError) return error.message;
  if (error instanceof DatabaseError)
    return error.message.replaceAll(/\b[Tt]he (database )?URL\b/g, 'DATABASE_URL');
  if (error instanceof EmbeddedPostgresError) return error.message;
  // In place of the client's words, which name an option of its own.
  if (error.name === 'MaxRetriesPerRequestError')
    return 'Redis does not answer; start it or correct QUEUE_URL.';
  for (const each of causes(error)) {
    const cure = databaseCures[codeOf(each) ?? ''];
    if (cure) return `PostgreSQL refused: ${withFullStop(each.message)} ${cure}`;
  }
  return error.message || codeOf(error) || error.name;
}

/** The error and everything that caused it, outermost first. */
function* causes(error: Error): Generator<Error> {
  yield error;
  if (error.cause instanceof Error) yield* causes(error.cause);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function withFullStop(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
