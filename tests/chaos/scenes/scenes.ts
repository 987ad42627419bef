import { oneBudget } from './budget.ts';
import {
  clockSetBack,
  lateCommitBehindAResumedPull,
  lateCommits,
  slowClockInAQuietShop,
  stampFromTheFuture,
  stampsHoursLate,
} from './clocks.ts';
import {
  anotherPerson,
  countsThatDiffer,
  deletionsForASweep,
  deniedAndCounted,
  hiddenFromLists,
  lostWebsite,
  restoredRows,
  unknownToAGateway,
} from './deletions.ts';
import { cacheInFront, filtersShifted, searchRewritten } from './front.ts';
import {
  backfillKilledBehindAHiddenRow,
  gapInABackfill,
  gapInAPull,
  hiddenRow,
  killedBehindAHiddenRow,
  neverCompared,
  neverListed,
} from './hidden-rows.ts';
import {
  brokenCustomer,
  noticeBeforeAnswers,
  passingTrouble,
  passwordChanged,
  tokenEnds,
} from './outages.ts';
import { orderForgotten, overtakenPage, silentLimit, splitRange, staleCache, tornWrite } from './pages.ts';
import { differencesToProve } from './proof.ts';
import type { Scene } from './scene.ts';
import {
  ambiguousStamp,
  changesWithoutAStamp,
  customerDeletedUnderOrders,
  deletedOrders,
  oddOrders,
  secretsAlone,
  switchedOnLater,
  tracksWithoutAStamp,
} from './silent-changes.ts';

/** Every scene; to add one is a constant in a file of its theme, and its name here. */
export const scenes: readonly Scene[] = [
  lateCommits,
  lateCommitBehindAResumedPull,
  stampFromTheFuture,
  slowClockInAQuietShop,
  stampsHoursLate,
  clockSetBack,
  hiddenRow,
  neverListed,
  neverCompared,
  gapInAPull,
  gapInABackfill,
  killedBehindAHiddenRow,
  backfillKilledBehindAHiddenRow,
  tornWrite,
  orderForgotten,
  silentLimit,
  staleCache,
  overtakenPage,
  splitRange,
  cacheInFront,
  searchRewritten,
  filtersShifted,
  hiddenFromLists,
  lostWebsite,
  unknownToAGateway,
  deniedAndCounted,
  restoredRows,
  deletionsForASweep,
  countsThatDiffer,
  anotherPerson,
  tokenEnds,
  passingTrouble,
  passwordChanged,
  brokenCustomer,
  noticeBeforeAnswers,
  oneBudget,
  differencesToProve,
  changesWithoutAStamp,
  tracksWithoutAStamp,
  secretsAlone,
  customerDeletedUnderOrders,
  oddOrders,
  ambiguousStamp,
  deletedOrders,
  switchedOnLater,
];

/** The scene with this title; throws when there is none. */
export function sceneOf(title: string): Scene {
  const found = scenes.find((scene) => scene.title === title);
  if (!found) throw new RangeError(`There is no scene "${title}".`);
  return found;
}
