import { z } from 'zod';
import { parsePayload } from './parse.ts';
import { flag, id, integer, list, text } from './scalars.ts';

/** What Magento says when it takes asynchronous work; nothing has been done yet then. */
export interface BulkReceipt {
  bulkUuid: string;
  /** True when at least one item was refused at once. */
  errors: boolean;
  items: { id: number; dataHash: string | null; status: 'accepted' | 'rejected'; message: string | null }[];
}

/** How far one piece of asynchronous work is. */
export interface BulkOperation {
  id: number | null;
  /** Magento: 1 complete, 2 retriable failure, 3 failed, 4 open, 5 rejected. */
  status: 'complete' | 'failed-retriable' | 'failed' | 'open' | 'rejected' | 'unknown';
  message: string | null;
  errorCode: number | null;
}

/** All operations of a bulk. */
export interface BulkStatus {
  bulkUuid: string;
  description: string | null;
  startedAt: string | null;
  operationCount: number | null;
  operations: BulkOperation[];
  /** True when no operation is open any more. */
  finished: boolean;
}

const receiptSchema = z.object({
  bulk_uuid: z.string(),
  errors: flag,
  request_items: list(z.object({ id, data_hash: text, status: text, error_message: text })),
});
const statusSchema = z.object({
  bulk_id: z.string(),
  description: text,
  start_time: text,
  operation_count: integer,
  operations_list: list(
    z.object({ id: integer, status: integer, result_message: text, error_code: integer }),
  ),
});
const STATUS = ['unknown', 'complete', 'failed-retriable', 'failed', 'open', 'rejected'] as const;

/** Reads the receipt of asynchronous work. Magento: recordings/writes.json 'async create' */
export function parseBulkReceipt(value: unknown, path: string): BulkReceipt {
  const receipt = parsePayload(receiptSchema, value, path);
  return {
    bulkUuid: receipt.bulk_uuid,
    errors: receipt.errors ?? false,
    items: receipt.request_items.map((item) => ({
      id: item.id,
      dataHash: item.data_hash,
      status: item.status === 'accepted' ? 'accepted' : 'rejected',
      message: item.error_message,
    })),
  };
}

/** Reads the state of asynchronous work. */
export function parseBulkStatus(value: unknown, path: string): BulkStatus {
  const status = parsePayload(statusSchema, value, path);
  const operations = status.operations_list.map((operation) => ({
    id: operation.id,
    status: STATUS[operation.status ?? 0] ?? 'unknown',
    message: operation.result_message,
    errorCode: operation.error_code,
  }));
  return {
    bulkUuid: status.bulk_id,
    description: status.description,
    startedAt: status.start_time,
    operationCount: status.operation_count,
    operations,
    finished: operations.length > 0 && operations.every((operation) => operation.status !== 'open'),
  };
}
