import { type ByteWriter, tenThousandthsOf } from '@magento-sync/exact-json';

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
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
  if (tenThousandths === undefined) writeDecimal(bytes, String(value));
  else writeTenThousandths(bytes, tenThousandths);
}

/** The last group is what stands behind the point. */
function writeTenThousandths(bytes: ByteWriter, tenThousandths: number): void {
  const magnitude = Math.abs(tenThousandths);
  const whole = Math.floor(magnitude / base);
  const behind = magnitude - base * whole;
  const upper = Math.floor(whole / base);
  writeHead(bytes, 4, 2, tenThousandths < 0, behind === 0 ? 0 : 4);
  bytes.writeInt16(Math.floor(upper / base));
  bytes.writeInt16(upper % base);
  bytes.writeInt16(whole % base);
  bytes.writeInt16(behind);
}

/** The rare number of which the text has to be taken apart. */
function writeDecimal(bytes: ByteWriter, text: string): void {
  const [, sign, digits = '', behindPoint = '', exponent = '0'] = decimal.exec(text) ?? [];
  const all = digits + behindPoint;
  if (all === '') throw new TypeError('A numeric column was given what is no decimal number.');
  // Where the point comes to stand among the digits.
  const place = digits.length + Number(exponent);
  const zeros = '0'.repeat(Math.min(Math.max(-place, 0), mostBehindPoint));
  const whole = all
    .slice(0, Math.max(place, 0))
    .padEnd(Math.min(place, mostBehindPoint), '0')
    .replace(/^0+/, '');
  const behind = (zeros + all.slice(Math.max(place, 0))).slice(0, mostBehindPoint);
  // Groups of four are counted from the point to both sides.
  const left = whole.padStart(inGroups(whole), '0');
  const right = behind.padEnd(inGroups(behind), '0');
  writeHead(bytes, (left.length + right.length) / 4, left.length / 4 - 1, sign === '-', behind.length);
  for (const group of (left + right).match(/.{4}/g) ?? []) bytes.writeInt16(Number(group));
}

/** The number of digits when the last group of four is full. */
function inGroups(digits: string): number {
  return 4 * Math.ceil(digits.length / 4);
}

function writeHead(
  bytes: ByteWriter,
  count: number,
  weight: number,
  isBelowZero: boolean,
  scale: number,
): void {
  bytes.writeInt16(count);
  bytes.writeInt16(weight);
  bytes.writeInt16(isBelowZero ? isNegative : 0);
  bytes.writeInt16(scale);
}
