import { type Dispatcher, request as undiciRequest } from 'undici';
import { MagentoError } from '../errors.ts';
import type { Timeouts } from './dispatcher.ts';
import { networkError } from './network-error.ts';
import { readBody } from './read-body.ts';
import type { RawAnswer } from './transport.ts';

/** What one attempt needs from its client. */
export interface AttemptOptions {
  readonly dispatcher: Dispatcher;
  readonly timeouts: Timeouts;
  readonly maxBodyBytes: number;
}

/** The answer of one attempt, whatever its status. */
export interface AttemptAnswer extends RawAnswer {
  /** Of the decoded body. */
  readonly bytes: number;
}

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
  try {
    const answer = await undiciRequest(request.url, {
      dispatcher: options.dispatcher,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal,
    });
    const headers = flatten(answer.headers);
    const body = await readBody(answer.body, headers['content-encoding'], request.path, {
      maxBytes: options.maxBodyBytes,
      timeoutMs: options.timeouts.bodyMs,
    });
    return { status: answer.statusCode, headers, text: body.toString('utf8'), bytes: body.length };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof MagentoError) throw error;
    throw networkError(error, request.url, options.timeouts);
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
