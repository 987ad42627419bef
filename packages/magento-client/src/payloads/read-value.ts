import type { Kind } from '@magento-sync/entities';
import { isExactNumber } from '@magento-sync/exact-json';

/** What a column gets where something odd was sent, and what was odd about it. */
export class OddValue {
  readonly value: unknown;
  readonly problem: string;

  constructor(value: unknown, problem: string) {
    this.value = value;
    this.problem = problem;
  }
}

/**
 * Reads a value as its column wants it; an {@link OddValue} where it is not what is expected.
 *
 * Not an object for each value: a page has fifteen thousand.
 */
export type Reader = (sent: unknown) => unknown;

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
  day: scalar('a day', (sent) => {
    const text = timeOf(sent);
    return text?.endsWith(' 00:00:00') ? text.slice(0, -' 00:00:00'.length) : text;
  }),
  texts: textsOf,
  attributes: attributesOf,
  members: membersOf,
  json: (sent) => sent ?? null,
};

/**
 * How a kind of column reads what is sent; whatever that is, it never fails.
 *
 * Magento: framework/Reflection/DataObjectProcessor.php omits what is null; modules send numbers as texts, texts as
 * numbers, lists for objects and objects for lists.
 */
export function readerOf(kind: Kind): Reader {
  return readers[kind];
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
    if (sent === null || sent === undefined) return null;
    const isPlain = typeof sent !== 'object';
    if (!isPlain && isEmpty(sent)) return null;
    const value = !isPlain && (Array.isArray(sent) || isObject(sent)) ? undefined : read(sent as Scalar);
    return value === undefined ? odd(sent, expected) : value;
  };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return false;
  for (const name in value) if (Object.hasOwn(value, name)) return false;
  return true;
}

function odd(sent: unknown, expected: string, value: unknown = null): OddValue {
  return new OddValue(value, `${kindOf(sent)} where ${expected} is expected`);
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
  const text = typeof sent === 'string' ? sent : String(sent);
  return text === '' || text.startsWith('0000-00-00') ? null : text;
}

/** Lines; some modules send one text with line breaks, or an object with numbers for names. */
function textsOf(sent: unknown): unknown {
  if (sent === null || sent === undefined || sent === '') return [];
  if (typeof sent === 'string') return sent.split('\n');
  if (!Array.isArray(sent) && !isObject(sent)) return odd(sent, 'a list of texts', []);
  let problem: string | undefined;
  const lines = Object.values(sent).map((line) => {
    if (typeof line === 'string') return line;
    const read = readers.text(line);
    if (!(read instanceof OddValue)) return read ?? '';
    problem ??= read.problem;
    return '';
  });
  return problem === undefined ? lines : new OddValue(lines, problem);
}

/** Custom attributes by code; their values stay as they are. */
function attributesOf(sent: unknown): unknown {
  if (sent === null || sent === undefined || isEmpty(sent)) return {};
  const list: readonly unknown[] = Array.isArray(sent)
    ? sent
    : isObject(sent) && !isAttribute(sent)
      ? Object.values(sent)
      : [sent];
  const pairs: [string, unknown][] = [];
  for (const item of list) if (isAttribute(item)) pairs.push([item.attribute_code, item.value ?? null]);
  const value = Object.fromEntries(pairs);
  if (pairs.length === list.length) return value;
  return new OddValue(value, 'something else among attributes of a code and a value');
}

function isAttribute(value: unknown): value is { attribute_code: string; value?: unknown } {
  return isObject(value) && typeof value['attribute_code'] === 'string';
}

/** Members that modules add; PHP sends an empty list for an object without members. */
function membersOf(sent: unknown): unknown {
  if (sent === null || sent === undefined || isEmpty(sent)) return {};
  if (isObject(sent)) return sent;
  const [only, ...others] = Array.isArray(sent) ? (sent as unknown[]) : [];
  return odd(sent, 'an object', isObject(only) && others.length === 0 ? only : {});
}
