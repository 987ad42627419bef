import { LosslessNumber, parse, stringify } from 'lossless-json';

/** A number with more digits than JavaScript holds; its text is the number as it was sent. */
export type ExactNumber = LosslessNumber;

/**
 * What a number must look like to need more than JSON.parse; a text in the document may look like it too.
 *
 * A double keeps any 15 digits; sixteen characters are the shortest that may be more.
 */
const mayNeedDigits = /(?:^|[:,[\s])-?(?:\d[\d.]{15}|\d[\d.]*[eE])/;
/** How an exact number looks when JSON.stringify writes it. */
const exactInPlainJson = '"isLosslessNumber":true';
/** PostgreSQL's numeric ends at 131,072 digits before and 16,383 behind the point. */
const mostDigits = 16_000;

/**
 * Parses JSON; numbers that JSON.parse would round are kept with all their digits as {@link ExactNumber}.
 *
 * Nearly every document has none and is parsed by JSON.parse itself. A number that no database holds becomes its text.
 * Throws a SyntaxError for what is no JSON.
 */
export function parseJson(text: string): unknown {
  return readJson(text).value;
}

/** A document as a value, and whether JSON.parse alone says all of it: then its text says the same to every reader. */
export interface ReadJson {
  readonly value: unknown;
  readonly isPlain: boolean;
}

/** {@link parseJson}, for callers who want to go on with the text itself where no number needs care. */
export function readJson(text: string): ReadJson {
  const plain: unknown = JSON.parse(text);
  if (!mayNeedDigits.test(text)) return { value: plain, isPlain: true };
  const value = parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
  return { value, isPlain: false };
}

/** Writes JSON as JSON.stringify does, exact numbers with all their digits; `undefined` becomes `null`. */
export function stringifyJson(value: unknown): string {
  const plain = JSON.stringify(value) ?? 'null';
  return plain.includes(exactInPlainJson) ? (stringify(value) ?? 'null') : plain;
}

/** Whether a value is a number with more digits than JavaScript holds. */
export function isExactNumber(value: unknown): value is ExactNumber {
  return value instanceof LosslessNumber;
}

function parseNumber(text: string): number | string | ExactNumber {
  const number = Number(text);
  if (holdsAllDigits(number, text)) return number;
  const exponent = Math.abs(Number(/[eE]([+-]?\d+)$/.exec(text)?.[1] ?? 0));
  return text.length + exponent > mostDigits ? text : new LosslessNumber(text);
}

/**
 * Whether the sender's number is this double: PHP writes doubles with up to 17 digits, e.g. 0.1 as 0.10000000000000001.
 *
 * PHP: serialize_precision 17, the default before 7.1 and still set in many php.ini.
 */
function holdsAllDigits(number: number, text: string): boolean {
  if (!Number.isFinite(number)) return false;
  const digits = significantDigits(text);
  if (digits === '') return true;
  if (number === 0) return false;
  return digits === significantDigits(String(number)) || digits === significantDigits(number.toPrecision(17));
}

/** The digits without those that only say how large it is. */
function significantDigits(text: string): string {
  return text
    .replace(/[eE].*$/, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
}
