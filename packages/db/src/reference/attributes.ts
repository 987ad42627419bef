import { sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { inTransaction } from '../connection/transaction.ts';
import { attributeOptions, attributes } from '../schema/reference.ts';
import { rowsOf } from '../values/rows.ts';
import { compareOptions, type OptionChanges } from './option-changes.ts';
import type { AttributeEntityType, AttributeOptionRecord, AttributeRecord } from './reference-records.ts';
import { byColumn, columnsOf, type Replacement, replaceRows } from './replace-rows.ts';

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
  return inTransaction(database, async (statements) => {
    await statements.execute(sql`lock table ${attributes} in share row exclusive mode`);
    const comparison = await compare(statements, list);
    const options = list.records.flatMap(optionRows);
    const optionChanges = await compareOptions(statements, list, options, [
      ...comparison.added,
      ...comparison.dropped,
    ]);
    const replacement = await replaceRows(
      statements,
      { table: attributes, scope, identity: ['attributeCode'] },
      list.records.map(attributeRow),
      list.readAt,
    );
    await replaceRows(
      statements,
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

const compared = ['attributeCode', 'frontendInput', 'backendType'];

async function compare(
  statements: Statements,
  { shop, entityType, records }: AttributeList,
): Promise<Pick<AttributeReplacement, 'added' | 'dropped' | 'retyped'>> {
  const type = (alias: string) => sql.raw(`concat_ws('/', ${alias}.frontend_input, ${alias}.backend_type)`);
  const list = records.map((record) => byColumn(attributes, compared, attributeRow(record)));
  const { rows } = await statements.execute<{ code: string; from: string | null; to: string | null }>(sql`
    select coalesce(r.attribute_code, a.attribute_code) as code,
      case when a.attribute_code is not null then ${type('a')} end as from,
      case when r.attribute_code is not null then ${type('r')} end as to
    from (select * from ${attributes}
          where shop = ${shop} and entity_type = ${entityType} and deleted_at is null) a
    full join ${rowsOf(columnsOf(attributes, compared), list, 'r')} on r.attribute_code = a.attribute_code
    order by 1`);
  const retyped = rows.flatMap(({ code, from, to }) =>
    from !== null && to !== null && from !== to ? [{ code, from, to }] : [],
  );
  return {
    added: rows.filter(({ from }) => from === null).map(({ code }) => code),
    dropped: rows.filter(({ to }) => to === null).map(({ code }) => code),
    retyped,
  };
}
