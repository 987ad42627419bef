import type { CheckpointKey, CheckpointState, RowLife } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { ChangePosition, PageSize } from '@magento-sync/magento-client';
import type { Cause, PageOutcome, SyncContext } from '../ports.ts';

/** How to write a page: on whose account, and where the read goes on after it. */
export interface PageCommit {
  readonly runId: number;
  readonly cause: Cause;
  readonly checkpoint: {
    readonly key: CheckpointKey;
    readonly fence: bigint;
    readonly next: CheckpointState;
  };
}

/** One page as the shop sent it; knows how to write itself together with its checkpoint, in one transaction. */
export interface EntityPage<Next> {
  readonly size: number;
  /** Rows that matched when the page was read, this page included. */
  readonly totalCount: number;
  /** The shop's clock when it answered, in whole seconds; `null` when the shop sent no `Date`. */
  readonly shopDate: Date | null;
  readonly durationMs: number;
  readonly bytes: number;
  /** `updated_at` of every row as sent. */
  readonly stamps: readonly (string | null)[];
  /** Where to go on after this page. */
  readonly next: Next;
  readonly last: boolean;
  readonly ids: readonly number[];
  /** Content hash of every row, by id; the same that the copy keeps. */
  hashes(): Map<number, string>;
  /** Compares the page with the copy instead of writing it; rows that are equal are noted as verified. */
  compare(): Promise<RowComparison[]>;
  /** Without a checkpoint it is written alone: for reads that nothing goes on from. */
  write(
    commit: Pick<PageCommit, 'runId' | 'cause'> & Partial<Pick<PageCommit, 'checkpoint'>>,
  ): Promise<PageOutcome>;
}

/** How a record that the shop shows stands against its row in the copy. */
export interface RowComparison {
  readonly id: number;
  /**
   * `missing`: the copy has no row; `tombstoned`: it has one that is marked as deleted; `different`: the shop has another
   * content; `damaged`: the copy knows the content, but its columns or addresses were altered.
   */
  readonly verdict: 'equal' | 'missing' | 'tombstoned' | 'different' | 'damaged';
  /** Names of what differs, fields of the shop or columns of the copy; never their values. */
  readonly fields: readonly string[];
  /** Another one as soon as the content on either side is another. */
  readonly fingerprint: string;
}

/** What a reread of single records did. */
export interface Reread {
  readonly outcome: PageOutcome;
  /** Ids that live in the copy and of which the shop itself says that they are gone; nothing was marked. */
  readonly gone: readonly number[];
}

/** How to read pages. */
export interface PageOptions {
  readonly signal: AbortSignal;
  /** Rows a page; as the settings say when absent. */
  readonly pageSize?: PageSize;
  /** Ids that are left out because the shop cannot list them. */
  readonly excluding?: readonly number[];
}

/** Ids alone, and where to go on after them. */
export interface IdPage {
  readonly size: number;
  readonly ids: readonly number[];
  /** Rows that matched when the page was read, this page included. */
  readonly totalCount: number;
  readonly next: { readonly id: number };
  readonly last: boolean;
}

/** A stretch of the rows in the order of their changes. */
export interface ChangeWindow {
  /** Rows after this one. */
  readonly after: ChangePosition;
  /** Up to this one, itself included; to the end when absent. */
  readonly upTo?: ChangePosition | undefined;
  /** Of these, only the ones with such ids. */
  readonly range?: IdRange;
  readonly excluding?: readonly number[];
}

/** Ids from `afterId` (not included) to `upToId` (included); no upper end means everything above. */
export interface IdRange {
  readonly afterId: number;
  readonly upToId: number | null;
}

/** Most ranges of one search: it takes one group of filters more than it has ranges, one for excluded ids, and ten at most. */
export const mostRangesAtOnce = 8;

/** Name of an entity; the same in jobs, checkpoints, metrics and commands. */
export type EntityName = string;

