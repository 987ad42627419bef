import type { ColumnValues, ComparedCustomer, RowPair } from '@magento-sync/db';
import type { Customer } from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';
import { canonicalJson } from './content-hash.ts';
import type { RowComparison } from './entity.ts';
import { mapCustomer } from './map-customer.ts';

/**
 * Compares customers with their rows and addresses, and notes the equal ones as verified at the time they were read.
 *
 * Content decides: neither `updated_at` alone nor the order of attributes and addresses makes a difference.
 */
export async function compareCustomers(
  context: SyncContext,
  customers: readonly Customer[],
  readAt: Date,
): Promise<RowComparison[]> {
  const records = customers.map(mapCustomer);
  const hashes = new Map(records.map(({ id, contentHash }) => [id, contentHash]));
  const compared = await context.store.customers.comparePage(context.shop, records);
  const comparisons = compared.map((customer) => comparisonOf(customer, hashes.get(customer.id) ?? ''));
  const equal = comparisons.filter(({ verdict }) => verdict === 'equal').map(({ id }) => id);
  await context.store.customers.markVerified(context.shop, equal, readAt);
  return comparisons;
}

function comparisonOf(customer: ComparedCustomer, hash: string): RowComparison {
  const { verdict, fields } = judge(customer);
  const storedHash = customer.columns?.stored?.['content_hash'] ?? null;
  return {
    id: customer.id,
    verdict,
    fields,
    fingerprint: JSON.stringify([verdict, hash, storedHash, fields]),
  };
}

function judge({ state, columns, addresses }: ComparedCustomer): Pick<RowComparison, 'verdict' | 'fields'> {
  if (state === 'absent') return { verdict: 'missing', fields: [] };
  if (state === 'deleted') return { verdict: 'tombstoned', fields: [] };
  const { expected, stored } = columns ?? {};
  const sameHash = expected?.['content_hash'] === stored?.['content_hash'];
  const content = expected && stored ? differingContent(expected['raw'], stored['raw']) : [];
  if (content.length > 0 && !sameHash) return { verdict: 'different', fields: content };
  const altered = [
    ...(content.length > 0 ? ['raw'] : []),
    ...(expected && stored ? alteredColumns(expected, stored) : []),
    ...addresses.flatMap(alteredAddress),
  ];
  const fields = [...new Set(altered)].toSorted();
  return { verdict: fields.length > 0 ? 'damaged' : 'equal', fields };
}

/** Top-level members of what the shop sends that differ. */
function differingContent(expected: unknown, stored: unknown): string[] {
  const [one, other] = [membersOf(expected), membersOf(stored)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  names.delete('updated_at');
  return [...names].filter((name) => !isSame(one[name], other[name])).toSorted();
}

function alteredColumns(expected: ColumnValues, stored: ColumnValues): string[] {
  const sameStamp = membersOf(expected['raw'])['updated_at'] === membersOf(stored['raw'])['updated_at'];
  return Object.keys(expected).filter((column) => {
    if (column === 'raw') return false;
    // A row that was only stamped anew is equal; a column that contradicts its own row is not.
    if (column === 'source_updated_at' && !sameStamp) return false;
    return !isSame(expected[column], stored[column]);
  });
}

function alteredAddress({ expected, stored }: RowPair): string[] {
  if (!expected || !stored) return ['addresses'];
  return Object.keys(expected)
    .filter((column) => !isSame(expected[column], stored[column]))
    .map((column) => `addresses.${column}`);
}

function membersOf(value: unknown): ColumnValues {
  return value !== null && typeof value === 'object' ? (value as ColumnValues) : {};
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}
