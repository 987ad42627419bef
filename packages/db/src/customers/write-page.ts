import { recordsetValue } from '../bulk/recordset.ts';
import { advanceCheckpoint, type CheckpointAdvance, holdFence } from '../checkpoint-fence.ts';
import type { Database } from '../open-database.ts';
import { appendToOutbox, type OutboxItem } from '../outbox-append.ts';
import { countRunPage } from '../run-counters.ts';
import type { ChangeCause } from '../schema/changes.ts';
import { inTransaction, type Queryable } from '../transaction.ts';
import { addressColumns, deleteVanishedAddressesSql, upsertAddressesSql } from './address-sql.ts';
import type { Adjustment, CustomerRecord } from './customer-record.ts';
import { type PageRows, pageRows } from './customer-rows.ts';
import { customerColumns, insertCustomersSql, lockCustomersSql, updateCustomersSql } from './customer-sql.ts';

/** Which records of changes are kept. */
export interface ChangeRecording {
  /** Old and new values in `sync.changes`. */
  history: boolean;
  /** The feed for consumers in `sync.outbox`. */
  feed: boolean;
}

/** A page as it was read, and what it means for the checkpoint. */
export interface PageToWrite {
  shop: string;
  runId: number;
  cause: ChangeCause;
  /** When the page was read; decides between two reads of one `updated_at`. */
  readAt: Date;
  customers: readonly CustomerRecord[];
  /** Whether the rows were compared with the source as a whole, which every full record is. */
  verified: boolean;
  /** Moves in the same transaction; refused when somebody else has claimed it. */
  checkpoint?: CheckpointAdvance;
  /**
   * Let a later read win even if its `updated_at` is older than the stored one. For reads of the present state (sweep,
   * verify) of shops that were restored from a backup or whose web nodes have different clocks. Default false.
   */
  acceptOlder?: boolean;
  /**
   * Write rows and addresses also where the stored content hash says that they are equal. For rows whose columns were
   * altered by somebody else. Default false.
   */
  rewrite?: boolean;
}

/** What a page did; inserted + updated + unchanged + stale is the number of its customers. */
export interface PageOutcome {
  inserted: number;
  updated: number;
  unchanged: number;
  stale: number;
  /** Of the updated: another person under the same id. */
  replaced: number;
  /** Of the updated: had a tombstone. */
  revived: number;
  /** Ids that were not written because the copy has something newer. */
  staleIds: number[];
  adjustments: Adjustment[];
}

type Verdict = 'changed' | 'replaced' | 'revived' | 'moved' | 'same' | 'stale';

interface JudgedRow {
  id: number;
  verdict: Verdict;
  changedFields: string[];
  changeId: string | null;
}

/**
 * Writes a page, its checkpoint, the run's counters, history and feed in one transaction.
 *
 * Everybody takes locks in the same order: checkpoint, customers by id, addresses, run, feed.
 */
export async function writePage(
  database: Database,
  recording: ChangeRecording,
  page: PageToWrite,
): Promise<PageOutcome> {
  const rows = pageRows(page.customers);
  return inTransaction(database, async (client) => {
    if (page.checkpoint) await holdFence(client, page.checkpoint);
    const inserted = await insertMissing(client, page, rows);
    const judged = await updateExisting(client, page, rows, inserted, recording.history);
    await writeAddresses(client, page, rows, inserted, judged);
    const outcome = summarise(inserted, judged, rows.adjustments);
    if (page.checkpoint) await advanceCheckpoint(client, page.checkpoint);
    await countRunPage(client, page.runId, { ...outcome, pages: 1, rowsRead: rows.customers.length });
    if (recording.feed) await appendToOutbox(client, page, feedItems(inserted, judged));
    return outcome;
  });
}

async function insertMissing(client: Queryable, page: PageToWrite, rows: PageRows): Promise<Set<number>> {
  const ids = rows.customers.map(({ id }) => id);
  if (ids.length === 0) return new Set();
  const locked = await client.query<{ id: number }>(lockCustomersSql, [page.shop, ids]);
  const existing = new Set(locked.rows.map(({ id }) => id));
  const missing = rows.customers.filter(({ id }) => !existing.has(id));
  if (missing.length === 0) return new Set();
  const inserted = await client.query<{ id: number }>(insertCustomersSql, [
    page.shop,
    recordsetValue(customerColumns, missing),
    page.readAt,
    page.verified,
  ]);
  const insertedIds = new Set(inserted.rows.map(({ id }) => id));
  const overtaken = missing.filter(({ id }) => !insertedIds.has(id)).map(({ id }) => id);
  if (overtaken.length > 0) await client.query(lockCustomersSql, [page.shop, overtaken]);
  return insertedIds;
}

async function updateExisting(
  client: Queryable,
  page: PageToWrite,
  rows: PageRows,
  inserted: ReadonlySet<number>,
  history: boolean,
): Promise<JudgedRow[]> {
  const existing = rows.customers.filter(({ id }) => !inserted.has(id));
  if (existing.length === 0) return [];
  const result = await client.query<JudgedRow>(updateCustomersSql, [
    page.shop,
    recordsetValue(customerColumns, existing),
    page.readAt,
    page.verified,
    page.acceptOlder ?? false,
    history,
    page.cause,
    page.runId,
    page.rewrite ?? false,
  ]);
  return result.rows;
}

async function writeAddresses(
  client: Queryable,
  page: PageToWrite,
  rows: PageRows,
  inserted: ReadonlySet<number>,
  judged: readonly JudgedRow[],
): Promise<void> {
  const rewritten = new Set(judged.filter(isWritten).map(({ id }) => id));
  const owners = new Set([...inserted, ...rewritten]);
  const addresses = rows.addresses.filter(({ customerId }) => owners.has(customerId));
  if (rewritten.size > 0) {
    const kept = addresses.map(({ id }) => id);
    await client.query(deleteVanishedAddressesSql, [page.shop, [...rewritten], kept]);
  }
  if (addresses.length > 0) {
    await client.query(upsertAddressesSql, [
      page.shop,
      recordsetValue(addressColumns, addresses),
      page.readAt,
    ]);
  }
}

function isWritten({ verdict }: JudgedRow): boolean {
  return verdict === 'changed' || verdict === 'replaced' || verdict === 'revived';
}

function summarise(
  inserted: ReadonlySet<number>,
  judged: readonly JudgedRow[],
  adjustments: Adjustment[],
): PageOutcome {
  const count = (...verdicts: Verdict[]) => judged.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    inserted: inserted.size,
    updated: count('changed', 'replaced', 'revived'),
    unchanged: count('same', 'moved'),
    stale: count('stale'),
    replaced: count('replaced'),
    revived: count('revived'),
    staleIds: judged.filter(({ verdict }) => verdict === 'stale').map(({ id }) => id),
    adjustments,
  };
}

const operations = { changed: 'update', replaced: 'replace', revived: 'revive' } as const;

function feedItems(inserted: ReadonlySet<number>, judged: readonly JudgedRow[]): OutboxItem[] {
  const inserts = [...inserted].map(
    (id): OutboxItem => ({ id, operation: 'insert', changeId: null, changedFields: [] }),
  );
  const updates = judged.flatMap(({ id, verdict, changeId, changedFields }): OutboxItem[] =>
    verdict in operations
      ? [{ id, operation: operations[verdict as keyof typeof operations], changeId, changedFields }]
      : [],
  );
  return [...inserts, ...updates].toSorted((one, other) => one.id - other.id);
}
