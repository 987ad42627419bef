import { type ByteWriter, tenThousandthsOf } from '@magento-sync/exact-json';

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
const minus = 45;
const point = 46;
const zero = 48;
const isNegative = 0x4000;
const base = 10_000;
/** PostgreSQL keeps no more digits behind the point. */
const mostBehindPoint = 16_383;

/**
 * Writes a decimal number as PostgreSQL receives a `numeric`: its digits to the base of 10,000, and how many decimal ones stand behind
 * the point.
 *
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c (numeric_recv)
 *
 * @throws TypeError for what is no decimal number.
 */
export function writeNumeric(bytes: ByteWriter, value: unknown): void {
  const tenThousandths = typeof value === 'number' ? tenThousandthsOf(value) : undefined;
  if (tenThousandths === undefined) {
    const text = String(value);
    writeDigits(bytes, isPlain(text) ? text : plainDecimal(text));
  } else writeTenThousandths(bytes, tenThousandths);
}

/** The last group is what stands behind the point. */
function writeTenThousandths(bytes: ByteWriter, tenThousandths: number): void {
  const magnitude = Math.abs(tenThousandths);
  const whole = Math.floor(magnitude / base);
  const behind = magnitude - base * whole;
  const upper = Math.floor(whole / base);
  const sign = tenThousandths < 0 ? isNegative : 0;
  writeHead(bytes, 4, 2, sign, behind === 0 ? 0 : 4);
  bytes.writeInt16(Math.floor(upper / base));
  bytes.writeInt16(upper % base);
  bytes.writeInt16(whole % base);
  bytes.writeInt16(behind);
}

function writeHead(bytes: ByteWriter, count: number, weight: number, sign: number, scale: number): void {
  bytes.writeInt16(count);
  bytes.writeInt16(weight);
  bytes.writeInt16(sign);
  bytes.writeInt16(scale);
}

/** Whether a text has nothing but digits, one point at most between them, and perhaps a minus. */
function isPlain(text: string): boolean {
  let points = 0;
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === point) points += 1;
    else if (code < zero || code > zero + 9) return false;
  }
  return text.length > start + points && points < 2 && text.length < 40;
}

/** A number without plus, exponent, and more zeros than are needed. */
function plainDecimal(text: string): string {
  const [, sign = '', whole = '', behind = '', exponent = '0'] = decimal.exec(text) ?? [];
  if (whole + behind === '') throw new TypeError('A numeric column was given what is no decimal number.');
  const shift = Number(exponent);
  // Where the point comes to stand among the digits.
  const place = whole.length + shift;
  const digits = whole + behind;
  const left = place <= 0 ? '' : digits.slice(0, place).padEnd(Math.min(place, mostBehindPoint), '0');
  const right =
    place < 0 ? '0'.repeat(Math.min(-place, mostBehindPoint)) + digits : digits.slice(Math.max(place, 0));
  return `${sign === '-' ? '-' : ''}${left.replace(/^0+/, '')}.${right.slice(0, mostBehindPoint)}`;
}

function writeDigits(bytes: ByteWriter, text: string): void {
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  const found = text.indexOf('.');
  const end = found < 0 ? text.length : found;
  const scale = found < 0 ? 0 : text.length - found - 1;
  const wholeGroups = Math.ceil((end - start) / 4);
  const count = wholeGroups + Math.ceil(scale / 4);
  writeHead(bytes, count, wholeGroups - 1, start === 1 ? isNegative : 0, scale);
  // Groups of four are counted from the point to both sides.
  let left = end - start - 4 * (wholeGroups - 1);
  let group = 0;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === point) continue;
    group = 10 * group + code - zero;
    left -= 1;
    if (left > 0) continue;
    bytes.writeInt16(group);
    group = 0;
    left = 4;
  }
  if (left < 4) bytes.writeInt16(group * 10 ** left);
}
