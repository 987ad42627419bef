import { sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { attributeOptions } from '../schema/reference.ts';
import { rowsOf } from '../values/rows.ts';
import { storable } from '../values/storable-text.ts';
import type { AttributeEntityType } from './reference-records.ts';
import { byColumn, columnsOf } from './replace-rows.ts';

/** What happened to the options of one attribute that existed before and still exists. */
export interface OptionChanges {
  code: string;
  added: { value: string; label: string | null }[];
  removed: { value: string; label: string | null }[];
  relabelled: { value: string; from: string | null; to: string | null }[];
}

interface OptionDifference {
  code: string;
  value: string;
  from: string | null;
  to: string | null;
  kind: 'added' | 'removed' | 'relabelled';
}

const compared = ['attributeCode', 'value', 'label'];

/** Compares a new list of options with the stored ones; attributes named in `except` are left out. */
export async function compareOptions(
  statements: Statements,
  { shop, entityType }: { shop: string; entityType: AttributeEntityType },
  rows: readonly object[],
  except: readonly string[],
): Promise<OptionChanges[]> {
  const list = storable(rows).map((row) => byColumn(attributeOptions, compared, row));
  const of = sql`coalesce(r.attribute_code, o.attribute_code)`;
  const found = await statements.execute<OptionDifference & Record<string, unknown>>(sql`
    select ${of} as code, coalesce(r.value, o.value) as value, o.label as from, r.label as to,
      case when o.value is null then 'added' when r.value is null then 'removed' else 'relabelled' end as kind
    from (select * from ${attributeOptions}
          where shop = ${shop} and entity_type = ${entityType} and deleted_at is null) o
    full join ${rowsOf(columnsOf(attributeOptions, compared), list, 'r')}
      on r.attribute_code = o.attribute_code and r.value = o.value
    where (o.value is null or r.value is null or o.label is distinct from r.label)
      and ${of} <> all(${sql.param(except)}::text[])
    order by 1, coalesce(r.label, o.label), 2`);
  const byCode = new Map<string, OptionChanges>();
  for (const { code, value, from, to, kind } of found.rows) {
    const changes = byCode.get(code) ?? { code, added: [], removed: [], relabelled: [] };
    byCode.set(code, changes);
    if (kind === 'relabelled') changes.relabelled.push({ value, from, to });
    else changes[kind].push({ value, label: kind === 'added' ? to : from });
  }
  return [...byCode.values()];
}
