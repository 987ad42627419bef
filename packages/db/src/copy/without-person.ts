import type { Table } from '@magento-sync/entities';
import { type CopiedEntity, emptyValue, type Row } from './copied-entity.ts';
import type { PageRows } from './page-rows.ts';

/** Every column of a table that is not kept on purpose, with the value that it has without the person. */
export function emptiedColumns({ columns }: Table): [name: string, value: unknown][] {
  return Object.entries(columns)
    .filter(([, { kept }]) => !kept)
    .map(([name, column]) => [name, emptyValue(column)]);
}

/** The rows of a page, those of the given records without anything personal. */
export function withoutPerson(
  { records, children }: CopiedEntity,
  rows: PageRows,
  ids: ReadonlySet<number>,
): PageRows {
  if (ids.size === 0) return rows;
  const emptied = (table: Table, row: Row): Row => ({
    ...row,
    ...Object.fromEntries(emptiedColumns(table)),
  });
  const parts = children.map(({ definition, parent }) => [
    definition.name,
    (rows.children[definition.name] ?? []).map((row) =>
      ids.has(row[parent.name] as number) ? { ...emptied(definition, row), raw: {} } : row,
    ),
  ]);
  return {
    ...rows,
    records: rows.records.map(({ id, row }) =>
      ids.has(id) ? { id, row: { ...emptied(records.definition, row), raw: null } } : { id, row },
    ),
    children: Object.fromEntries(parts) as PageRows['children'],
  };
}
