import { sql } from 'drizzle-orm';
import { appendedToOutbox, type OutboxItem } from '../changes/outbox-append.ts';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { allOf, inPageTransaction, type Queryable } from '../connection/transaction.ts';
import { advancedCheckpoint, type CheckpointAdvance, holdFence } from '../progress/checkpoint-fence.ts';
import { countedRunPage, proveRun } from '../progress/run-counters.ts';
import type { ChangeCause } from '../schema/changes.ts';
import { plainArray } from '../values/array-text.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { replaceParts } from './child-rows.ts';
import { haveOwnTypes, isOtherType } from './column-types.ts';
import type { CopiedEntity } from './copied-entity.ts';
import { idsOfErasedOwners } from './erased-owners.ts';
import { copyRecords, isAlreadyThere } from './insert-rows.ts';
import { type PageRows, pageRows, type RecordRow, refuseUnusableIds } from './page-rows.ts';
import type { Adjustment, CopyRecord, SentRecord } from './record.ts';
import { insertRecords, isForgotten, type PageFacts, updateRecords } from './record-sql.ts';
import { type Unlike, unlikeTheirRows } from './unlike-rows.ts';
import { type IdSpan, verifiedNotes } from './verified-ranges.ts';
import { withoutPerson } from './without-person.ts';

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
  /** When the page was read; decides between two reads of one stamp. */
  readAt: Date;
  records: readonly SentRecord[];
  /** Whether the rows were compared with the source as a whole, which every full record is. */
  verified: boolean;
  /** The ids of which the page holds every record that the shop shows; remembered as verified. */
  span?: IdSpan;
  /** Moves in the same transaction; refused when somebody else has claimed it. */
  checkpoint?: CheckpointAdvance;
  /**
   * Let a later read win even if its stamp is older than the stored one. For reads of the present state (sweep, verify)
   * of shops that were restored from a backup or whose web nodes have different clocks. Default false.
   */
  acceptOlder?: boolean;
  /**
   * Write rows and their parts also where the stored content hash says that they are equal. For rows whose columns were
   * altered by somebody else. Default false.
   */
  rewrite?: boolean;
}

/** What a page did; inserted + updated + unchanged + stale is the number of its records. */
export interface PageOutcome {
  inserted: number;
  updated: number;
  unchanged: number;
  stale: number;
  /** Of the updated: another record under the same id. */
  replaced: number;
  /** Of the updated: had a tombstone. */
  revived: number;
  /** Ids that were not written because the copy has something newer. */
  staleIds: number[];
  adjustments: Adjustment[];
  /** The records that were not plainly equal to their rows, as they were read. */
  read: readonly CopyRecord[];
  /** Where the range of the checkpoint ends by now, since somebody may have split it; absent without a checkpoint. */
  rangeEnd?: number | null;
}

/** Whether new rows are copied in, or inserted because that met rows which were there already, or columns of other types. */
type WritingFacts = PageFacts & { readonly copies: boolean };

const noIds: ReadonlySet<number> = new Set();

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
 * What happens to a record: when the digests of its row say that it is equal, nothing. Otherwise it is read into rows,
 * and its row is locked; a missing one is copied in, an existing one judged and updated, its parts with it.
 *
 * Everybody takes locks in the same order: checkpoint, records by id, their parts, verified ranges, run, feed. Those of the
 * run and the feed, for which all other pages wait, are taken on the way to the commit.
 */
export async function writePage(
  database: Database,
  copied: CopiedEntity,
  recording: ChangeRecording,
  page: PageToWrite,
): Promise<PageOutcome> {
  refuseUnusableIds(copied.entity.record, page.records);
  const facts: PageFacts = { acceptOlder: false, rewrite: false, ...page, history: recording.history };
  if (await haveOwnTypes(database, copied)) {
    try {
      return await writeOnce(database, copied, recording, page, { ...facts, copies: true });
    } catch (error) {
      if (!isAlreadyThere(error) && !isOtherType(error)) throw error;
    }
  }
  for (;;) {
    try {
      return await writeOnce(database, copied, recording, page, { ...facts, copies: false });
    } catch (error) {
      if (error !== overtaken) throw error;
    }
  }
}

/** Somebody else has inserted rows since they were looked for; every time it is thrown there are more of them. */
const overtaken = new Error('rows were inserted by somebody else');

