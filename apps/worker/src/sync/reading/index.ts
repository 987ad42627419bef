/**
 * The door of this room: reads that account for every row, wait for a shop that is away, and go around what it cannot
 * show. Nothing outside imports its other files.
 */
export { mayBeAboutARow } from './broken-answers.ts';
export { type GuardedEntity, guardEntity } from './guarded-entity.ts';
export {
  cutByCounts,
  eachRange,
  everyId,
  isWithin,
  largestPossibleId,
  planIdRanges,
  planSpans,
  rangeName,
  rangesFor,
  rowsPerRange,
} from './id-ranges.ts';
export { createOutageWait, isWorthWaiting, patientEntity } from './outages.ts';
export {
  type AdaptivePageSize,
  knownPageLimit,
  openPageSize,
  type PageLimit,
  paceRules,
  pageLimitName,
  pageSizeOf,
  pageTargets,
} from './page-size.ts';
export type { QuarantineRetry } from './quarantine.ts';
export {
  type AccountedReads,
  type Gap,
  type IdPlace,
  IncompleteReadError,
  readAccounted,
  readsByChanges,
  readsByIds,
  readsOfIds,
  reasonOf,
  someIds,
} from './read-account.ts';
export { survey } from './survey.ts';
