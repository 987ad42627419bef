import type { Readable } from 'node:stream';
import { MagentoTimeoutError, type UnexpectedPayloadError } from '../errors.ts';
import { createBodyDecoder } from './body-decoder.ts';
import { cut, decodeBody, encodingsOf, tooLarge } from './decode-body.ts';

/** Bounds on one body. */
export interface BodyLimits {
  /** Of the body as it comes and as it is decoded, so that a small compressed answer cannot fill the memory. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** A body as far as it could be read. */
export interface ReadBody {
  readonly bytes: Buffer;
  /** What makes it unusable; the bytes are then what there is of it. */
  readonly flaw?: UnexpectedPayloadError;
}

interface Answer {
  readonly body: Readable;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
}

/** Reads a body to its end and undoes its content encoding. Errors of the connection that are no cut body are thrown. */
export async function readBody(answer: Answer, limits: BodyLimits): Promise<ReadBody> {
  const { headers, path } = answer;
  const received = await receive(answer, limits);
  const encoding = headers['content-encoding'];
  try {
    const { decoded, bytes: raw, ...rest } = received;
    const left = decoded ? encodingsOf(encoding).slice(0, -1).join() : encoding;
    const bytes = await decodeBody(decoded ?? raw, left, path, limits.maxBytes);
    return { ...rest, bytes };
  } catch (error) {
    return { bytes: Buffer.alloc(0), flaw: received.flaw ?? (error as UnexpectedPayloadError) };
  }
}

async function receive(
  { body, headers, path }: Answer,
  limits: BodyLimits,
): Promise<ReadBody & { readonly decoded?: Buffer }> {
  const { maxBytes, timeoutMs } = limits;
  // Without a listener an error that comes after the reading ends the process.
  body.on('error', () => undefined);
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    body.destroy(new Error('body timeout'));
  }, timeoutMs);
  const announced = Number(headers['content-length'] ?? Number.NaN);
  using decoder = createBodyDecoder(encodingsOf(headers['content-encoding']).at(-1) ?? '', maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    if (announced > maxBytes) return { bytes: Buffer.alloc(0), flaw: tooLarge(path, maxBytes) };
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      const fits = (await decoder?.write(chunk)) ?? true;
      if (size > maxBytes || !fits) return { bytes: Buffer.concat(chunks), flaw: tooLarge(path, maxBytes) };
      chunks.push(chunk);
    }
    const decoded = await decoder?.finish();
    return { bytes: Buffer.concat(chunks), ...(decoded === undefined ? {} : { decoded }) };
  } catch (cause) {
    if (overdue) {
      throw new MagentoTimeoutError(
        `The shop began an answer to ${path} and did not finish it within ${timeoutMs} ms. Ask for smaller pages, or raise timeouts.bodyMs.`,
        { cause },
      );
    }
    if (!isBroken(cause)) throw cause;
    const how = Number.isNaN(announced)
      ? `the connection ended after ${size} bytes`
      : `${size} of ${announced} bytes came`;
    return { bytes: Buffer.concat(chunks), flaw: cut(path, how, { cause }) };
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
}

/** Whether the other side ended the body; not so when this side did, or when nothing came for too long. */
function isBroken(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (cause instanceof Error && cause.name === 'HTTPParserError') return true;
  return /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/.test(code);
}