async function writeOnce(
  database: Database,
  copied: CopiedEntity,
  recording: ChangeRecording,
  page: PageToWrite,
  facts: WritingFacts,
): Promise<PageOutcome> {
  return inPageTransaction(database, {
    first: (statements) => look(statements, copied, page),
    work: async (statements, client, unlike, atTheEnd) => {
      const read = unlike.records.map((record) => record.read());
      const sent = pageRows(copied, read);
      const unlocked = facts.copies ? unlike.missing : noIds;
      const { existing, rows, ofErased } = await lockExisting(statements, copied, page.shop, sent, unlocked);
      const inserted = facts.copies
        ? await copyMissing(client, copied, facts, rows, existing)
        : await insertMissing(statements, copied, facts, rows, existing);
      await noteErased(
        statements,
        copied,
        facts,
        ofErased.filter((id) => inserted.has(id)),
      );
      const judged = await updateExisting(statements, copied, facts, rows, inserted);
      await writeParts(statements, copied, facts, rows, facts.copies ? noIds : inserted, judged);
      const equal = page.records.length - read.length;
      const outcome = { ...summarise(inserted, judged, equal), adjustments: rows.adjustments, read };
      const { rangeEnd } = unlike;
      if (page.span && page.verified) {
        const stale = new Set(outcome.staleIds);
        const ids = page.records.map(({ id }) => id).filter((id) => !stale.has(id));
        const compared = { shop: page.shop, span: page.span, ids, at: page.readAt };
        atTheEnd(...(await verifiedNotes(statements, client, copied, compared)));
      }
      if (page.checkpoint) atTheEnd(advancedCheckpoint(page.checkpoint));
      atTheEnd(countedRunPage(page.runId, { ...outcome, pages: 1, rowsRead: page.records.length }));
      const origin = { ...page, entity: copied.entity.name };
      if (recording.feed) atTheEnd(...appendedToOutbox(origin, feedItems(inserted, judged)));
      return rangeEnd === undefined ? outcome : { ...outcome, rangeEnd };
    },
  });
}

/** Holds the checkpoint, and looks which records are not plainly equal to their rows. */
async function look(
  statements: Statements,
  copied: CopiedEntity,
  page: PageToWrite,
): Promise<Unlike & Pick<PageOutcome, 'rangeEnd'>> {
  const [unlike, held] = await allOf([
    page.rewrite
      ? { records: page.records, missing: noIds }
      : unlikeTheirRows(statements, copied, page.shop, page.records),
    page.checkpoint ? holdFence(statements, page.checkpoint) : undefined,
    proveRun(statements, page.runId),
  ]);
  return held ? { ...unlike, rangeEnd: held.upToId } : unlike;
}

/**
 * Locks the rows that exist; always in the order of ids, so that two writers of overlapping pages wait for each other
 * instead of blocking each other; ids of which no row was seen need no look. What is personal is taken out of the rows of people who were erased, `ofErased` among
 * them those that came after the erasure.
 */
async function lockExisting(
  statements: Statements,
  copied: CopiedEntity,
  shop: string,
  sent: PageRows,
  unseen: ReadonlySet<number>,
): Promise<{ existing: ReadonlySet<number>; rows: PageRows; ofErased: readonly number[] }> {
  if (sent.records.length === 0) return { existing: noIds, rows: sent, ofErased: [] };
  const ids = sent.records.map(({ id }) => id).filter((id) => !unseen.has(id));
  const locked = ids.length === 0 ? [] : await lockRecords(statements, copied, shop, ids);
  const existing = new Set(locked.map(({ id }) => id));
  const { entity } = copied;
  const present = sent.records.filter(({ id }) => existing.has(id));
  // Rows that exist are locked, so that an erasure waits for them; of new ones it can know by their owners alone.
  const missing = sent.records.filter(({ id }) => !existing.has(id));
  const ofErased = [
    ...(await idsOfErasedOwners(statements, entity, shop, present)),
    ...(await idsOfErasedOwners(statements, entity, shop, missing, { hold: true })),
  ];
  const forgotten = new Set([...locked.filter((row) => row.isForgotten).map(({ id }) => id), ...ofErased]);
  return { existing, rows: withoutPerson(copied, sent, forgotten), ofErased };
}

