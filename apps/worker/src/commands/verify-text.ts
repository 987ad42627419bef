import { textTable } from '../output.ts';
import type { IdRange } from '../sync/entity/entity.ts';
import type { VerifyAttempt } from '../sync/verify/verify.ts';
import {
  type DifferenceKind,
  describeKinds,
  differenceKinds,
  type RangeReport,
  type VerifyResult,
} from '../sync/verify/verify-report.ts';

const idsShown = 20;
const widestLine = 96;
const differencesInJson = 1_000;

const meanings: Readonly<Record<DifferenceKind, string>> = {
  missing: 'in the shop, not in the copy',
  tombstoned: 'in the shop, but marked as deleted in the copy',
  different: 'another content in the shop',
  damaged: 'columns or addresses of the copy were altered',
  gone: 'in the copy; the shop itself says that they do not exist',
  unlisted: 'in the copy; the shop does not list them, and does not say that they are gone',
  unreadable: 'Magento cannot serve them',
};

const cures: Readonly<Record<DifferenceKind, string>> = {
  missing: '"magento-sync verify --repair" writes them.',
  tombstoned: '"magento-sync verify --repair" brings them back.',
  different: '"magento-sync verify --repair" writes them; so does the next sweep.',
  damaged: 'Find out who writes to the tables besides magento-sync, then run "magento-sync verify --repair".',
  gone: '"magento-sync verify --repair" marks them as deleted; so does the next reconcile.',
  unlisted: 'Check that the role or integration sees all websites.',
  unreadable: '"magento-sync status" shows the Report ID of each for the developers of the shop.',
};

/** What a verification found, for machines: everything but all ids of very many differences. */
export function verifyJson(attempt: VerifyAttempt): Record<string, unknown> {
  if (attempt.kind !== 'verified') return { status: attempt.kind };
  const { details: _details, found, differences, ...result } = attempt.result;
  return {
    ...result,
    found: found.slice(0, differencesInJson),
    differences: differences.slice(0, differencesInJson),
    differencesLeftOut: Math.max(0, differences.length - differencesInJson),
  };
}

/** What a verification found, for people. */
export function verifyText(entity: string, attempt: VerifyAttempt): string {
  if (attempt.kind === 'busy') return `${entity}: another verification is running; nothing was done.`;
  if (attempt.kind === 'needs-backfill') {
    return `${entity}: there is nothing to compare yet; run "magento-sync backfill".`;
  }
  const { result } = attempt;
  if (result.status === 'interrupted') return interruptedText(entity, result);
  const paragraphs = [
    ...(result.found.length > 0 ? [tableOf(result)] : []),
    ...differenceKinds.flatMap((kind) => paragraphOf(kind, result)),
    sentenceOf(entity, result),
  ];
  return paragraphs.join('\n\n');
}

function tableOf({ ranges }: VerifyResult): string {
  const header = ['RANGE', 'SHOP', 'COPY', 'EQUAL', ...differenceKinds.map((kind) => kind.toUpperCase())];
  const differing = ranges.filter(({ differences }) => differenceKinds.some((kind) => differences[kind] > 0));
  const equal = ranges.filter((range) => !differing.includes(range));
  const rows = differing.map((range) => rowOf(nameOf(range), [range]));
  if (equal.length > 0) rows.push(rowOf(`${equal.length} equal`, equal));
  return textTable(header, ranges.length === 1 ? rows : [...rows, rowOf('all', ranges)]);
}

function rowOf(name: string, ranges: readonly RangeReport[]): string[] {
  const sum = (of: (range: RangeReport) => number) =>
    String(ranges.reduce((total, range) => total + of(range), 0));
  const compared = ranges.every(({ equal }) => equal === null) ? '-' : sum(({ equal }) => equal ?? 0);
  return [
    name,
    sum(({ inShop }) => inShop),
    sum(({ inCopy }) => inCopy),
    compared,
    ...differenceKinds.map((kind) => sum(({ differences }) => differences[kind])),
  ];
}

function nameOf({ afterId, upToId }: IdRange): string {
  return upToId === null ? `${afterId + 1} and up` : `${afterId + 1} to ${upToId}`;
}

function paragraphOf(kind: DifferenceKind, { found, differences }: VerifyResult): string[] {
  const some = found.filter((difference) => difference.kind === kind);
  const left = differences.some((difference) => difference.kind === kind);
  if (some.length === 0) return [];
  const shown = some
    .slice(0, idsShown)
    .map(({ id, fields }) => (fields.length > 0 ? `${id} (${fields.join(', ')})` : String(id)));
  if (some.length > idsShown) shown.push(`and ${some.length - idsShown} more`);
  const cure = left ? cures[kind] : 'Repaired.';
  return [`${some.length} ${kind}: ${meanings[kind]}.\n${listOf(shown)}\n  ${cure}`];
}

/** A list on indented lines that fit a terminal. */
function listOf(items: readonly string[]): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < widestLine)
      lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(`  ${item}`);
  }
  return lines.join(',\n');
}

function sentenceOf(entity: string, result: VerifyResult): string {
  const { verdict, share, seed, repaired, differences, ranges } = result;
  const rows = ranges.reduce((sum, { inShop }) => sum + inShop, 0);
  const sample = seed === null ? '' : `, a sample of ${Math.round(share * 1_000) / 10} % (--seed ${seed})`;
  const inRanges = ranges.length === 1 ? '' : ` in ${ranges.length} ranges`;
  const compared = `${rows} rows${inRanges}${sample}`;
  const fixed = repaired > 0 ? ` ${repaired} differed and were repaired.` : '';
  const hindrance = result.hindrance ? ` ${result.hindrance}` : '';
  const counts = ranges.some(({ equal }) => equal === null) ? 'the counts are equal' : 'both sides are equal';
  switch (verdict) {
    case 'equal':
      return `${entity}: ${counts}: ${compared}.${fixed}`;
    case 'different':
      return `${entity}: the sides differ: ${describeKinds(differences)}, of ${compared}.${fixed}${hindrance}`;
    case 'unproven':
      return `${entity}: nothing differs, but not everything could be compared: ${describeKinds(differences) || 'rows are hidden'}, of ${compared}.${fixed}${hindrance}`;
  }
}

function interruptedText(entity: string, { from, suspects = [] }: VerifyResult): string {
  const goOn = `${entity}: stopped after id ${from ?? 0}. Run "magento-sync verify --from ${from ?? 0}" to go on.`;
  if (suspects.length === 0) return goOn;
  const more = suspects.length > idsShown ? ', …' : '';
  const ids = `${suspects.slice(0, idsShown).join(', ')}${more}`;
  return `${goOn}\n${suspects.length} ids differed at first sight and were not looked at again: ${ids}`;
}
