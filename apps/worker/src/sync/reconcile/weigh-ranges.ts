import type { ClosedRange, CountedSides, Counting } from './counted-ranges.ts';

/** Most rows by which the ranges differ that are weighed together; more are halved one by one, which costs about as much. */
export const mostTogether = 12;
/** Cases that are thought of at once: more make the questions hardly better. */
const mostCases = 256;

/** A part of what is searched: rows of the copy in it. */
interface Segment {
  readonly range: ClosedRange;
  readonly rows: number;
}

/** A way in which the differing rows may lie: how many in each segment, and how likely that is beside the other cases. */
interface Case {
  readonly differing: readonly number[];
  readonly weight: number;
}

/**
 * Finds the ranges of a few differing rows by counting parts of several ranges at once, and compares them.
 *
 * Of ranges that are known to lack ten rows all ways are thought of in which those may lie in their halves. The next
 * question is the count, of any of the parts together, whose answer rules out most of them; that answers two to three
 * times as much as counting one half of one range. As soon as few ways are left, the largest range is halved further.
 *
 * Presumes that all differences have one sign, and that nothing changes meanwhile. Returns false when that turned out to
 * be wrong, by an answer that fits no case or by a range in which something else was found: then anything may be
 * anywhere in these ranges, and they have to be searched by counting each part for itself.
 */
export async function weighRanges(
  weighing: Counting,
  ranges: readonly CountedSides[],
  mostRows: number,
): Promise<boolean> {
  const sign = Math.sign((ranges[0]?.inCopy ?? 0) - (ranges[0]?.inShop ?? 0));
  const differing = ranges.map(({ inCopy, inShop }) => Math.abs(inCopy - inShop));
  // What only the shop has is not in the rows of the copy by which a range is taken for small.
  const spare = sign < 0 ? differing.reduce((sum, rows) => sum + rows, 0) : 0;
  let segments = ranges.map(({ range, inCopy }) => ({ range, rows: inCopy }));
  let cases: Case[] = [{ differing, weight: 1 }];
  let asExpected = true;
  const isSmall = ({ range, rows }: Segment) => rows + spare <= mostRows || range.upToId - range.afterId <= 1;

  for (;;) {
    const settled = segments.map((segment, index) => {
      const rows = settledRows(cases, index);
      return rows === 0 || (rows !== undefined && isSmall(segment));
    });
    for (const [index, { range, rows }] of segments.entries()) {
      const its = settledRows(cases, index) ?? 0;
      if (!settled[index] || its === 0) continue;
      if (weighing.enough()) return asExpected;
      const found = await weighing.compare({ range, inCopy: rows, inShop: rows - sign * its });
      asExpected &&= found === sign * its;
    }
    const isOpen = (_: unknown, index: number) => !settled[index];
    segments = segments.filter(isOpen);
    cases = cases.map((one) => ({ ...one, differing: one.differing.filter(isOpen) }));
    if (segments.length === 0) return asExpected;

    for (let largest = largestOf(); largest !== undefined; largest = largestOf()) await halve(largest);
    if (cases.length === 0) return false;
    if (cases.length === 1) continue;
    if (weighing.enough()) return asExpected;
    const chosen = bestQuestion(segments, cases, weighing.mostRanges);
    const asked = segments.filter((_, index) => chosen[index]);
    const rows = asked.reduce((sum, segment) => sum + segment.rows, 0);
    const answer = sign * (rows - (await weighing.inShop(joined(asked.map(({ range }) => range)))));
    cases = cases.filter(
      (one) => one.differing.reduce((sum, its, index) => sum + (chosen[index] ? its : 0), 0) === answer,
    );
    if (cases.length === 0) return false;
  }

  /** The largest segment that may be halved before the next question; none when there would be too many cases. */
  function largestOf(): number | undefined {
    let largest: number | undefined;
    for (const [index, segment] of segments.entries()) {
      if (isSmall(segment)) continue;
      if (largest === undefined || segment.rows > (segments[largest]?.rows ?? 0)) largest = index;
    }
    if (largest === undefined || cases.length === 1) return cases.length === 1 ? largest : undefined;
    const at = largest;
    const after = cases.reduce((sum, one) => sum + (one.differing[at] ?? 0) + 1, 0);
    return after <= mostCases ? largest : undefined;
  }

  async function halve(index: number): Promise<void> {
    const segment = segments[index];
    if (!segment) return;
    const { range, rows } = segment;
    const middle = weighing.middle(range);
    const first = { afterId: range.afterId, upToId: middle };
    const second = { afterId: middle, upToId: range.upToId };
    const inFirst = Math.min(rows, await weighing.inCopy(first));
    const ids = range.upToId - range.afterId;
    const [share, room] =
      sign > 0
        ? [inFirst / Math.max(1, rows), [inFirst, rows - inFirst] as const]
        : [(middle - range.afterId) / ids, [middle - range.afterId, range.upToId - middle] as const];
    segments = segments.toSpliced(
      index,
      1,
      { range: first, rows: inFirst },
      { range: second, rows: rows - inFirst },
    );
    cases = cases.flatMap(({ differing: all, weight }) => {
      const its = all[index] ?? 0;
      const ways: Case[] = [];
      for (let here = Math.max(0, its - room[1]); here <= Math.min(its, room[0]); here += 1) {
        const likely = weight * binomial(its, here) * share ** here * (1 - share) ** (its - here);
        ways.push({ differing: all.toSpliced(index, 1, here, its - here), weight: likely });
      }
      return ways;
    });
  }
}

