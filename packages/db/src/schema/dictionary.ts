import type { ChildTable, Column, Entity, Table } from '@magento-sync/entities';
import { type CopiedTable, childTable, recordTable } from './copied-tables.ts';

/** A column as people look it up. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  /** Where the shop's JSON has it; `null` for what the copy adds. */
  readonly source: string | null;
  readonly personal: boolean;
  /** What it means, and its source. */
  readonly comment: string;
}

/** A table of the copy as people look it up. */
export interface DescribedTable {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly DescribedColumn[];
}

const raw = 'The whole object as the shop sent it, without secrets and without what it says twice';

/** What the copy adds to the table of records. */
const ofRecords = {
  shop: 'Short name of the shop the row belongs to',
  raw: `${raw}; null after an erasure`,
  content_hash: 'Digest of what counts of raw; equal digests mean equal content',
  first_seen_at: 'When the copy saw it first',
  sent_hash: 'Digest of the record as it was sent when this row was written; an equal one spares reading it',
  last_seen_at:
    'When it was read from the shop and written; it was seen since when sync.verified_ranges says so',
  last_verified_at:
    'When it was compared as a whole and written; sync.verified_ranges says when it was found equal since',
  deleted_at: 'When the shop confirmed that it has it no more; null while it exists',
  erased_at: 'When the personal data was removed from this row for good',
};

/** What the copy adds to tables of parts. */
const ofParts = {
  shop: ofRecords.shop,
  raw: `${raw}; {} after an erasure`,
  first_seen_at: ofRecords.first_seen_at,
  changed_at: 'When the copy was last changed',
  deleted_at: 'Deleted together with its record; null while that exists',
};

/** Every table and column of an entity, from its definition. */
export function describeTables(entity: Entity): DescribedTable[] {
  const { table, children } = entity;
  return [
    described(table, recordTable(entity), ofRecords, ''),
    ...children.map((child) => described(child, childTable(child), ofParts, placeOf(child))),
  ];
}

function described(
  { name, comment, columns }: Table,
  table: CopiedTable,
  added: Readonly<Record<string, string>>,
  place: string,
): DescribedTable {
  const typeOf = (column: string) => table[column]?.getSQLType() ?? '';
  const describe = ([column, its]: [string, Column]): DescribedColumn => {
    const source = sourceOf(column, its, place);
    return {
      name: column,
      type: typeOf(column),
      source,
      personal: !its.kept,
      comment: `${its.comment} (${source})`,
    };
  };
  const own = (column: string): DescribedColumn => ({
    name: column,
    type: typeOf(column),
    source: null,
    personal: column === 'raw',
    comment: added[column] ?? '',
  });
  const [first = 'shop', ...others] = Object.keys(added);
  return {
    name,
    comment,
    columns: [own(first), ...Object.entries(columns).map(describe), ...others.map(own)],
  };
}

function sourceOf(name: string, { from = name }: Column, place: string): string {
  const places = typeof from === 'string' ? [from] : from;
  return places.map((each) => `${place}${each}`).join(', else ');
}

function placeOf({ from }: ChildTable): string {
  return `${from.join(' and ')}: `;
}
