import type { ComparedPart, ComparedRecord, IdSpan, Row } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { SourceRecord } from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';
import { canonicalJson } from './content-hash.ts';
import type { RowComparison } from './entity.ts';
import { toSentRecord } from './sent-record.ts';

/**
 * Compares records with their rows and parts, and notes the span whose records they are as verified at that time.
 *
 * Content decides: neither the stamp alone nor the order of lists makes a difference.
 */
export async function compareRecords(
  context: SyncContext,
  entity: Entity,
  sent: readonly SourceRecord[],
  readAt: Date,
  span?: IdSpan,
): Promise<RowComparison[]> {
  const copy = context.store.copyOf(entity);
  const records = sent.map((record) => toSentRecord(entity, record).read());
  const hashes = new Map(records.map(({ id, contentHash }) => [id, contentHash]));
  const compared = await copy.comparePage(context.shop, records);
  const comparisons = compared.map((record) => comparisonOf(entity, record, hashes.get(record.id) ?? ''));
  if (span !== undefined) {
    const ids = comparisons.filter(({ verdict }) => verdict === 'equal').map(({ id }) => id);
    await copy.noteVerified({ shop: context.shop, span, ids, at: readAt });
  }
  return comparisons;
}

function comparisonOf(entity: Entity, record: ComparedRecord, hash: string): RowComparison {
  const { verdict, fields } = judgeRecord(entity, record);
  const storedHash = record.columns?.stored?.['content_hash'] ?? null;
  return {
    id: record.id,
    verdict,
    fields,
    fingerprint: JSON.stringify([verdict, hash, storedHash, fields]),
  };
}

/** How a record stands against its row, and whether its content has another digest, by which a write decides. */
export function judgeRecord(
  entity: Entity,
  { state, columns, parts }: ComparedRecord,
): Pick<RowComparison, 'verdict' | 'fields'> & { readonly isOtherContent: boolean } {
  if (state === 'absent') return { verdict: 'missing', fields: [], isOtherContent: true };
  if (state === 'deleted') return { verdict: 'tombstoned', fields: [], isOtherContent: true };
  const { expected, stored } = columns ?? {};
  const sameHash = expected?.['content_hash'] === stored?.['content_hash'];
  const content = expected && stored ? differingContent(entity, expected['raw'], stored['raw']) : [];
  if (content.length > 0 && !sameHash) return { verdict: 'different', fields: content, isOtherContent: true };
  const altered = [
    ...(content.length > 0 ? ['raw'] : []),
    ...(expected && stored ? alteredColumns(entity, expected, stored) : []),
    ...parts.flatMap((part) => alteredPart(entity, part)),
  ];
  const fields = [...new Set(altered)].toSorted();
  return { verdict: fields.length > 0 ? 'damaged' : 'equal', fields, isOtherContent: !sameHash };
}

/** Top-level members of what the shop sends that differ. */
function differingContent(entity: Entity, expected: unknown, stored: unknown): string[] {
  const [one, other] = [membersOf(expected), membersOf(stored)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const name of entity.uncounted) names.delete(name);
  return [...names].filter((name) => !isSame(entity, one[name], other[name])).toSorted();
}

function alteredColumns(entity: Entity, expected: Row, stored: Row): string[] {
  const { updatedAt } = entity.table;
  const sameStamp = entity.uncounted.every(
    (name) => membersOf(expected['raw'])[name] === membersOf(stored['raw'])[name],
  );
  return Object.keys(expected).filter((column) => {
    if (column === 'raw') return false;
    // A row that was only stamped anew is equal; a column that contradicts its own row is not.
    if (column === updatedAt && !sameStamp) return false;
    return !isSame(entity, expected[column], stored[column]);
  });
}

function alteredPart(entity: Entity, { from, expected, stored }: ComparedPart): string[] {
  if (!expected || !stored) return [from];
  return Object.keys(expected)
    .filter((column) => !isSame(entity, expected[column], stored[column]))
    .map((column) => `${from}.${column}`);
}

function membersOf(value: unknown): Row {
  return value !== null && typeof value === 'object' ? (value as Row) : {};
}

function isSame({ listKeys }: Entity, one: unknown, other: unknown): boolean {
  return canonicalJson(one ?? null, listKeys) === canonicalJson(other ?? null, listKeys);
}
