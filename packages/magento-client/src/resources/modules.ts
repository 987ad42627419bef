import { z } from 'zod';
import type { RestClient } from '../http/rest.ts';
import { parsePayload } from '../payloads/parse.ts';
import type { CallOptions } from './call-options.ts';
import { readList } from './read-list.ts';

/** Reads which modules the shop has. */
export function createModules(rest: RestClient) {
  return {
    /** Names of all enabled modules, e.g. `Magento_Customer`. */
    all: (options: CallOptions = {}): Promise<string[]> =>
      readList(rest, '/V1/modules', (item, path) => parsePayload(z.string(), item, path), options),
  };
}
