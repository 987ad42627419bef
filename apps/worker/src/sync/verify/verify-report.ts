import type { IdRange } from '../entity/entity.ts';
import type { DetailedResult } from '../run.ts';

/**
 * How a record can differ.
 *
 * - `missing`: the shop has it, the copy does not.
 * - `tombstoned`: the shop has it, the copy says that it was deleted.
 * - `different`: the shop has another content.
 * - `damaged`: the copy knows the content, but its columns or addresses were altered.
 * - `gone`: the copy has it, the shop itself says that it does not exist.
 * - `unlisted`: the copy has it, and the shop does not show it in its list, but does not say that it is gone either.
 * - `unreadable`: Magento cannot serve it, so nothing can be said.
 */
export const differenceKinds = [
  'missing',
  'tombstoned',
  'different',
  'damaged',
  'gone',
  'unlisted',
  'unreadable',
] as const;

/** One of the ways in which a record can differ. */
export type DifferenceKind = (typeof differenceKinds)[number];

/** One record that differs. */
export interface Difference {
  readonly id: number;
  readonly kind: DifferenceKind;
  /** Names of the fields or columns that differ; never their values. */
  readonly fields: readonly string[];
}

/** What was found in one range of ids. */
export interface RangeReport extends IdRange {
  /** Rows in the shop when the range was read; without those that it cannot serve. */
  readonly inShop: number;
  /** Living rows in the copy. */
  readonly inCopy: number;
  /** Rows found equal by content; `null` when only the counts were compared. */
  readonly equal: number | null;
  readonly differences: Readonly<Record<DifferenceKind, number>>;
}

/** What a verification found. */
export interface VerifyResult extends DetailedResult {
  /** `unproven`: nothing differs, but not everything could be compared. */
  readonly verdict: 'equal' | 'different' | 'unproven';
  /** Share of the ranges that were compared, 0 to 1, and the seed that chose them. */
  readonly share: number;
  readonly seed: number | null;
  readonly ranges: readonly RangeReport[];
  /** Everything that differed, in the order of ids. */
  readonly found: readonly Difference[];
  /** What of it is left; the same unless there was a repair. */
  readonly differences: readonly Difference[];
  /** Ids that differed at first sight when the work was stopped; told by an interruption only. */
  readonly suspects?: readonly number[];
  /** Rows that differed and are equal now. */
  readonly repaired: number;
  /** What kept it from comparing or repairing everything; says how to go on. */
  readonly hindrance?: string;
  /** Where to go on after an interruption. */
  readonly from: number | null;
}

/** Number of differences of each kind. */
export function countKinds(differences: readonly Difference[]): Record<DifferenceKind, number> {
  const counts = Object.fromEntries(differenceKinds.map((kind) => [kind, 0])) as Record<
    DifferenceKind,
    number
  >;
  for (const { kind } of differences) counts[kind] += 1;
  return counts;
}

/** Says in words how many of which kind, for example `2 missing, 1 gone`. */
export function describeKinds(differences: readonly Difference[]): string {
  const counts = countKinds(differences);
  return differenceKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${counts[kind]} ${kind}`)
    .join(', ');
}
