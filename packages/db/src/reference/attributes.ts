import type { Database } from '../connection/open-database.ts';
import { inTransaction, type Queryable } from '../connection/transaction.ts';
import { attributeOptions, attributes } from '../schema/reference.ts';
import { columnSpecs, recordset, recordsetValue } from '../values/recordset.ts';
import { compareOptions, type OptionChanges } from './option-changes.ts';
import type { AttributeEntityType, AttributeOptionRecord, AttributeRecord } from './reference-records.ts';
import { type Replacement, replaceRows } from './replace-rows.ts';

/** What a new list of attributes means for whoever relies on them. */
export interface AttributeReplacement extends Replacement {
  /** Codes that are new, or back again. */
  added: string[];
  /** Codes that are gone. */
  dropped: string[];
  /** Codes whose type changed, so that their values mean something else. */
  retyped: { code: string; from: string; to: string }[];
  /** By attribute; those of added and dropped attributes are not named one by one. */
  options: OptionChanges[];
}

/** All attributes of one entity type of a shop. */
export interface AttributeList {
  shop: string;
  entityType: AttributeEntityType;
  readAt: Date;
  records: readonly AttributeRecord[];
}

/** Replaces attributes and their options in one transaction and tells what changed about them. */
export async function replaceAttributes(
  database: Database,
  list: AttributeList,
): Promise<AttributeReplacement> {
  const scope = { shop: list.shop, entityType: list.entityType };
  return inTransaction(database, async (_statements, client) => {
    await client.query('lock table magento.attributes in share row exclusive mode');
    const comparison = await compare(client, list);
    const options = list.records.flatMap(optionRows);
    const optionChanges = await compareOptions(client, list, options, [
      ...comparison.added,
      ...comparison.dropped,
    ]);
    const replacement = await replaceRows(
      client,
      { table: attributes, scope, identity: ['attributeCode'] },
      list.records.map(attributeRow),
      list.readAt,
    );
    await replaceRows(
      client,
      { table: attributeOptions, scope, identity: ['attributeCode', 'value'] },
      options,
      list.readAt,
    );
    return { ...replacement, ...comparison, options: optionChanges };
  });
}

function attributeRow({ code, options: _, ...record }: AttributeRecord) {
  const { options: __, ...raw } = record.raw;
  return { ...record, raw, attributeCode: code };
}

/**
 * Groups are opened; entries without a value are headings or the empty choice; of equal values the first counts.
 *
 * Magento indents the labels of what hangs below another one, such as store views below websites.
 */
function optionRows({ code, options }: AttributeRecord) {
  const byValue = new Map<string, { label: string | null; position: number }>();
  let position = 0;
  const visit = (list: readonly AttributeOptionRecord[]) => {
    for (const { label, value, options: nested } of list) {
      position += 1;
      if (value !== null && value !== '' && !byValue.has(value))
        byValue.set(value, { label: label?.trim() ?? null, position });
      if (nested) visit(nested);
    }
  };
  visit(options);
  return [...byValue].map(([value, { label, position: place }]) => ({
    attributeCode: code,
    value,
    label,
    position: place,
    raw: { label, value },
  }));
}

const typeColumns = columnSpecs(attributes).filter(({ property }) =>
  ['attributeCode', 'frontendInput', 'backendType'].includes(property),
);

async function compare(
  client: Queryable,
  { shop, entityType, records }: AttributeList,
): Promise<Pick<AttributeReplacement, 'added' | 'dropped' | 'retyped'>> {
  const type = (alias: string) => `concat_ws('/', ${alias}.frontend_input, ${alias}.backend_type)`;
  const compared = await client.query<{ code: string; from: string | null; to: string | null }>(
    `select coalesce(r.attribute_code, a.attribute_code) as code,
       case when a.attribute_code is not null then ${type('a')} end as from,
       case when r.attribute_code is not null then ${type('r')} end as to
     from (select * from magento.attributes where shop = $2 and entity_type = $3 and deleted_at is null) a
     full join ${recordset(1, typeColumns, 'r')} on r.attribute_code = a.attribute_code
     order by 1`,
    [recordsetValue(typeColumns, records.map(attributeRow)), shop, entityType],
  );
  const retyped = compared.rows.flatMap(({ code, from, to }) =>
    from !== null && to !== null && from !== to ? [{ code, from, to }] : [],
  );
  return {
    added: compared.rows.filter(({ from }) => from === null).map(({ code }) => code),
    dropped: compared.rows.filter(({ to }) => to === null).map(({ code }) => code),
    retyped,
  };
}
