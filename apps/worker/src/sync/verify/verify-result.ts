import { reasonOf } from '../reading/index.ts';
import type { RangeReading } from './verify-range.ts';
import type { VerifyScope } from './verify-ranges.ts';
import {
  countKinds,
  type Difference,
  describeKinds,
  type RangeReport,
  type VerifyResult,
} from './verify-report.ts';
import type { Settled } from './verify-settle.ts';

/** What looking again, and a repair if there was one, left. */
export interface Findings {
  readonly readings: readonly RangeReading[];
  readonly settled: Settled;
  /** Everything that differed, unreadable rows included. */
  readonly found: readonly Difference[];
  /** What a repair left, and why it could not do more. */
  readonly repaired?: { readonly settled: Settled; readonly brake?: string } | undefined;
}

/** The result of a verification that looked at everything it was to look at. */
export function resultOf(
  entity: string,
  scope: VerifyScope,
  { readings, settled, found, repaired }: Findings,
): VerifyResult {
  const after = repaired?.settled ?? settled;
  const differing = after.differences.filter(({ kind }) => kind !== 'unreadable');
  const unreadable = new Set([...found, ...after.differences].filter(isUnreadable).map(({ id }) => id));
  const left = [
    ...differing,
    ...[...unreadable].map((id) => ({ id, kind: 'unreadable' as const, fields: [] })),
  ].toSorted((one, other) => one.id - other.id);
  const gap = reasonOf(
    entity,
    readings.flatMap(({ gaps }) => gaps),
    ({ id }) => `id ${id}`,
  );
  const proven = unreadable.size === 0 && gap === null;
  const verdict = differing.length > 0 ? 'different' : proven ? 'equal' : 'unproven';
  const numbers = {
    differences: differing.length,
    unreadable: unreadable.size,
    repaired: repaired ? found.filter((one) => !isUnreadable(one)).length - differing.length : 0,
  };
  const hindrance = [gap, repaired?.brake].filter(Boolean).join(' ');
  const reason = [left.length > 0 ? `${describeKinds(left)} of ${scopeText(scope)}.` : '', hindrance]
    .filter(Boolean)
    .join(' ');
  return {
    status: verdict === 'equal' ? 'succeeded' : 'incomplete',
    ...(reason ? { reason } : {}),
    details: numbers,
    verdict,
    ...chosenBy(scope),
    ranges: readings.map((reading) => rangeReport(reading, settled, found)),
    found,
    differences: left,
    repaired: numbers.repaired,
    ...(hindrance ? { hindrance } : {}),
    from: null,
  };
}

/** The result of a verification that was asked to stop; what looked different was not looked at again. */
export function interruptedResult(
  scope: VerifyScope,
  readings: readonly RangeReading[],
  from: number,
): VerifyResult {
  const suspects = readings.flatMap((reading) => [...reading.suspects.keys()]);
  return {
    status: 'interrupted',
    reason: `asked to stop after id ${from}; "magento-sync verify --from ${from}" goes on from there`,
    verdict: 'unproven',
    ...chosenBy(scope),
    ranges: [],
    found: [],
    differences: [],
    suspects: suspects.toSorted((one, other) => one - other),
    repaired: 0,
    from,
  };
}

function isUnreadable({ kind }: Difference): boolean {
  return kind === 'unreadable';
}

function chosenBy({ share, seed }: VerifyScope): Pick<VerifyResult, 'share' | 'seed'> {
  return { share, seed: share < 1 ? seed : null };
}

function scopeText({ share }: VerifyScope): string {
  return share < 1 ? `a sample of ${Math.round(share * 100)} %` : 'all rows';
}

/** Both sides as they were at the last look: what was in flight is counted where it arrived. */
function rangeReport(
  { range, equal, counts, suspects, unreadable }: RangeReading,
  settled: Settled,
  found: readonly Difference[],
): RangeReport {
  const here = found.filter(({ id }) => suspects.has(id) || unreadable.has(id));
  const differences = countKinds(here);
  const { missing, tombstoned, different, damaged, gone, unlisted } = differences;
  if (equal === null)
    return { ...range, inShop: counts?.inShop ?? 0, inCopy: counts?.inCopy ?? 0, equal, differences };
  const settledEqual = [...suspects.keys()].filter((id) => settled.equal.has(id)).length;
  const equalNow = equal + settledEqual;
  const unreadableInCopy = [...unreadable.values()].filter(Boolean).length;
  return {
    ...range,
    inShop: equalNow + missing + tombstoned + different + damaged,
    inCopy: equalNow + different + damaged + gone + unlisted + unreadableInCopy,
    equal: equalNow,
    differences,
  };
}
