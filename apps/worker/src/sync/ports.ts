import type {
  ActRepository,
  AlertRepository,
  AlteredTable,
  CapabilityRepository,
  ChangeRepository,
  CheckpointRepository,
  EntityCopy,
  FlatViewRefresh,
  HintRepository,
  OutboxRepository,
  PauseRepository,
  QuarantineRepository,
  ReferenceRepository,
  RunRepository,
} from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { MagentoClient, PageSize } from '@magento-sync/magento-client';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

/** The repositories of the copy that use cases write to. */
export interface Store {
  /** The copy of an entity. */
  copyOf(entity: Entity): EntityCopy;
  readonly checkpoints: CheckpointRepository;
  readonly runs: RunRepository;
  readonly referenceData: ReferenceRepository;
  /** The generated views with one typed column per custom attribute. */
  readonly flatViews: readonly { readonly name: string; refresh(): Promise<FlatViewRefresh> }[];
  /** The counts that triggers keep of the rows; to be summed up now and then, so that reading them stays cheap. */
  readonly rowCounts: { sumUp(shop: string): Promise<number> };
  /** What somebody has done to the tables, after which they may not keep what is written to them. */
  alteredTables(): Promise<AlteredTable[]>;
  readonly quarantine: QuarantineRepository;
  readonly capabilities: CapabilityRepository;
  readonly changes: ChangeRepository;
  readonly outbox: OutboxRepository;
  readonly hints: HintRepository;
  readonly pauses: PauseRepository;
  readonly acts: ActRepository;
  readonly alerts: AlertRepository;
}

/** What became of work that only one process may do at a time. */
export type Exclusive<T> = { readonly acquired: true; readonly value: T } | { readonly acquired: false };

/** Locks that hold across processes and end with the process that took them. */
export interface Locks {
  /**
   * Does the work unless somebody else is doing it. The signal given to the work also fires when the lock is lost.
   */
  tryRun<T>(
    name: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Exclusive<T>>;
  /** Waits for the lock, then does the work. */
  run<T>(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Numbers that decide how a use case reads. */
export interface SyncSettings {
  /** Rows a page, for entities that have no size of their own. */
  readonly pageSize: PageSize;
  readonly pageSizes?: Readonly<Record<string, PageSize>>;
  readonly overlapMs: number;
  /** Requests that may be in flight at once. */
  readonly concurrency: number;
  /** Ranges that are read side by side; more than requests, so that some are read while others are written. */
  readonly rangesAtOnce?: number;
  readonly deletions: DeletionSettings;
}

/** What happens to rows whose record the shop has deleted. */
export interface DeletionSettings {
  readonly keep: 'tombstone' | 'erase';
  /** Largest share of the living rows that may vanish at once, 0 to 1. */
  readonly maxShare: number;
}

/** Notices custom attributes, groups, websites and store views that the copy knows nothing of. */
export interface ReferenceWatch {
  /** Looks at what records carry: codes of custom attributes, and ids by kind of reference data. */
  see(met: {
    readonly attributes: readonly string[];
    /** Whose attributes they are, in the word of Magento. */
    readonly attributesOf?: string;
    readonly ids: Readonly<Record<string, readonly number[]>>;
  }): Promise<void>;
}

/** Why a page is written; stands in runs and in the change history. */
export type Cause = 'pull' | 'backfill' | 'sweep' | 'verify' | 'reconcile' | 'hint' | 'resync';

/** What a written page did to the copy. */
export interface PageOutcome {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly stale: number;
  /** Where the range of its checkpoint ends by now: somebody else may have taken over a part of it. */
  readonly rangeEnd?: number | null;
}

/** What happened with one page, for metrics, logs and progress. */
export interface PageReport {
  /** Name of the entity. */
  readonly entity: string;
  readonly cause: Cause;
  readonly range: string;
  readonly rows: number;
  readonly outcome: PageOutcome;
  readonly durationMs: number;
  readonly bytes: number;
}

/** Waits for a shop that is away. */
export interface OutageWait {
  /** Repeats the request while its error says that the shop is away, as long as the patience lasts; else throws it. */
  through<T>(
    request: () => Promise<T>,
    isAway: (error: unknown) => boolean | Promise<boolean>,
    signal: AbortSignal,
  ): Promise<T>;
}

/** What every use case needs; no queue, no environment. */
export interface SyncContext {
  readonly shop: string;
  /** What is copied. */
  readonly entities: readonly Entity[];
  readonly magento: MagentoClient;
  readonly store: Store;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: SyncSettings;
  /** Waits for a shop that is away; without it an outage ends the run. */
  readonly outages?: OutageWait;
  /** Notices what appeared since the reference data was read. */
  readonly referenceWatch?: ReferenceWatch;
  /** Told about every page after it has been committed; for metrics and progress. */
  readonly onPage?: (report: PageReport) => void;
  /** Told the most rows that the shop gives a page once they were looked for; `null` when nothing limits them. */
  readonly onPageLimit?: (max: number | null) => void;
}

/** How a use case is asked to stop. */
export interface Stop {
  /** Fires to end the work at once; requests in flight are cut off. */
  readonly signal: AbortSignal;
  /** Fires to end the work after the page at hand. */
  readonly pause: AbortSignal;
}
