import { createHash } from 'node:crypto';
import type { Entity } from '@magento-sync/entities';

/** What the view needs to know of an attribute; merged over shops. */
export interface FlatAttribute {
  code: string;
  label: string | null;
  frontendInput: string | null;
  backendType: string | null;
}

/** One column of the view. */
export interface FlatColumn {
  name: string;
  /** SQL expression over the row `c` of a record. */
  expression: string;
  type: string;
  comment: string;
}

/** Longest identifier of PostgreSQL, in bytes. */
const longestName = 63;

/** Whose attributes they are, and the column of the record that holds them by code. */
export type AttributesOf = Pick<NonNullable<Entity['attributes']>, 'of' | 'column'>;

/**
 * Turns attributes into columns with safe, distinct names; the result depends only on the attributes.
 *
 * A name that is taken gets the prefix `attribute_`, one that is too long ends in a digest of itself.
 */
export function attributeColumns(
  attributes: readonly FlatAttribute[],
  taken: Iterable<string>,
  owner: AttributesOf,
): FlatColumn[] {
  const used = new Set(taken);
  const columns: FlatColumn[] = [];
  const sorted = attributes.toSorted((one, other) => (one.code < other.code ? -1 : 1));
  // Codes first: an attribute keeps its own name even if another one's label column would like to have it.
  const names = new Map(sorted.map(({ code }) => [code, freeName(code, used)]));
  for (const attribute of sorted) {
    const name = names.get(attribute.code) ?? attribute.code;
    const comment = `Attribute ${attribute.code}${attribute.label ? ` (${attribute.label})` : ''}`;
    columns.push({ name, comment, ...valueOf(attribute, owner) });
    const labels = labelsOf(attribute, owner);
    if (labels)
      columns.push({
        name: freeName(`${name}${labels.suffix}`, used),
        comment: `${comment}: option label`,
        ...labels,
      });
  }
  return columns;
}

/** Quotes a string for SQL whatever it contains. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** Quotes an identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function freeName(wanted: string, used: Set<string>): string {
  const candidates = [wanted, `attribute_${wanted}`, `attribute_${wanted}_${digest(wanted)}`].map(shortened);
  const name = candidates.find((candidate) => !used.has(candidate)) ?? `attribute_${digest(wanted)}`;
  used.add(name);
  return name;
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const kept = [...name].reduce(
    (text, letter) => (Buffer.byteLength(text + letter) <= 54 ? text + letter : text),
    '',
  );
  return `${kept}_${digest(name)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function valueOf(
  { code, frontendInput, backendType }: FlatAttribute,
  { column }: AttributesOf,
): { expression: string; type: string } {
  const value = `c.${identifier(column)} -> ${literal(code)}`;
  const text = `c.${identifier(column)} ->> ${literal(code)}`;
  if (frontendInput === 'multiselect') return { expression: `magento.text_list(${value})`, type: 'text[]' };
  if (frontendInput === 'boolean') return { expression: `magento.boolean_or_null(${text})`, type: 'boolean' };
  if (frontendInput === 'date') return { expression: `magento.date_or_null(${text})`, type: 'date' };
  if (backendType === 'datetime')
    return { expression: `magento.instant_or_null(${text})`, type: 'timestamptz' };
  if (backendType === 'decimal') return { expression: `magento.numeric_or_null(${text})`, type: 'numeric' };
  if (backendType === 'int') return { expression: `magento.bigint_or_null(${text})`, type: 'bigint' };
  return { expression: text, type: 'text' };
}

function labelsOf(
  { code, frontendInput }: FlatAttribute,
  { of, column }: AttributesOf,
): { expression: string; type: string; suffix: string } | undefined {
  const attributes = `c.${identifier(column)}`;
  const option = `o.shop = c.shop and o.entity_type = ${literal(of)} and o.attribute_code = ${literal(code)}`;
  if (frontendInput === 'select') {
    const expression = `(select o.label from magento.attribute_options o
    where ${option} and o.value = ${attributes} ->> ${literal(code)})`;
    return { expression, type: 'text', suffix: '_label' };
  }
  if (frontendInput === 'multiselect') {
    // An option that was removed since is shown by its number rather than left out.
    const expression = `case when ${attributes} ? ${literal(code)} then array(select coalesce(o.label, chosen.value)
    from unnest(magento.text_list(${attributes} -> ${literal(code)})) with ordinality chosen(value, position)
    left join magento.attribute_options o on ${option} and o.value = chosen.value
    order by chosen.position) end`;
    return { expression, type: 'text[]', suffix: '_labels' };
  }
  return undefined;
}