/** Notes on rows that came without the person that they are never to be filled. */
async function noteErased(
  statements: Statements,
  { records: { table, key } }: CopiedEntity,
  { shop, readAt }: PageFacts,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await statements.execute(
    sql`update ${table} set erased_at = ${readAt}::timestamptz where shop = ${shop} and ${isOneOf(nameOf(key), ids)}`,
  );
}

/** Locks the rows of records in the order of their ids and says which were erased although the shop has them. */
export async function lockRecords(
  statements: Statements,
  { records }: CopiedEntity,
  shop: string,
  ids: readonly number[],
): Promise<{ id: number; isForgotten: boolean }[]> {
  const { table, key } = records;
  const inOrder = ids.toSorted((one, other) => one - other);
  // By their keys one after the other, which also holds without statistics of the table.
  const locked = await statements.execute<{ id: string; isForgotten: boolean }>(sql`
    select r.id, s."isForgotten" from unnest(${plainArray(inOrder)}::bigint[]) as r(id)
    cross join lateral (
      select ${isForgotten('t')} as "isForgotten" from ${table} t
      where t.shop = ${shop} and ${nameOf(key, 't')} = r.id limit 1 for update
    ) s`);
  return locked.rows.map((row) => ({ ...row, id: Number(row.id) }));
}

/** By COPY, parts included; throws what {@link isAlreadyThere} tells when any of it is. */
async function copyMissing(
  client: Queryable,
  copied: CopiedEntity,
  facts: PageFacts,
  { records, children }: PageRows,
  existing: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const missing = records.filter(({ id }) => !existing.has(id));
  if (missing.length > 0) await copyRecords(client, copied, facts, missing, children);
  return new Set(missing.map(({ id }) => id));
}

/**
 * Row by row where somebody else may insert the same.
 *
 * What was there first is not locked now: whoever holds it may wait for a row that was just inserted here, while rows that
 * exist are always locked before any is inserted. Everything is done anew instead, and finds it when it looks.
 */
async function insertMissing(
  statements: Statements,
  copied: CopiedEntity,
  page: PageFacts,
  { records }: PageRows,
  existing: ReadonlySet<number>,
): Promise<Set<number>> {
  const missing = records.filter(({ id }) => !existing.has(id));
  if (missing.length === 0) return new Set();
  const inserted = await statements.execute<{ id: string }>(insertRecords(copied, missing.map(rowOf), page));
  if (inserted.rows.length < missing.length) throw overtaken;
  return new Set(inserted.rows.map(({ id }) => Number(id)));
}

async function updateExisting(
  statements: Statements,
  copied: CopiedEntity,
  page: PageFacts,
  { records }: PageRows,
  inserted: ReadonlySet<number>,
): Promise<JudgedRow[]> {
  const existing = records.filter(({ id }) => !inserted.has(id));
  if (existing.length === 0) return [];
  const judged = await statements.execute<Omit<JudgedRow, 'id'> & { id: string }>(
    updateRecords(copied, existing.map(rowOf), page),
  );
  return judged.rows.map((row) => ({ ...row, id: Number(row.id) }));
}

async function writeParts(
  statements: Statements,
  { children }: CopiedEntity,
  { shop, readAt }: PageFacts,
  rows: PageRows,
  inserted: ReadonlySet<number>,
  judged: readonly JudgedRow[],
): Promise<void> {
  const rewritten = new Set(judged.filter(isWritten).map(({ id }) => id));
  for (const child of children) {
    const parts = (rows.children[child.definition.name] ?? []).filter((row) => {
      const parent = row[child.parent.name] as number;
      return inserted.has(parent) || rewritten.has(parent);
    });
    await replaceParts(statements, child, { shop, readAt, rewritten, rows: parts });
  }
}

function rowOf({ row }: RecordRow) {
  return row;
}

function isWritten({ verdict }: JudgedRow): boolean {
  return verdict === 'changed' || verdict === 'replaced' || verdict === 'revived';
}

function summarise(
  inserted: ReadonlySet<number>,
  judged: readonly JudgedRow[],
  equal: number,
): Omit<PageOutcome, 'adjustments' | 'read'> {
  const count = (...verdicts: Verdict[]) => judged.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    inserted: inserted.size,
    updated: count('changed', 'replaced', 'revived'),
    unchanged: equal + count('same', 'moved'),
    stale: count('stale'),
    replaced: count('replaced'),
    revived: count('revived'),
    staleIds: judged.filter(({ verdict }) => verdict === 'stale').map(({ id }) => id),
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
