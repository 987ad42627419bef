import type { Kind } from '@magento-sync/entities';
import { isExactNumber } from '@magento-sync/exact-json';

/** A value as its column wants it, and what was odd about what was sent instead. */
export interface ReadValue {
  readonly value: unknown;
  readonly problem?: string;
}

type Reader = (sent: unknown) => ReadValue;

/** How each kind of column reads what it is sent; `null`, nothing and PHP's empty list all mean that there is no value. */
const readers: Readonly<Record<Kind, Reader>> = {
  text: scalar('a text', (sent) => String(sent)),
  flag: scalar('a yes or no', flagOf),
  integer: scalar('a whole number', wholeNumberOf),
  id: scalar('a whole number', wholeNumberOf),
  // Historic rows hold 0 where they mean none.
  reference: scalar('a whole number', (sent) => {
    const id = wholeNumberOf(sent);
    return id === 0 ? null : id;
  }),
  money: scalar('a number', decimalOf),
  rate: scalar('a number', decimalOf),
  quantity: scalar('a number', decimalOf),
  time: scalar('a time', timeOf),
  // Some modules send a day with midnight added.
  day: scalar('a day', (sent) => timeOf(sent)?.replace(/ 00:00:00$/, '') ?? null),
  texts: textsOf,
  attributes: attributesOf,
  members: membersOf,
  json: (sent) => ({ value: sent ?? null }),
};

/**
 * Reads a value by the kind of its column; whatever is sent, it never fails.
 *
 * Magento: framework/Reflection/DataObjectProcessor.php omits what is null; modules send numbers as texts, texts as
 * numbers, lists for objects and objects for lists.
 */
export function readValue(kind: Kind, sent: unknown): ReadValue {
  return readers[kind](sent);
}

/** Whether a value is an object with members, and neither a list nor a number. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !isExactNumber(value);
}

/** What a value is, in words. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (isExactNumber(value)) return 'a number with too many digits';
  return (
    { string: 'a text', number: 'a number', boolean: 'a yes or no' }[typeof value as string] ?? 'an object'
  );
}

type Scalar = string | number | boolean | { toString(): string };

/** Reads what is neither a list nor an object; `read` answers undefined when it cannot be what is expected. */
function scalar(expected: string, read: (sent: Scalar) => unknown): Reader {
  return (sent) => {
    if (sent === null || sent === undefined) return { value: null };
    const isPlain = typeof sent !== 'object';
    if (!isPlain && isEmpty(sent)) return { value: null };
    const value = !isPlain && (Array.isArray(sent) || isObject(sent)) ? undefined : read(sent as Scalar);
    return value === undefined ? odd(sent, expected) : { value };
  };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function odd(sent: unknown, expected: string): ReadValue {
  return { value: null, problem: `${kindOf(sent)} where ${expected} is expected` };
}

function flagOf(sent: Scalar): boolean | null | undefined {
  if (sent === '') return null;
  if (sent === true || sent === 1 || sent === '1' || sent === 'true') return true;
  return sent === false || sent === 0 || sent === '0' || sent === 'false' ? false : undefined;
}

function wholeNumberOf(sent: Scalar): number | null | undefined {
  if (typeof sent === 'number') return Number.isSafeInteger(sent) ? sent : undefined;
  if (sent === '') return null;
  // By its text: an exact number beyond the range of a double throws when it is converted by itself.
  const number = typeof sent === 'boolean' ? Number(sent) : Number(String(sent).trim() || Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** A text keeps digits that a number does not hold. */
function decimalOf(sent: Scalar): number | string | null | undefined {
  if (sent === '') return null;
  if (typeof sent === 'number') return sent;
  const text = String(sent).trim();
  return typeof sent !== 'boolean' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? text : undefined;
}

/** The zero date of old databases means none. */
function timeOf(sent: Scalar): string | null {
  const text = String(sent);
  return text === '' || text.startsWith('0000-00-00') ? null : text;
}

/** Lines; some modules send one text with line breaks, or an object with numbers for names. */
function textsOf(sent: unknown): ReadValue {
  if (sent === null || sent === undefined || sent === '') return { value: [] };
  if (typeof sent === 'string') return { value: sent.split('\n') };
  if (!Array.isArray(sent) && !isObject(sent)) return { ...odd(sent, 'a list of texts'), value: [] };
  const read = Object.values(sent).map((line) => readValue('text', line));
  const problem = read.find((line) => line.problem !== undefined)?.problem;
  return { value: read.map(({ value }) => value ?? ''), ...(problem === undefined ? {} : { problem }) };
}

/** Custom attributes by code; their values stay as they are. */
function attributesOf(sent: unknown): ReadValue {
  if (sent === null || sent === undefined || isEmpty(sent)) return { value: {} };
  const list = isObject(sent) && !isAttribute(sent) ? Object.values(sent) : [sent].flat();
  const pairs = list.filter(isAttribute);
  const value = Object.fromEntries(pairs.map((pair) => [pair.attribute_code, pair.value ?? null]));
  if (pairs.length === list.length) return { value };
  return { value, problem: 'something else among attributes of a code and a value' };
}

function isAttribute(value: unknown): value is { attribute_code: string; value?: unknown } {
  return isObject(value) && typeof value['attribute_code'] === 'string';
}

/** Members that modules add; PHP sends an empty list for an object without members. */
function membersOf(sent: unknown): ReadValue {
  if (sent === null || sent === undefined || isEmpty(sent)) return { value: {} };
  if (isObject(sent)) return { value: sent };
  const [only, ...others] = Array.isArray(sent) ? (sent as unknown[]) : [];
  const { problem = '' } = odd(sent, 'an object');
  return { value: isObject(only) && others.length === 0 ? only : {}, problem };
}
