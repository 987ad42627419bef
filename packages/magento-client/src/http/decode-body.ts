import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { UnexpectedPayloadError } from '../errors.ts';

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decompress: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: (bytes, options) =>
    promisify(inflate)(bytes, options).catch(() => promisify(inflateRaw)(bytes, options)),
  br: promisify(brotliDecompress),
};

/** Deeper ones are an attack. */
const mostLayers = 3;

/** The encodings of a header that change bytes, as far as they are known; the last one was applied last. */
export function encodingsOf(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => Object.hasOwn(decompress, name));
}

/**
 * Undoes the content encoding of a body, by what its bytes are more than by what its headers say.
 *
 * Proxies and modules send `none`, a charset or nothing as encoding, name one that was undone on the way, and leave out
 * one that was not. Plain text is never an error.
 */
export async function decodeBody(
  body: Buffer,
  header: string | undefined,
  path: string,
  maxBytes: number,
): Promise<Buffer> {
  let bytes = body;
  const encodings = encodingsOf(header);
  for (let layer = 0; layer < mostLayers; layer += 1) {
    const said = encodings.pop();
    const name = isGzip(bytes) ? 'gzip' : said;
    if (name === undefined || bytes.length === 0) return bytes;
    const isSaidFalsely = name.endsWith('gzip') && !isGzip(bytes);
    if (!isSaidFalsely) bytes = await decoded(bytes, decompress[name]);
  }
  return bytes;

  async function decoded(encoded: Buffer, undo: Decompress | undefined): Promise<Buffer> {
    try {
      return (await undo?.(encoded, { maxOutputLength: maxBytes })) ?? encoded;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(path, maxBytes);
      if (isPlainText(encoded)) return encoded;
      if (code === 'Z_BUF_ERROR') throw cut(path, 'its compression ends early', { cause });
      throw new UnexpectedPayloadError(
        `The answer to ${path} says "Content-Encoding: ${shown(header)}", and its bytes are neither that nor text. Something between this client and the shop breaks compressed answers: switch compression off there for /rest.`,
        { path, problem: 'encoding', retryable: true, cause },
      );
    }
  }
}

/** The error for a body that is larger than this client reads. */
export function tooLarge(path: string, maxBytes: number): UnexpectedPayloadError {
  const size = maxBytes >= 1_048_576 ? `${Math.floor(maxBytes / 1_048_576)} MiB` : `${maxBytes} bytes`;
  return new UnexpectedPayloadError(
    `The answer to ${path} is larger than ${size}, more than is read at once. Ask for smaller pages; where one record is that large, look for an attribute that holds a picture or a file.`,
    { path, problem: 'too_large' },
  );
}

/** The error for a body that ended too early. */
export function cut(path: string, how: string, details: { cause?: unknown } = {}): UnexpectedPayloadError {
  return new UnexpectedPayloadError(
    `The answer to ${path} was cut off: ${how}. Look for a web server or proxy before the shop that cannot write its temporary files, is short of space or limits the size of answers.`,
    { path, problem: 'cut', retryable: true, ...details },
  );
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Text without control characters other than those of layout. */
function isPlainText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.some((byte) => byte < 32 && byte !== 9 && byte !== 10 && byte !== 13);
}

function shown(header: string | undefined): string {
  return (header ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
