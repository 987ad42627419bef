const suspicious = /\\u0000|\\ud[89a-f]/i;

/** Cheap test on serialised JSON: false means that {@link storable} would change nothing. */
export function mayBeUnstorable(json: string): boolean {
  return suspicious.test(json);
}

/**
 * Removes from every string in a JSON value what PostgreSQL can't hold: U+0000, and halves of surrogate pairs.
 *
 * Halves become U+FFFD. Returns the value itself when nothing had to change.
 *
 * https://www.postgresql.org/docs/current/datatype-json.html
 */
export function storable<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) {
    const items = value.map(clean);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value);
  const cleaned = entries.map(([key, item]) => [cleanText(key), clean(item)] as const);
  const changed = cleaned.some(
    ([key, item], index) => key !== entries[index]?.[0] || item !== entries[index]?.[1],
  );
  return changed ? Object.fromEntries(cleaned) : value;
}

function cleanText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Cs}/gu, '\uFFFD');
}
