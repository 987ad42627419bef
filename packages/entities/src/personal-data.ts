import type { Column, Kind } from './column.ts';
import type { Entity, Table } from './entity.ts';

/**
 * How much of what is personal is read and kept:
 *
 * - `all`: everything
 * - `no-contact-data`: no text and nothing of open shape: neither names, addresses, telephone numbers and e-mail addresses nor
 *   notes and attributes; ids, flags, groups and dates of birth stay
 * - `pseudonymous`: the same without dates of birth, and with a keyed hash in place of each e-mail address
 */
export const personalDataPresets = ['all', 'no-contact-data', 'pseudonymous'] as const;

/** A preset, and columns that are kept in any case, as `table.column`. */
export interface PersonalDataChoice {
  readonly preset: (typeof personalDataPresets)[number];
  readonly keep: readonly string[];
}

/** What becomes of a column: kept as it is, kept as a keyed hash, or never read. */
export type Treatment = 'kept' | 'hashed' | 'removed';

/** Kinds of columns in which somebody may be named or reached. */
const mayName: ReadonlySet<Kind> = new Set(['text', 'texts', 'attributes', 'members', 'json']);

/** What becomes of each column of a table. */
export function treatmentsOf(
  { name: table, columns }: Table,
  { preset, keep }: PersonalDataChoice,
): Readonly<Record<string, Treatment>> {
  const treatment = (name: string, { kept, kind }: Column): Treatment => {
    if (kept || preset === 'all' || keep.includes(`${table}.${name}`)) return 'kept';
    if (preset === 'pseudonymous' && /(^|_)email$/.test(name)) return 'hashed';
    return mayName.has(kind) || (preset === 'pseudonymous' && kind === 'day') ? 'removed' : 'kept';
  };
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, treatment(name, column)]));
}

/** All columns that can be named for `keep`. */
export function personalColumns(all: readonly Entity[]): string[] {
  return all.flatMap(({ table, children }) =>
    [table, ...children].flatMap(({ name, columns }) =>
      Object.entries(columns).flatMap(([column, { kept }]) => (kept ? [] : [`${name}.${column}`])),
    ),
  );
}
