/** Base of every error this package raises itself; `code` is stable, the sentence is for people. */
export class DatabaseError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The server could not be reached or refused the connection; the sentence says what to do. */
export class DatabaseConnectionError extends DatabaseError {
  /** Whether the same attempt may work a little later. */
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, options?: ErrorOptions) {
    super(code, message, options);
    this.retryable = retryable;
  }
}

/** A migration failed, was edited after it had run, or the server is too old. */
export class MigrationError extends DatabaseError {}

/** Nothing can be written to this server. */
export class ReadOnlyDatabaseError extends DatabaseError {
  constructor(why: 'standby' | 'default_transaction_read_only') {
    super(
      'read_only',
      why === 'standby'
        ? 'The database URL leads to a standby, which only repeats what its primary server does and cannot be written to. ' +
            'Put the address of the primary there.'
        : 'The database, its role or its server is set to read only (default_transaction_read_only = on). Find out who ' +
            'set it and why, for example a provider whose disk is full; then run: ALTER DATABASE … RESET ' +
            'default_transaction_read_only; or ALTER ROLE … RESET default_transaction_read_only;',
    );
  }
}

/** Policies of row-level security hold for our role: it might see some of the rows only, and take the others for missing. */
export class RowSecurityError extends DatabaseError {
  constructor(said: string, options?: ErrorOptions) {
    super(
      'row_security',
      `PostgreSQL refused: ${said}. Some rows would be taken for missing. Let a superuser run ALTER ROLE … BYPASSRLS for the ` +
        'user of the database URL, or switch the policies off for it: ALTER TABLE … NO FORCE ROW LEVEL SECURITY where it owns ' +
        'the table, else ALTER TABLE … DISABLE ROW LEVEL SECURITY.',
      options,
    );
  }
}

/** The database carries migrations that this version does not know and cannot work with. */
export class NewerDatabaseError extends DatabaseError {
  readonly unknownMigrations: readonly string[];

  constructor(unknownMigrations: readonly string[]) {
    super(
      'newer_database',
      `The database was migrated by a newer version (unknown here: ${unknownMigrations.join(', ')}). ` +
        'Start that version or a later one, or restore a backup from before the upgrade.',
    );
    this.unknownMigrations = unknownMigrations;
  }
}

/** Somebody else took the checkpoint over; nothing of the page was written. */
export class FencedOutError extends DatabaseError {
  constructor(key: { shop: string; entity: string; kind: string; range: string }) {
    super(
      'fenced_out',
      `The ${key.kind} checkpoint '${key.range}' of ${key.shop}/${key.entity} was taken over or removed by another ` +
        'worker; nothing was written. Stop this job: the other one goes on from the checkpoint.',
    );
  }
}

/** A page contains one id more than once. */
export class DuplicateIdsError extends DatabaseError {
  readonly ids: readonly number[];

  constructor(what: string, ids: readonly number[]) {
    super(
      'duplicate_ids',
      `The page contains ${what} ids more than once (${listed(ids)}); nothing was written. Read the page again; ` +
        'if it repeats, a plugin or a join in the shop duplicates rows.',
    );
    this.ids = ids;
  }
}

/** A record has a key or a time that no column can hold, so that it can't be stored at all. */
export class UnstorableRecordError extends DatabaseError {
  constructor(what: string) {
    super('unstorable_record', what);
  }
}

/** A run id does not exist. */
export class UnknownRunError extends DatabaseError {
  constructor(runId: number) {
    super('unknown_run', `There is no run ${runId}; start one first and pass the id that start() returned.`);
  }
}

/** An empty list of reference data would mark every row as removed. */
export class EmptyReferenceError extends DatabaseError {
  constructor(table: string) {
    super(
      'empty_reference',
      `Refused to replace ${table} by an empty list: every shop has at least one, so the read was refused or cut short.`,
    );
  }
}

/** A consumer's cursor lies before what was pruned from the feed: entries are missing for good. */
export class OutboxGapError extends DatabaseError {
  readonly prunedUpTo: bigint;

  constructor(shop: string, after: bigint, prunedUpTo: bigint) {
    super(
      'outbox_gap',
      `The feed of ${shop} was pruned up to position ${prunedUpTo}, after ${after} entries are missing. ` +
        `Read the tables anew and follow the feed from ${prunedUpTo}; or keep the feed longer.`,
    );
    this.prunedUpTo = prunedUpTo;
  }
}

/** The short name of a shop already stands for another Magento. */
export class ShopMismatchError extends DatabaseError {
  constructor(shop: string, registered: string, given: string) {
    super(
      'shop_mismatch',
      `The shop name '${shop}' belongs to ${registered}, not to ${given}. Use another name for the new shop; ` +
        'if the same shop only moved, change its address with shops.move().',
    );
  }
}

/** Views of others hang on the generated view, whose columns changed. */
export class DependentViewsError extends DatabaseError {
  readonly dependents: readonly string[];

  constructor(view: string, dependents: readonly string[], options?: ErrorOptions) {
    super(
      'dependent_views',
      `${view} needs other columns, but ${dependents.join(', ')} depend on it. Drop them, refresh ${view}, create them again.`,
      options,
    );
    this.dependents = dependents;
  }
}

/** The connection that held a lock was lost; what it protected was not stored. */
export class LockLostError extends DatabaseError {
  constructor(name: string, options?: ErrorOptions) {
    super(
      'lock_lost',
      `The connection that held the lock '${name}' was lost; its result was not stored. Try again.`,
      options,
    );
  }
}

/** At most ten ids as text, so that a sentence stays readable. */
function listed(ids: readonly number[]): string {
  const shown = ids.slice(0, 10).join(', ');
  return ids.length > 10 ? `${shown} and ${ids.length - 10} more` : shown;
}
