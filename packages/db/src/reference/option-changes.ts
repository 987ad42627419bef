import type { Queryable } from '../connection/transaction.ts';
import { attributeOptions } from '../schema/reference.ts';
import { columnSpecs, recordset, recordsetValue } from '../values/recordset.ts';
import { storable } from '../values/storable-text.ts';
import type { AttributeEntityType } from './reference-records.ts';

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

const optionColumns = columnSpecs(attributeOptions).filter(({ property }) =>
  ['attributeCode', 'value', 'label'].includes(property),
);

/** Compares a new list of options with the stored ones; attributes named in `except` are left out. */
export async function compareOptions(
  client: Queryable,
  { shop, entityType }: { shop: string; entityType: AttributeEntityType },
  rows: readonly object[],
  except: readonly string[],
): Promise<OptionChanges[]> {
  const compared = await client.query<OptionDifference>(
    `select coalesce(r.attribute_code, o.attribute_code) as code, coalesce(r.value, o.value) as value,
       o.label as from, r.label as to,
       case when o.value is null then 'added' when r.value is null then 'removed' else 'relabelled' end as kind
     from (select * from magento.attribute_options where shop = $2 and entity_type = $3 and deleted_at is null) o
     full join ${recordset(1, optionColumns, 'r')} on r.attribute_code = o.attribute_code and r.value = o.value
     where (o.value is null or r.value is null or o.label is distinct from r.label)
       and coalesce(r.attribute_code, o.attribute_code) <> all($4::text[])
     order by 1, coalesce(r.label, o.label), 2`,
    [recordsetValue(optionColumns, storable(rows)), shop, entityType, except],
  );
  const byCode = new Map<string, OptionChanges>();
  for (const { code, value, from, to, kind } of compared.rows) {
    const changes = byCode.get(code) ?? { code, added: [], removed: [], relabelled: [] };
    byCode.set(code, changes);
    if (kind === 'relabelled') changes.relabelled.push({ value, from, to });
    else changes[kind].push({ value, label: kind === 'added' ? to : from });
  }
  return [...byCode.values()];
}
