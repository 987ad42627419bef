/** Which characters need care; one place for each character of ASCII. */
export type Careful = Uint8Array;

/** Marks characters of ASCII as those that need care. */
export function careful(isCareful: (character: string) => boolean): Careful {
  return Uint8Array.from({ length: 128 }, (_, code) => Number(isCareful(String.fromCharCode(code))));
}

const nothingCareful = careful(() => false);
const escapedInJson = careful((character) => character < ' ' || character === '"' || character === '\\');
/** Longer ones are faster looked through and written by the engine. */
const longestByCharacter = 120;
/** Longer ones are rare, and there are a handful of places where one could stay. */
const mostKept = 2 ** 22;
/** In UTF-8, of one of the units by which JavaScript counts. */
const mostBytesOfUnit = 3;
// The method itself: looked up on each text, it would be looked for by how that text happens to be stored.
const { charCodeAt } = String.prototype;

/**
 * Bytes that are put together from thousands of pieces: texts as UTF-8, whole numbers with their highest byte first.
 *
 * A text that grows is a tree of pieces, which somebody has to walk over, copy and clear away; here each piece is written
 * once. `Buffer` alone would leave the engine for each of them.
 */
export class ByteWriter {
  readonly #size: number;
  #bytes: Buffer;
  #used = 0;

  /** Holds so many bytes before it has to grow. */
  constructor(size: number) {
    this.#size = size;
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#used;
  }

  /** Writes a text. */
  write(text: string): void {
    if (!this.writeUnless(nothingCareful, text)) this.#encode(text);
  }

  /**
   * Writes a short text of ASCII in which no character needs care; false, and nothing is written, for any other.
   *
   * Nearly all texts are of that kind.
   */
  writeUnless(needsCare: Careful, text: string): boolean {
    const { length } = text;
    if (length > longestByCharacter) return false;
    this.#demand(length);
    const bytes = this.#bytes;
    const start = this.#used;
    for (let index = 0; index < length; index += 1) {
      const code = charCodeAt.call(text, index);
      if (code > 127 || needsCare[code] === 1) return false;
      bytes[start + index] = code;
    }
    this.#used = start + length;
    return true;
  }

  /** Writes a text as JSON. */
  writeQuoted(text: string): void {
    const start = this.#used;
    this.writeByte(quote);
    if (this.writeUnless(escapedInJson, text)) this.writeByte(quote);
    else {
      this.#used = start;
      this.write(JSON.stringify(text));
    }
  }

  /** Writes a number as JavaScript itself spells it. */
  writeNumber(number: number): void {
    const tenThousandths = tenThousandthsOf(number);
    if (tenThousandths === undefined) {
      this.write(String(number));
      return;
    }
    const magnitude = Math.abs(tenThousandths);
    const whole = Math.floor(magnitude / 10_000);
    if (number < 0) this.writeByte(minus);
    this.#writeDigits(whole, 1);
    let rest = magnitude - 10_000 * whole;
    if (rest === 0) return;
    let digits = 4;
    for (; rest % 10 === 0; rest /= 10) digits -= 1;
    this.writeByte(point);
    this.#writeDigits(rest, digits);
  }

  /** Writes a number from 0 to 255. */
  writeByte(byte: number): void {
    this.#demand(1);
    this.#bytes[this.#used] = byte;
    this.#used += 1;
  }

  /** Writes the lowest two bytes of a whole number. */
  writeInt16(number: number): void {
    this.#take(2);
    this.setInt16(this.#used - 2, number);
  }

  /** Writes the lowest four bytes of a whole number. */
  writeInt32(number: number): void {
    this.#take(4);
    this.setInt32(this.#used - 4, number);
  }

  /** Writes a whole number that JavaScript holds exactly, in eight bytes. */
  writeInt64(number: number): void {
    this.writeInt32(Math.floor(number / 2 ** 32));
    this.writeInt32(number);
  }

  /** Writes over two bytes that were written. */
  setInt16(place: number, number: number): void {
    this.#bytes[place] = number >> 8;
    this.#bytes[place + 1] = number;
  }

  /** Writes over four bytes that were written. */
  setInt32(place: number, number: number): void {
    this.setInt16(place, number >> 16);
    this.setInt16(place + 2, number);
  }

  /** Writes bytes as they are. */
  append(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#demand(length);
    const target = this.#bytes;
    const start = this.#used;
    if (length > longestByCharacter) target.set(bytes, start);
    else for (let index = 0; index < length; index += 1) target[start + index] = bytes[index] ?? 0;
    this.#used = start + length;
  }

  /**
   * Forgets what was written; {@link bytes} that were given out are overwritten by what comes next. Of very many bytes their
   * memory is given back.
   */
  clear(): void {
    this.#used = 0;
    if (this.#bytes.length > Math.max(mostKept, this.#size)) this.#bytes = Buffer.allocUnsafe(this.#size);
  }

  /** What was written, as part of the buffer into which it was. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** At least so many digits of a number that fits 32 bits. */
  #writeDigits(number: number, least: number): void {
    let count = least;
    for (let above = 10 ** least; above <= number; above *= 10) count += 1;
    this.#take(count);
    let left = number | 0;
    for (let place = this.#used - 1; place >= this.#used - count; place -= 1) {
      const tenth = (left / 10) | 0;
      this.#bytes[place] = zero + left - 10 * tenth;
      left = tenth;
    }
  }

  /** Takes bytes that are written afterwards. */
  #take(count: number): void {
    this.#demand(count);
    this.#used += count;
  }

  #encode(text: string): void {
    this.#demand(text.length * mostBytesOfUnit);
    this.#used += this.#bytes.write(text, this.#used);
  }

  /** Makes room for so many more bytes. */
  #demand(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + more);
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

const quote = 34;
const minus = 45;
const point = 46;
const zero = 48;

/**
 * How many ten-thousandths a number is, if it is a whole number of them and its magnitude below 10^9, as nearly all of a shop are:
 * then its digits can be counted off, and no text has to be made of it.
 *
 * No other decimal number of up to 15 digits is the same double, so that these are the digits that JavaScript writes.
 */
export function tenThousandthsOf(number: number): number | undefined {
  const counted = Math.round(number * 10_000);
  return counted > -1e13 && counted < 1e13 && counted / 10_000 === number ? counted : undefined;
}
