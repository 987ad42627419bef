import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { MagentoNetworkError, MagentoTimeoutError, UnexpectedPayloadError } from '../errors.ts';

/** Bounds on one body. */
export interface BodyLimits {
  /** Of the decoded body, so that a small compressed answer cannot fill the memory. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Reads a body to its end, undoing its content encoding. */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  path: string,
  limits: BodyLimits,
): Promise<Buffer> {
  const decoded = decode(body, encoding, path);
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    body.destroy(new Error('body timeout'));
    decoded.destroy(new Error('body timeout'));
  }, limits.timeoutMs);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decoded as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limits.maxBytes) throw tooLarge(path, limits.maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  } catch (cause) {
    if (overdue) {
      throw new MagentoTimeoutError(
        `The shop began an answer to ${path} and did not finish it within ${limits.timeoutMs} ms. Ask for smaller pages, or raise timeouts.bodyMs.`,
        { cause },
      );
    }
    if (isBrokenEncoding(cause)) {
      throw new MagentoNetworkError(`The compressed answer to ${path} is broken or was cut off.`, { cause });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
    body.destroy();
    decoded.destroy();
  }
}

function decode(body: Readable, encoding: string | undefined, path: string): Readable {
  switch ((encoding ?? 'identity').trim().toLowerCase()) {
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return chain(body, createGunzip());
    case 'deflate':
      return chain(body, createInflate());
    case 'br':
      return chain(body, createBrotliDecompress());
    default:
      body.destroy();
      throw new UnexpectedPayloadError(
        `The answer to ${path} has the content encoding "${encoding}", which was not asked for. Something between the client and the shop adds it.`,
        { path, problem: 'encoding' },
      );
  }
}

function chain(source: Readable, decompress: ReturnType<typeof createGunzip>): Readable {
  // A plain pipe leaves the reader waiting when the source breaks.
  source.on('error', (error) => decompress.destroy(error));
  return source.pipe(decompress);
}

function isBrokenEncoding(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && /^(Z_|ERR_BROTLI|ERR__ERROR_)/.test(String(cause.code));
}

function tooLarge(path: string, maxBytes: number): UnexpectedPayloadError {
  return new UnexpectedPayloadError(
    `The answer to ${path} is larger than ${maxBytes} bytes. Ask for smaller pages, or raise maxBodyBytes.`,
    { path, problem: 'too_large' },
  );
}
