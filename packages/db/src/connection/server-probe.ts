import pg from 'pg';
import { DatabaseConnectionError } from '../errors.ts';
import { connectionError, isSilence, poolerExhausted, targetOf } from './connection-errors.ts';

/** What a server is like before anything is done with it. */
export interface ServerFacts {
  /** E.g. `18.1`. */
  readonly version: string;
  /** `server_version_num`, e.g. 180001. */
  readonly versionNumber: number;
  /** Why nothing can be written; `null` when it can. */
  readonly readOnly: 'standby' | 'default_transaction_read_only' | null;
  /** Whether a connection pooler stands in between; one in transaction mode is refused. */
  readonly pooled: boolean;
}

interface FactsRow {
  pid: number;
  version: string;
  number: number;
  encoding: string;
  database: string;
  standby: boolean;
  readOnly: boolean;
}

/**
 * Looks once at what is behind an address, with a connection of its own that leaves no trace.
 *
 * @throws DatabaseConnectionError with the cure when the server cannot be reached, when the database is not in UTF8, and
 *   when a pooler hands every statement to another session.
 */
export async function probeServer(config: pg.ClientConfig): Promise<ServerFacts> {
  const client = await connected(config);
  try {
    const facts = await readFacts(client);
    requireUtf8(facts);
    // A pooler makes up the key by which a statement is cancelled, and with it the number of the process.
    const pooled = processNumberOf(client) !== facts.pid;
    if (pooled) await requireSessionMode(client, config, facts.pid);
    const { version, number: versionNumber, standby, readOnly } = facts;
    return {
      version,
      versionNumber,
      readOnly: standby ? 'standby' : readOnly ? 'default_transaction_read_only' : null,
      pooled,
    };
  } catch (error) {
    throw connectionError(error, targetOf(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readFacts(client: pg.Client): Promise<FactsRow> {
  const answer = await client.query<FactsRow>(
    `select pg_catalog.pg_backend_pid() as pid, current_setting('server_version') as version,
       current_setting('server_version_num')::pg_catalog.int4 as number,
       current_setting('server_encoding') as encoding, pg_catalog.current_database()::pg_catalog.text as database,
       pg_catalog.pg_is_in_recovery() as standby,
       current_setting('default_transaction_read_only')::pg_catalog.bool as "readOnly"`,
  );
  const [row] = answer.rows;
  if (row === undefined) throw new Error('A select without FROM answered no row.');
  return row;
}

/** Names, cities and e-mail addresses of any shop fit into UTF8 only; SQL_ASCII would store bytes without a meaning. */
function requireUtf8({ encoding, database }: FactsRow): void {
  if (encoding === 'UTF8') return;
  const fresh = `"${`${database}_utf8`.replaceAll('"', '""')}"`;
  throw new DatabaseConnectionError(
    'wrong_encoding',
    `The database '${database}' keeps its texts in ${encoding}, which cannot hold every name; it has to be UTF8. Create ` +
      `another one by: CREATE DATABASE ${fresh} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'; and put ` +
      'its name into the database URL.',
    false,
  );
}

const rounds = 3;
const secondConnectionMs = 5_000;

/**
 * Throws when the pooler gives a session away between two statements.
 *
 * Two clients of it are compared: in session mode each keeps one server process of its own for as long as it is there.
 */
async function requireSessionMode(first: pg.Client, config: pg.ClientConfig, pid: number): Promise<void> {
  const second = await connected({
    ...config,
    connectionTimeoutMillis: secondConnectionMs,
    query_timeout: secondConnectionMs,
  });
  try {
    let known: number | undefined;
    for (let round = 0; round < rounds; round += 1) {
      const other = await processOf(second);
      const own = await processOf(first);
      if (other === pid || own !== pid || other !== (known ?? other)) throw transactionMode();
      known = other;
    }
  } catch (error) {
    throw isSilence(error) ? poolerExhausted(error) : error;
  } finally {
    await second.end().catch(() => undefined);
  }
}

function transactionMode(): DatabaseConnectionError {
  return new DatabaseConnectionError(
    'transaction_pooler',
    'The database URL leads to a connection pooler in transaction mode, where the locks of a session and LISTEN do not ' +
      'hold. Put the direct address of PostgreSQL there (providers show it beside the pooled one, often with another port ' +
      'or host name), or let the pooler give this user whole sessions (pgbouncer: pool_mode=session).',
    false,
  );
}

async function processOf(client: pg.Client): Promise<number> {
  const answer = await client.query<{ pid: number }>('select pg_catalog.pg_backend_pid() as pid');
  return answer.rows[0]?.pid ?? 0;
}

async function connected(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(config);
  // Without a listener a connection that breaks between two queries would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw connectionError(error, targetOf(client));
  }
}

/** The driver knows it from the startup and does not declare it. */
function processNumberOf(client: pg.Client): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
}
