import { type Entity, entities } from '@magento-sync/entities';
import type { Database } from '../connection/open-database.ts';
import { comparePage } from './compare-page.ts';
import { copiedEntity } from './copied-entity.ts';
import { countPersonal } from './count-personal.ts';
import { erase, forgetRecords, idsByEmail } from './erase.ts';
import { createRanges } from './ranges.ts';
import { readRecord } from './read-record.ts';
import type { CopyRecord } from './record.ts';
import { type ColumnsOfTables, stripColumns } from './strip-columns.ts';
import { type Deletion, tombstone } from './tombstones.ts';
import { type ComparedSpan, noteVerified } from './verified-ranges.ts';
import { type ChangeRecording, type PageToWrite, writePage } from './write-page.ts';

/** The copy of one entity: its records and their parts. */
export type EntityCopy = ReturnType<typeof createEntityCopy>;

/** Creates the copy of an entity; history and feed are kept unless they are switched off here. */
export function createEntityCopy(database: Database, entity: Entity, options: Partial<ChangeRecording> = {}) {
  const recording: ChangeRecording = { history: options.history ?? true, feed: options.feed ?? true };
  const copied = copiedEntity(entity);
  return {
    ...createRanges(database, copied),
    /** One record with its parts, for people; undefined when the copy never had it. */
    read: (shop: string, id: number) => readRecord(database, copied, shop, id),
    /** Writes a page with its checkpoint, counters, history and feed in one transaction; throws FencedOutError. */
    writePage: (page: PageToWrite) => writePage(database, copied, recording, page),
    /** Compares records with their rows, column by column, without writing. */
    comparePage: (shop: string, records: readonly CopyRecord[]) =>
      comparePage(database, copied, shop, records),
    /** Remembers that the living rows of a span were compared and are equal; those without an id here are left out. */
    noteVerified: (compared: ComparedSpan) => noteVerified(database, copied, compared),
    /** Marks records that the shop confirmed to be deleted; returns the ids that were marked. */
    tombstone: (deletion: Deletion) => tombstone(database, copied, recording, deletion),
    /** Removes the personal data of records for good, also where other records hold it; returns the ids erased. */
    erase: (deletion: Deletion) => erase(database, copied, recording, deletion, entities),
    /** The same at a request, whether the shop still has the records or not; returns the ids that held any. */
    forget: (deletion: Deletion) => forgetRecords(database, copied, recording, deletion, entities),
    /** How many rows `forget` of a record would empty or remove, by table. */
    countPersonal: (shop: string, id: number) => countPersonal(database, copied, shop, id, entities),
    /** Empties columns of all rows, with `raw` and the values in the history; returns the number of records. */
    strip: (shop: string, columns: ColumnsOfTables) => stripColumns(database, copied, shop, columns),
    /** Ids of the records that carry an e-mail address. */
    idsByEmail: (shop: string, email: string) => idsByEmail(database, copied, shop, email),
  };
}
