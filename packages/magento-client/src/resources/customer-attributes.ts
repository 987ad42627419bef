import type { RestClient } from '../http/rest.ts';
import { type AttributeMetadata, parseAttribute } from '../payloads/attribute.ts';
import type { CallOptions } from './call-options.ts';
import { readList } from './read-list.ts';

/** Reads what attributes customers and their addresses have. */
export function createCustomerAttributes(rest: RestClient) {
  return {
    all: (entity: 'customer' | 'customerAddress', options: CallOptions = {}): Promise<AttributeMetadata[]> =>
      readList(rest, `/V1/attributeMetadata/${entity}`, parseAttribute, options),
  };
}
