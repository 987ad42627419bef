/**
 * Renders an answer as Magento's XML: root `response`, list entries `item`, two spaces of indentation.
 *
 * Magento: recordings/customers-search.json 'Accept: application/xml'.
 */
export function phpXml(value: unknown): string {
  if (value === null || typeof value !== 'object')
    return `<?xml version="1.0"?>\n<response>${scalar(value)}</response>\n`;
  return `<?xml version="1.0"?>\n${element('response', value, 0)}`;
}

function element(name: string, value: unknown, depth: number): string {
  const indentation = '  '.repeat(depth);
  if (value === null || value === '') return `${indentation}<${name}/>\n`;
  if (typeof value !== 'object') return `${indentation}<${name}>${scalar(value)}</${name}>\n`;
  const children = Array.isArray(value)
    ? value.map((entry) => ['item', entry] as const)
    : Object.entries(value).map(([key, entry]) => [/^\d/.test(key) ? `item_${key}` : key, entry] as const);
  if (children.length === 0) return `${indentation}<${name}/>\n`;
  const inner = children.map(([key, entry]) => element(key, entry, depth + 1)).join('');
  return `${indentation}<${name}>\n${inner}${indentation}</${name}>\n`;
}

function scalar(value: unknown): string {
  return String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[^\0-\x7f]/gu, (letter) => `&#x${letter.codePointAt(0)?.toString(16).toUpperCase()};`);
}
