/** A value of PHP's `$_GET`: text, or a nested array with string keys. */
export type PhpValue = string | PhpArray;

/** PHP's array: keys in the order in which they came. */
export type PhpArray = Map<string, PhpValue>;

/** Parses a query the way PHP fills `$_GET`: nested by brackets, `+` is a space, a later name replaces an earlier one. */
export function parsePhpQuery(query: string): PhpArray {
  const result: PhpArray = new Map();
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const [name = '', ...rest] = piece.split('=');
    assign(result, path(decode(name)), decode(rest.join('=')));
  }
  return result;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function path(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const keys = [...name.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return [name.slice(0, open), ...keys];
}

function assign(target: PhpArray, [key = '', ...rest]: string[], value: string): void {
  const name = key === '' ? String(target.size) : key;
  if (rest.length === 0) {
    target.set(name, value);
    return;
  }
  const existing = target.get(name);
  const inner: PhpArray = existing instanceof Map ? existing : new Map();
  target.set(name, inner);
  assign(inner, rest, value);
}