/** A kind of record: all that the use cases know about it. */
export interface EntityDescriptor {
  readonly name: EntityName;
  /** What is particular about it. */
  readonly definition: Entity;
  /**
   * Pages of rows after the position, ordered by `updated_at`, then id; the last one says so.
   *
   * Where the shop hides rows, pages show fewer than they count: to be read by those who account for that.
   */
  pagesChangedSince(
    context: SyncContext,
    position: ChangePosition,
    options: PageOptions & Pick<ChangeWindow, 'upTo' | 'range'>,
  ): AsyncIterable<EntityPage<ChangePosition>>;
  /** Pages of rows of an id range, ordered by id; the last one says so. To be accounted for in the same way. */
  pagesInIdRange(
    context: SyncContext,
    range: IdRange,
    options: PageOptions,
  ): AsyncIterable<EntityPage<{ readonly id: number }>>;
  /** The shop's clock, then the largest id (0 when there is none) and how many rows there are: what a backfill is planned from. */
  survey(
    context: SyncContext,
    signal: AbortSignal,
    excluding?: readonly number[],
  ): Promise<{ startedAt: Date; largestId: number; rows: number }>;
  /** Number of rows in the shop, in a range or at all; the shop also loads the one with the smallest id. */
  count(
    context: SyncContext,
    signal: AbortSignal,
    range?: IdRange,
    excluding?: readonly number[],
  ): Promise<number>;
  /**
   * Number of rows in the shop in several ranges together, by one request; the ranges are disjoint, closed, in the order of
   * their ids, and at most {@link mostRangesAtOnce}.
   */
  countRanges(
    context: SyncContext,
    signal: AbortSignal,
    ranges: readonly IdRange[],
    excluding?: readonly number[],
  ): Promise<number>;
  /** Number of rows of a stretch of changes in the shop; the shop also loads the first one. */
  countChanges(context: SyncContext, signal: AbortSignal, window: ChangeWindow): Promise<number>;
  /** Ids of a range in the shop, ascending; to be accounted for like whole rows. */
  idPages(context: SyncContext, range: IdRange, options: PageOptions): AsyncIterable<IdPage>;
  /** Those of the ids that lists count, whether they show them or not. */
  countedInShop(context: SyncContext, ids: readonly number[], signal: AbortSignal): Promise<number[]>;
  /** True only when the shop itself says that it has no such record. */
  isMissing(context: SyncContext, id: number, signal: AbortSignal): Promise<boolean>;
  /** Reads one record by the route of a single one and writes it; false when the shop says that it is gone. */
  readSingly(
    context: SyncContext,
    id: number,
    account: Pick<PageCommit, 'runId' | 'cause'>,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Counts the rows of the copy anew and corrects what is kept of them, which is worth a warning. */
  recountCopy(context: SyncContext, what: 'records' | 'records and parts'): Promise<void>;
  /** Number of living rows of the range in the copy. */
  countInCopy(context: SyncContext, range: IdRange): Promise<number>;
  /** Number of living rows of the copy whose stamps lie in the stretch of changes. */
  countChangesInCopy(context: SyncContext, after: ChangePosition, upTo: ChangePosition): Promise<number>;
  /** Ids of the living rows of the range in the copy, ascending. */
  idsInCopy(context: SyncContext, range: IdRange): Promise<number[]>;
  /** When the row of one record came, was last seen and went; undefined when the copy never had it. */
  lifeInCopy(context: Pick<SyncContext, 'shop' | 'store'>, id: number): Promise<RowLife | undefined>;
  /** Content hashes of the living rows of the range in the copy, by id. */
  hashesInCopy(context: SyncContext, range: IdRange): Promise<Map<number, string>>;
  /**
   * Reads single records again, writes them, and asks about each that the list does not show.
   *
   * By the list route, because Magento computes some fields differently on the route of one record; the later read wins.
   */
  reread(
    context: SyncContext,
    ids: readonly number[],
    account: Pick<PageCommit, 'runId' | 'cause'> & {
      /** Write rows also where the copy believes that they are equal. */
      readonly rewrite?: boolean;
    },
    signal: AbortSignal,
  ): Promise<Reread>;
  /** Compares single records; those that the list does not show are left out. */
  compareByIds(
    context: SyncContext,
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<readonly RowComparison[]>;
  /** Compares a record as its own route serves it; nothing when the shop says that it is gone. */
  compareSingly(context: SyncContext, id: number, signal: AbortSignal): Promise<readonly RowComparison[]>;
  /** Those of the ids that live in the copy. */
  livingInCopy(context: SyncContext, ids: readonly number[]): Promise<number[]>;
  /** Ids that cut the living rows of the copy above an id into ranges of so many rows. */
  rangeEndsInCopy(context: SyncContext, afterId: number, rowsPerRange: number): Promise<number[]>;
  /** Marks rows as deleted in the source, or erases them, as configured; returns the ids that were. */
  markDeleted(context: SyncContext, ids: readonly number[], deletion: DeletionMark): Promise<number[]>;
  /** Erases rows that carry only a tombstone, as after a change of configuration; returns how many. */
  eraseTombstoned(context: SyncContext, deletion: DeletionMark): Promise<number>;
}

/** On whose account, and when, the shop said that records are gone. */
export interface DeletionMark {
  readonly cause: Cause;
  readonly runId: number;
  readonly confirmedAt: Date;
}
