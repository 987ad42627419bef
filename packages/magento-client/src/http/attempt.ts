import { isUtf8 } from 'node:buffer';
import { request as undiciRequest } from 'undici';
import { MagentoError, UnexpectedPayloadError } from '../errors.ts';
import type { Network, Timeouts } from './dispatcher.ts';
import { networkError } from './network-error.ts';
import { type ReadBody, readBody } from './read-body.ts';
import type { RawAnswer } from './transport.ts';

/** What one attempt needs from its client. */
export interface AttemptOptions {
  readonly network: Pick<Network, 'dispatcherFor' | 'proxyOf' | 'cut'>;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
}

/** The answer of one attempt, whatever its status. */
export interface AttemptAnswer extends RawAnswer {
  /** Of the decoded body. */
  readonly bytes: number;
  /** Why its body cannot be used, whatever its status says; `text` is then what there is of it. */
  readonly flaw?: UnexpectedPayloadError;
}

/** What is read of the body of a refusal. */
const mostOfRefusals = 1_048_576;

/** Sends one request once and reads the whole answer. */
export async function attempt(
  request: {
    method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
    url: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
  },
  options: AttemptOptions,
  signal: AbortSignal,
): Promise<AttemptAnswer> {
  signal.throwIfAborted();
  const { cut } = options.network;
  try {
    const answer = await undiciRequest(request.url, {
      dispatcher: options.network.dispatcherFor(request.url),
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      // Said again here, because plain requests through a proxy know nothing of the pool's.
      headersTimeout: options.timeouts.headersMs,
      bodyTimeout: options.timeouts.bodyMs,
      signal: cut ? AbortSignal.any([signal, cut]) : signal,
    });
    const headers = flatten(answer.headers);
    const { statusCode: status, body } = answer;
    const { path } = request;
    const limits = { maxBytes: options.maxBodyBytes, timeoutMs: options.timeouts.bodyMs };
    if (status < 200 || status >= 300) limits.maxBytes = Math.min(limits.maxBytes, mostOfRefusals);
    const read = await readBody({ body, headers, path }, limits);
    return { status, headers, ...readText(read, { headers, path }) };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof MagentoError) throw error;
    throw networkError(error, request.url, options.timeouts, options.network.proxyOf(request.url));
  }
}

function readText(
  { bytes, flaw }: ReadBody,
  { headers, path }: { headers: RawAnswer['headers']; path: string },
): Pick<AttemptAnswer, 'text' | 'bytes' | 'flaw'> {
  const encoding = textEncoding(bytes, headers['content-type'] ?? '');
  const broken = flaw ?? (encoding === undefined ? notUtf8(path) : undefined);
  return {
    text: new TextDecoder(encoding).decode(bytes),
    bytes: bytes.length,
    ...(broken === undefined ? {} : { flaw: broken }),
  };
}

/** UTF-8 wherever the bytes are that; else UTF-16 with a mark, as Windows programs write, or what the header says. */
function textEncoding(bytes: Buffer, contentType: string): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  const label = /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1];
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === 'utf-8' ? undefined : encoding;
  } catch {
    return undefined;
  }
}

function notUtf8(path: string): UnexpectedPayloadError {
  return new UnexpectedPayloadError(
    `The answer to ${path} holds bytes that are not UTF-8. A record or module of the shop puts text of another encoding into it.`,
    { path, problem: 'invalid_utf8' },
  );
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