/** A count of several ranges at once is of those between whose ends no range is left out. */
function joined(ranges: readonly ClosedRange[]): ClosedRange[] {
  const whole: ClosedRange[] = [];
  for (const range of ranges) {
    const before = whole.at(-1);
    if (before?.upToId === range.afterId) whole[whole.length - 1] = { ...before, upToId: range.upToId };
    else whole.push(range);
  }
  return whole;
}

/** How many ranges those are that are chosen, joined; asked thousands of times, so that nothing is made for it. */
function joinedCount(segments: readonly Segment[], chosen: readonly boolean[]): number {
  let count = 0;
  let end: number | undefined;
  for (const [index, { range }] of segments.entries()) {
    if (!chosen[index]) continue;
    if (range.afterId !== end) count += 1;
    end = range.upToId;
  }
  return count;
}

/** The rows of a segment on which all cases agree. */
function settledRows(cases: readonly Case[], index: number): number | undefined {
  const its = cases[0]?.differing[index];
  return cases.every(({ differing }) => differing[index] === its) ? its : undefined;
}

/**
 * The segments whose common count tells most about the cases: begins with none, and takes in or leaves out the one that
 * makes the question better as long as one does.
 */
function bestQuestion(segments: readonly Segment[], cases: readonly Case[], mostRanges: number): boolean[] {
  const chosen = segments.map(() => false);
  const sums = cases.map(() => 0);
  for (let told = 0; ; ) {
    let best: { index: number; told: number } | undefined;
    for (const index of segments.keys()) {
      chosen[index] = !chosen[index];
      if (joinedCount(segments, chosen) <= mostRanges) {
        const by = chosen[index] ? 1 : -1;
        const tells = entropy(cases, (at) => (sums[at] ?? 0) + by * (cases[at]?.differing[index] ?? 0));
        if (tells > (best?.told ?? told) + 1e-9) best = { index, told: tells };
      }
      chosen[index] = !chosen[index];
    }
    if (!best) return chosen;
    const { index } = best;
    chosen[index] = !chosen[index];
    for (const [at, { differing }] of cases.entries()) {
      sums[at] = (sums[at] ?? 0) + (chosen[index] ? 1 : -1) * (differing[index] ?? 0);
    }
    told = best.told;
  }
}

/** How much an answer tells that is known for every case, in bits. */
function entropy(cases: readonly Case[], answerOf: (index: number) => number): number {
  // By answer, which is a small number of rows.
  const weights: number[] = [];
  let all = 0;
  for (const [index, { weight }] of cases.entries()) {
    const answer = answerOf(index);
    while (weights.length <= answer) weights.push(0);
    weights[answer] = (weights[answer] ?? 0) + weight;
    all += weight;
  }
  let bits = 0;
  for (const weight of weights) if (weight > 0) bits -= (weight / all) * Math.log2(weight / all);
  return bits;
}

function binomial(all: number, some: number): number {
  let ways = 1;
  for (let index = 1; index <= some; index += 1) ways = (ways * (all - some + index)) / index;
  return ways;
}
