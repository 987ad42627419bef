export { type HeldLock, tryAdvisoryLock, withAdvisoryLock } from './advisory-lock.ts';
export {
  type Capability,
  type CapabilityRepository,
  createCapabilityRepository,
} from './capability-repository.ts';
export { type Change, type ChangeRepository, createChangeRepository } from './change-repository.ts';
export type { CheckpointAdvance } from './checkpoint-fence.ts';
export {
  type CheckpointFilter,
  type CheckpointRepository,
  createCheckpointRepository,
  type RangePlan,
} from './checkpoint-repository.ts';
export type { Checkpoint, CheckpointKey, CheckpointState } from './checkpoint-state.ts';
export { type ConnectionLimit, readConnectionLimit } from './connection-limit.ts';
export type { ComparedPart, ComparedRecord, RowPair } from './copy/compare-page.ts';
export type { Row } from './copy/copied-entity.ts';
export { createEntityCopy, type EntityCopy } from './copy/entity-copy.ts';
export type { CopyTotals, RowLife, StoredVersion } from './copy/ranges.ts';
export type { Adjustment, CopyRecord } from './copy/record.ts';
export type { Deletion } from './copy/tombstones.ts';
export type { ChangeRecording, PageOutcome, PageToWrite } from './copy/write-page.ts';

export {
  type CredentialRepository,
  createCredentialRepository,
  type StoredCredentials,
} from './credential-repository.ts';
export * from './errors.ts';
export { type FlatViewRefresh, refreshCustomersFlat } from './flat-view/refresh-customers-flat.ts';
export { createHintRepository, type Hint, type HintRepository } from './hint-repository.ts';
export { inspectSchema, type SchemaState } from './inspect-schema.ts';
export { type MigrateOptions, type MigrateOutcome, migrate } from './migrate.ts';
export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  openPool,
  type PoolOptions,
  type ReachedServer,
  reachServer,
} from './open-database.ts';
export { createOutboxRepository, type OutboxEntry, type OutboxRepository } from './outbox-repository.ts';
export {
  createQuarantineRepository,
  type QuarantinedId,
  type QuarantineEntry,
  type QuarantineRepository,
} from './quarantine-repository.ts';
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
export type { RunCounters } from './run-counters.ts';
export {
  createRunRepository,
  type Run,
  type RunEnd,
  type RunRepository,
  type RunTally,
} from './run-repository.ts';
export { createScheduleRepository, type Schedule, type ScheduleRepository } from './schedule-repository.ts';
export type { ChangeCause, ChangeOperation } from './schema/changes.ts';
export type { FailedLogin } from './schema/secrets.ts';
export { findMissingRights, type MissingRights, missingRightsSentence } from './schema-rights.ts';
export type { ServerFacts } from './server-probe.ts';
export { createShopRepository, type ShopRepository } from './shop-repository.ts';
export {
  createTokenRepository,
  type HeldToken,
  type StoredToken,
  type TokenKey,
  type TokenRepository,
} from './token-repository.ts';
export { type TransientFailure, transientFailure } from './transient-errors.ts';
