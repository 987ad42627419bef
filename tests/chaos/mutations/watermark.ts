import { copy, type Mutation, sync } from './mutation.ts';

const lost = /after the last pull: .*(differs|missing|in the shop)/;

/** What the watermark and the reach of a pull are made of. */
export const watermarkMutations: readonly Mutation[] = [
  {
    defence: 'a pull reads again what lies one overlap before the watermark',
    file: `${sync}/pull/watermark.ts`,
    find: 'return earlier(watermark, overlapMs);',
    replace: 'return earlier(watermark, 0 * overlapMs);',
    scene: 'late commits',
    seed: 1,
    says: /after late commits: .*differs/,
  },
  {
    defence: 'a pull that was resumed is followed by another one',
    file: `${sync}/pull/pull.ts`,
    find: "const isOld = resumed && result.status === 'succeeded' && !stop.pause.aborted;",
    replace: "const isOld = resumed && result.status === 'incomplete';",
    scene: 'a late commit behind a resumed pull',
    seed: 1,
    says: /after one pull: .*differs/,
  },
  {
    defence: 'the watermark does not follow stamps from the future',
    file: `${sync}/pull/watermark.ts`,
    find: 'stamp !== null && stamp <= limit && (found',
    replace: 'stamp !== null && limit !== null && (found',
    scene: 'a stamp from the future',
    seed: 1,
    says: /after stamps of a slow clock: .*differs/,
  },
  {
    defence: 'the watermark leaves an hour for a clock that is slow',
    file: `${sync}/pull/watermark.ts`,
    find: 'const floor = firstWatermark(startedAt, overlapMs);',
    replace: 'const floor = ceiling;',
    scene: 'a slow clock in a quiet shop',
    seed: 1,
    says: /after stamps of a slow clock: .*differs/,
  },
  {
    defence: 'the watermark never passes the clock of the shop minus the overlap',
    file: `${sync}/pull/watermark.ts`,
    find: 'const followed = latestSeen === null ? floor : earliest(latestSeen, ceiling);',
    replace: 'const followed = latestSeen ?? ceiling;',
    seed: 5,
    says: lost,
  },
  {
    defence: 'the pulls begin before the backfill began',
    file: `${sync}/pull/watermark.ts`,
    find: 'return stampOf(new Date(startedAt.getTime() - overlapMs - clockToleranceMs));',
    replace: 'return stampOf(new Date(startedAt.getTime() + overlapMs + clockToleranceMs));',
    seed: 1,
    says: lost,
  },
  {
    defence: 'the watermark never moves back',
    file: `${sync}/pull/watermark.ts`,
    find: 'return latest(previous, latest(floor, followed));',
    replace: "return latest('', latest(floor, followed));",
    again: {
      file: `${copy}/progress/checkpoint-fence.ts`,
      find: 'watermark = greatest(watermark, ${watermark}::timestamptz),',
      replace: 'watermark = ${watermark}::timestamptz,',
    },
    scene: 'a clock that is set back',
    seed: 1,
    says: /the watermark moved back/,
  },
  {
    defence: 'changes that are stamped behind the pulls are found by the next slice of the sweep',
    file: `${sync}/warnings/late-stamps.ts`,
    find: 'for (let { rows, more } = await surplus(stretch); more > 0; ) {',
    replace: 'for (let { rows, more } = await surplus(stretch); more > rows; ) {',
    scene: 'stamps that are hours late',
    seed: 1,
    says: /after stamps that were hours late: .*differs/,
  },
];
