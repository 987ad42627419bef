/** A position in a byte string, moved along while two names are compared. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Compares two names the way PHP's `strnatcmp` does: runs of digits compare as numbers, so `s[2]` comes
 * before `s[10]`.
 *
 * Releases up to 2.4.7 sort the parameters of a signature with it. PHP: ext/standard/strnatcmp.c.
 */
export function compareNaturally(left: string, right: string): number {
  if (left === '' || right === '') return Math.sign(left.length - right.length);
  const a = { text: left, at: skipLeadingZeros(left) };
  const b = { text: right, at: skipLeadingZeros(right) };
  for (;;) {
    skipSpaces(a);
    skipSpaces(b);
    if (isDigit(charAt(a)) && isDigit(charAt(b))) {
      // A number that starts with zero is read as the digits after a decimal point.
      const fractional = charAt(a) === '0' || charAt(b) === '0';
      const order = fractional ? compareFractions(a, b) : compareNumbers(a, b);
      if (order !== 0) return order;
      const end = compareEnds(a, b);
      if (end !== undefined) return end;
    }
    const order = compareChars(charAt(a), charAt(b));
    if (order !== 0) return order;
    a.at++;
    b.at++;
    const end = compareEnds(a, b);
    if (end !== undefined) return end;
  }
}

/** The longer run of digits wins; at equal length the first differing digit decides. */
function compareNumbers(a: Cursor, b: Cursor): number {
  let bias = 0;
  for (; ; a.at++, b.at++) {
    const aDigit = isDigit(charAt(a));
    const bDigit = isDigit(charAt(b));
    if (!aDigit && !bDigit) return bias;
    if (!aDigit) return -1;
    if (!bDigit) return 1;
    if (bias === 0) bias = compareChars(charAt(a), charAt(b));
  }
}

function compareFractions(a: Cursor, b: Cursor): number {
  for (; ; a.at++, b.at++) {
    const aDigit = isDigit(charAt(a));
    const bDigit = isDigit(charAt(b));
    if (!aDigit && !bDigit) return 0;
    if (!aDigit) return -1;
    if (!bDigit) return 1;
    const order = compareChars(charAt(a), charAt(b));
    if (order !== 0) return order;
  }
}

/** The order once one of the names is used up; `undefined` while both go on. */
function compareEnds(a: Cursor, b: Cursor): number | undefined {
  const aEnded = a.at >= a.text.length;
  const bEnded = b.at >= b.text.length;
  if (aEnded && bEnded) return 0;
  if (aEnded) return -1;
  return bEnded ? 1 : undefined;
}

function skipLeadingZeros(text: string): number {
  let at = 0;
  while (text[at] === '0' && isDigit(text[at + 1] ?? '')) at++;
  return at;
}

function skipSpaces(cursor: Cursor): void {
  while (/^[\t-\r ]$/.test(charAt(cursor))) cursor.at++;
}

function charAt(cursor: Cursor): string {
  return cursor.text[cursor.at] ?? '';
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9' && char.length === 1;
}

function compareChars(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
