type Selection = Map<string, Selection | null>;

/**
 * Keeps the named members only, as the query parameter `fields` asks.
 *
 * Magento: framework/Webapi/Rest/Response/FieldsFilter.php; recordings/customers-search.json 'fields with nested objects',
 * 'fields typo gives an empty array', 'past the end with a fields filter: items becomes null'.
 */
export function filterFields(body: unknown, fields: string | undefined): unknown {
  if (!fields || body === null || typeof body !== 'object') return body;
  const selection = parse(fields);
  return selection === undefined ? [] : apply(body, selection);
}

function parse(text: string): Selection | undefined {
  if (!/^[\w[\],]+$/.test(text)) return undefined;
  const root: Selection = new Map();
  const open: Selection[] = [root];
  let last = '';
  for (const token of text.match(/\w+|[[\],]/g) ?? []) {
    const current = open.at(-1);
    if (!current) return undefined;
    if (token === '[') {
      const inner: Selection = new Map();
      current.set(last, inner);
      open.push(inner);
    } else if (token === ']') open.pop();
    else if (token !== ',') {
      current.set(token, null);
      last = token;
    }
  }
  return open.length === 1 ? root : undefined;
}

function apply(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    return byAttributeCode(value, selection) ?? value.map((entry) => apply(entry, selection));
  }
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value)
    .filter(([name]) => selection.has(name))
    .map(([name, member]) => {
      const inner = selection.get(name);
      return [name, inner ? apply(member, inner) : member] as const;
    });
  return kept.length === 0 ? [] : Object.fromEntries(kept);
}

/** A selection below custom attributes picks by code and keeps PHP's indexes, which makes a gap an object. */
function byAttributeCode(list: readonly unknown[], selection: Selection): unknown {
  const attributes = list as readonly { attribute_code?: string }[];
  if (!attributes.every(isCustomAttribute)) return undefined;
  if (selection.has('attribute_code') || selection.has('value')) return undefined;
  const kept = attributes
    .map((entry, index) => [index, entry] as const)
    .filter(([, entry]) => selection.has(entry.attribute_code ?? ''));
  if (kept.every(([index], position) => index === position)) return kept.map(([, entry]) => entry);
  return Object.fromEntries(kept);
}

/** Records of attributes have a code too, and more. Magento: recordings/2.4.8-p1/product-attributes.json 'fields: keys only'. */
function isCustomAttribute(entry: { attribute_code?: string } | null): boolean {
  if (typeof entry !== 'object' || !entry?.attribute_code) return false;
  return Object.keys(entry).every((name) => name === 'attribute_code' || name === 'value');
}
