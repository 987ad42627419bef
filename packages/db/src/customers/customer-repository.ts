import type { Database } from '../open-database.ts';
import { comparePage } from './compare-page.ts';
import { lifeOf } from './customer-lookups.ts';
import * as ranges from './customer-ranges.ts';
import type { CustomerRecord } from './customer-record.ts';
import { type Deletion, erase, tombstone } from './tombstones.ts';
import { type ChangeRecording, type PageToWrite, writePage } from './write-page.ts';

/** The copy of customers and their addresses. */
export type CustomerRepository = ReturnType<typeof createCustomerRepository>;

/** Creates the repository of customers; history and feed are kept unless they are switched off here. */
export function createCustomerRepository(database: Database, options: Partial<ChangeRecording> = {}) {
  const recording: ChangeRecording = { history: options.history ?? true, feed: options.feed ?? true };
  return {
    /** Writes a page with its checkpoint, counters, history and feed in one transaction; throws FencedOutError. */
    writePage: (page: PageToWrite) => writePage(database, recording, page),
    /** Compares records with their rows, column by column, without writing. */
    comparePage: (shop: string, records: readonly CustomerRecord[]) => comparePage(database, shop, records),
    /** Marks customers that the shop confirmed to be deleted; returns the ids that were marked. */
    tombstone: (deletion: Deletion) => tombstone(database, recording, deletion),
    /** Removes the personal data of customers for good; returns the ids that were erased. */
    erase: (deletion: Deletion) => erase(database, recording, deletion),
    /** Number of living customers with afterId < id <= upToId. */
    countInRange: (shop: string, afterId: number, upToId: number | null = null) =>
      ranges.countInRange(database, shop, afterId, upToId),
    /** Their ids, ascending. */
    idsInRange: (shop: string, afterId: number, upToId: number | null = null) =>
      ranges.idsInRange(database, shop, afterId, upToId),
    /** Number of living customers between two places in the order of changes, the second one included. */
    countStamped: (shop: string, after: ranges.StampedPlace, upTo: ranges.StampedPlace) =>
      ranges.countStamped(database, shop, after, upTo),
    /** Ids with a tombstone that were not erased, ascending. */
    tombstonedIds: (shop: string) => ranges.tombstonedIds(database, shop),
    /** Their content hashes and update times by id. */
    hashesInRange: (shop: string, afterId: number, upToId: number | null = null) =>
      ranges.hashesInRange(database, shop, afterId, upToId),
    /** Those of the ids that live in the copy. */
    livingIds: (shop: string, ids: readonly number[]) => ranges.livingIds(database, shop, ids),
    /** Where to cut the living customers above an id into ranges of equal numbers. */
    rangeEnds: (shop: string, afterId: number, customersPerRange: number) =>
      ranges.rangeEnds(database, shop, afterId, customersPerRange),
    /** When one customer's row came, was last seen and went; undefined when the copy never had it. */
    lifeOf: (shop: string, id: number) => lifeOf(database, shop, id),
    /** The largest id ever seen; 0 when there is none. */
    largestId: (shop: string) => ranges.largestId(database, shop),
    /** The living customer that was compared with the source longest ago. */
    oldestUnverified: (shop: string) => ranges.oldestUnverified(database, shop),
    /** Says that these customers were found equal to the source. */
    markVerified: (shop: string, ids: readonly number[], verifiedAt: Date) =>
      ranges.markVerified(database, shop, ids, verifiedAt),
    /** Counts living, deleted and erased customers and addresses. */
    totals: (shop: string) => ranges.totals(database, shop),
  };
}
