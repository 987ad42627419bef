import { InvalidCriteriaError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { type BulkReceipt, type BulkStatus, parseBulkReceipt, parseBulkStatus } from '../payloads/bulk.ts';
import { type CallOptions, withSignal } from './call-options.ts';

type WriteMethod = 'POST' | 'PUT' | 'DELETE';

/**
 * Hands work to Magento's queue, and asks how far it is.
 *
 * Magento answers 202 at once; nothing happens before the shop's consumer `async.operations.all` runs. Reading is not
 * offered. Magento: module-webapi-async, recordings/writes.json 'async create'
 */
export function createBulk(rest: RestClient) {
  async function submit(
    prefix: '/async' | '/async/bulk',
    call: { method: WriteMethod; path: string; body: unknown },
    options: CallOptions,
  ): Promise<BulkReceipt> {
    if (!/^\/V\d+\/[^?#:]+$/.test(call.path)) {
      throw new InvalidCriteriaError(
        `"${call.path}" is not a path for asynchronous work: write it as /V1/customers, and a variable of a bulk as byCustomerId.`,
      );
    }
    const { method, path, body } = call;
    const answer = await rest.call({
      method,
      route: `${prefix}${path}`,
      body,
      ...withSignal(options.signal),
    });
    return parseBulkReceipt(answer.body, answer.path);
  }

  return {
    /** One call, done later: `submit('POST', '/V1/customers', { customer })`. */
    submit: (
      method: WriteMethod,
      path: string,
      body: unknown,
      options: CallOptions = {},
    ): Promise<BulkReceipt> => submit('/async', { method, path, body }, options),

    /** Many calls of one kind: `submitMany('PUT', '/V1/customers/byCustomerId', [{ customerId: 1, customer }, …])`. */
    submitMany(
      method: WriteMethod,
      path: string,
      bodies: readonly unknown[],
      options: CallOptions = {},
    ): Promise<BulkReceipt> {
      return submit('/async/bulk', { method, path, body: bodies }, options);
    },

    /** The state of every operation; needs `Magento_Logging::system_magento_logging_bulk_operations`. */
    async status(bulkUuid: string, options: CallOptions = {}): Promise<BulkStatus> {
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/bulk/:bulkUuid/status',
        variables: { bulkUuid },
        ...withSignal(options.signal),
      });
      return parseBulkStatus(answer.body, answer.path);
    },
  };
}
