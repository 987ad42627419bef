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
 * A text that is put together from thousands of pieces, as UTF-8.
 *
 * A text that grows is a tree of pieces, which somebody has to walk over, copy and clear away; here each piece is written
 * once. `Buffer` alone would leave the engine for each of them.
 */
export class TextBytes {
  readonly #size: number;
  #bytes: Buffer;
  #used = 0;

  /** Holds so many bytes before it has to grow. */
  constructor(size: number) {
    this.#size = size;
    this.#bytes = Buffer.allocUnsafe(size);
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
    if (this.#used + length > this.#bytes.length) this.#enlarge(length);
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

  /** Writes a short text of ASCII as JSON, if quotes are all that it needs; false, and nothing is written, for any other. */
  writeQuoted(text: string): boolean {
    const start = this.#used;
    this.write('"');
    if (this.writeUnless(escapedInJson, text)) {
      this.write('"');
      return true;
    }
    this.#used = start;
    return false;
  }

  /**
   * Forgets what was written; {@link bytes} that were given out are overwritten by what comes next. Of a very long text its memory
   * is given back.
   */
  clear(): void {
    this.#used = 0;
    if (this.#bytes.length > Math.max(mostKept, this.#size)) this.#bytes = Buffer.allocUnsafe(this.#size);
  }

  /** What was written, as part of the buffer into which it was. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  #encode(text: string): void {
    const most = text.length * mostBytesOfUnit;
    if (this.#used + most > this.#bytes.length) this.#enlarge(most);
    this.#used += this.#bytes.write(text, this.#used);
  }

  #enlarge(more: number): void {
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + more);
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}
