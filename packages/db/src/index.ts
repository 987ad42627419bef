export { type Change, type ChangeRepository, createChangeRepository } from './changes/change-repository.ts';
export {
  createOutboxRepository,
  type OutboxEntry,
  type OutboxRepository,
} from './changes/outbox-repository.ts';
export { tryAdvisoryLock, withAdvisoryLock } from './connection/advisory-lock.ts';
export { type ConnectionLimit, readConnectionLimit } from './connection/connection-limit.ts';
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  openPool,
  type PoolOptions,
  type ReachedServer,
  reachServer,
} from './connection/open-database.ts';
export type { ServerFacts } from './connection/server-probe.ts';
export { type TransientFailure, transientFailure } from './connection/transient-errors.ts';
export {
  type ConsoleSession,
  type ConsoleSessionRepository,
  createConsoleSessionRepository,
  type SessionLife,
} from './console/console-session-repository.ts';
export {
  createSampleRepository,
  type Sample,
  type SampledStretch,
  type SampleRepository,
} from './console/sample-repository.ts';
export type { ComparedPart, ComparedRecord, RowPair } from './copy/compare-page.ts';
export type { Row } from './copy/copied-entity.ts';
export { createEntityCopy, type EntityCopy } from './copy/entity-copy.ts';
export type { RowLife, StoredVersion } from './copy/ranges.ts';
export type { StoredRecord } from './copy/read-record.ts';
export type { Adjustment, CopyRecord, SentRecord } from './copy/record.ts';
export { type CopyTotals, sumUpRowCounts } from './copy/row-counts.ts';
export type { Deletion } from './copy/tombstones.ts';
export type { IdSpan } from './copy/verified-ranges.ts';
export type { ChangeRecording, PageOutcome, PageToWrite } from './copy/write-page.ts';
export * from './errors.ts';
export { flatViewName } from './flat-view/flat-view-sql.ts';
export { type FlatViewRefresh, hasFlatView, refreshFlatView } from './flat-view/refresh-flat-view.ts';
export { type AlteredTable, findAlteredTables } from './migrate/altered-tables.ts';
export { inspectSchema, type SchemaState } from './migrate/inspect-schema.ts';
export { type MigrateOptions, type MigrateOutcome, migrate } from './migrate/migrate.ts';
export { findMissingRights, type MissingRights, missingRightsSentence } from './migrate/schema-rights.ts';
export {
  type Act,
  type ActEnd,
  type ActRepository,
  createActRepository,
} from './operators/act-repository.ts';
export {
  type Acknowledgement,
  type Alert,
  type AlertDelivery,
  type AlertRepository,
  createAlertRepository,
} from './operators/alert-repository.ts';
export {
  createPauseRepository,
  type Pause,
  type PausedWork,
  type PauseRepository,
} from './operators/pause-repository.ts';
export type { CheckpointAdvance } from './progress/checkpoint-fence.ts';
export {
  type CheckpointFilter,
  type CheckpointRepository,
  createCheckpointRepository,
  type RangePlan,
} from './progress/checkpoint-repository.ts';
export type { Checkpoint, CheckpointKey, CheckpointState } from './progress/checkpoint-state.ts';
export type { RunCounters } from './progress/run-counters.ts';
export {
  createRunRepository,
  type Run,
  type RunEnd,
  type RunRepository,
  type RunTally,
} from './progress/run-repository.ts';
export type { AttributeList, AttributeReplacement } from './reference/attributes.ts';
export type { OptionChanges } from './reference/option-changes.ts';
export type {
  AttributeEntityType,
  AttributeOptionRecord,
  AttributeRecord,
  GroupRecord,
  StoreGroupRecord,
  StoreViewRecord,
  WebsiteRecord,
} from './reference/reference-records.ts';
export {
  createReferenceRepository,
  type ReferenceList,
  type ReferenceRepository,
} from './reference/reference-repository.ts';
export type { Replacement } from './reference/replace-rows.ts';
export type { ChangeCause, ChangeOperation } from './schema/changes.ts';
export type { FailedLogin } from './schema/secrets.ts';
export {
  type CredentialRepository,
  createCredentialRepository,
  type StoredCredentials,
} from './secrets/credential-repository.ts';
export {
  createTokenRepository,
  type HeldToken,
  type StoredToken,
  type TokenKey,
  type TokenRepository,
} from './secrets/token-repository.ts';
export {
  type BudgetMove,
  type BudgetRepository,
  type BudgetState,
  type BudgetWorker,
  createBudgetRepository,
  type LivingWorker,
} from './shops/budget-repository.ts';
export {
  type Capability,
  type CapabilityRepository,
  createCapabilityRepository,
} from './shops/capability-repository.ts';
export { createHintRepository, type Hint, type HintRepository } from './shops/hint-repository.ts';
export {
  createQuarantineRepository,
  type QuarantinedId,
  type QuarantineEntry,
  type QuarantineRepository,
} from './shops/quarantine-repository.ts';
export {
  createScheduleRepository,
  type Schedule,
  type ScheduleRepository,
} from './shops/schedule-repository.ts';
export { createShopRepository, type ShopRepository } from './shops/shop-repository.ts';
