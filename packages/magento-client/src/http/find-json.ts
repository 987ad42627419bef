/** Where JSON may begin inside other text. */
const beginning = /\{\s*["}]|\[\s*[[{"\]]/g;
/** Farther inside nobody prints notices. */
const farthest = 200_000;
const mostTries = 8;

/** Where a JSON document lies within other text; `undefined` when there is none, or nothing around it. */
export function findJson(text: string): { start: number; end: number } | undefined {
  // Cut JSON would be searched anew from each of its members.
  if (endOfJson(text, 0) === 'cut') return undefined;
  let tries = 0;
  for (const { index } of text.slice(0, farthest).matchAll(beginning)) {
    const end = endOfJson(text, index);
    if (typeof end === 'number' && isJson(text.slice(index, end))) {
      return index === 0 && end === text.length ? undefined : { start: index, end };
    }
    if ((tries += 1) === mostTries) break;
  }
  const token = /"[\w.=+/-]{16,}"\s*$/.exec(text);
  return token === null || token.index === 0 ? undefined : { start: token.index, end: text.length };
}

/** Where the object or list that begins at a position ends; `cut` when the text ends before, `none` when none begins. */
export function endOfJson(text: string, start: number): number | 'cut' | 'none' {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== '{' && text[start] !== '[') return 'none';
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') {
      const end = endOfString(text, index);
      if (end === 'cut') return 'cut';
      index = end - 1;
    } else if (character === '{' || character === '[') depth += 1;
    else if ((character === '}' || character === ']') && (depth -= 1) === 0) return index + 1;
  }
  return 'cut';
}

function endOfString(text: string, start: number): number | 'cut' {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index + 1;
  }
  return 'cut';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
