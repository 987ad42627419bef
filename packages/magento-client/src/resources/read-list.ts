import { z } from 'zod';
import type { RestClient } from '../http/rest.ts';
import { parsePayload } from '../payloads/parse.ts';
import { type CallOptions, withSignal } from './call-options.ts';

/** Reads a route that answers with a bare JSON array. */
export async function readList<T>(
  rest: RestClient,
  route: string,
  parseItem: (item: unknown, path: string) => T,
  options: CallOptions,
): Promise<T[]> {
  const { signal } = options;
  const answer = await rest.call({ method: 'GET', route, ...withSignal(signal) });
  return parsePayload(z.array(z.unknown()), answer.body, answer.path).map((item) =>
    parseItem(item, answer.path),
  );
}
