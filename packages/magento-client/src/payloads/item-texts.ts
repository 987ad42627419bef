const quote = 34;
const comma = 44;
const backslash = 92;

/** What stands before the rows of a list: Magento shows them first. */
const beginning = /^\s*\{\s*"items"\s*:\s*\[/;

/**
 * The JSON of each row of a list, cut out of the JSON of the whole answer; the answer has been parsed and shows so many rows.
 *
 * Spares writing what was just parsed. `undefined` where it does not begin with its rows, or could show them twice: of members
 * of one name the last one counts.
 */
export function itemTexts(json: string, count: number): readonly string[] | undefined {
  const [begins] = beginning.exec(json) ?? [];
  if (begins === undefined) return undefined;
  const texts: string[] = [];
  let start = begins.length;
  let depth = 0;
  // What is JSON needs no look at what its characters mean: texts are skipped, and brackets outside of them are balanced.
  for (let index = start; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === quote) index = endOfText(json, index);
    else if (code === comma) {
      if (depth > 0) continue;
      texts.push(json.slice(start, index));
      start = index + 1;
    } else if (isOpening(code)) depth += 1;
    else if (isClosing(code)) {
      depth -= 1;
      if (depth >= 0) continue;
      if (count > 0) texts.push(json.slice(start, index));
      return texts.length === count && !mayShowThemAgain(json, index) ? texts : undefined;
    }
  }
  return undefined;
}

/** Whether a second member of that name could follow, however it is spelt. */
function mayShowThemAgain(json: string, from: number): boolean {
  return json.includes('"items"', from) || json.includes('\\', from);
}

/** Where the quote stands that ends a text. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end > 0; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
}

/** `[` or `{`. */
function isOpening(code: number): boolean {
  return code === 91 || code === 123;
}

/** `]` or `}`. */
function isClosing(code: number): boolean {
  return code === 93 || code === 125;
}
