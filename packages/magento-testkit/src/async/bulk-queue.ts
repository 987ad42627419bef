import { randomUUID } from 'node:crypto';
import { type ShopClock, stamp } from '../clock.ts';
import { WebApiError } from '../http/exchange.ts';

/** Magento: AsynchronousOperations/Api/Data/OperationInterface: complete, failed for good, open, rejected. */
export type OperationStatus = 1 | 3 | 4 | 5;

/** One call that was accepted for later. */
export interface BulkOperation {
  /** Its position in the request. */
  readonly id: number;
  readonly topic: string;
  /** The arguments as JSON. */
  readonly data: string;
  status: OperationStatus;
  resultMessage: string | null;
  errorCode: number | null;
  result: unknown;
}

/** The operations of one request. */
export interface Bulk {
  readonly uuid: string;
  readonly description: string;
  readonly startTime: string;
  readonly userType: number;
  readonly userId: number;
  readonly operations: readonly BulkOperation[];
}

/** A call to be queued; without `execute` it was rejected with `problem`. */
export interface QueuedCall {
  readonly data: string;
  readonly execute?: () => unknown;
  readonly problem?: string;
}

/** Who asks for a bulk, and for what. */
export interface BulkRequest {
  readonly topic: string;
  readonly userType: number;
  readonly userId: number;
  readonly calls: readonly QueuedCall[];
}

/** Operations that were accepted, and the consumer that executes them. */
export interface BulkQueue {
  /** While set, operations stay open until `run` is called, as in a shop whose consumers do not run. */
  paused: boolean;
  /** Executes every open operation in order; returns how many. */
  run(): number;
  submit(request: BulkRequest): Bulk;
  get(uuid: string): Bulk | undefined;
  all(): readonly Bulk[];
}

/** Creates an empty queue. */
export function createBulkQueue(clock: ShopClock, paused: boolean): BulkQueue {
  const bulks = new Map<string, Bulk>();
  let open: (() => void)[] = [];

  const queue: BulkQueue = {
    paused,
    run() {
      const waiting = open;
      open = [];
      for (const execute of waiting) execute();
      return waiting.length;
    },
    submit({ topic, userType, userId, calls }) {
      const operations = calls.map(({ data, execute, problem }, id) => {
        const operation: BulkOperation = {
          id,
          topic,
          data,
          status: execute ? 4 : 5,
          resultMessage: problem ?? null,
          errorCode: null,
          result: null,
        };
        if (execute) open.push(() => settle(operation, execute));
        return operation;
      });
      const bulk: Bulk = {
        uuid: randomUUID(),
        description: `Topic ${topic}`,
        startTime: stamp(clock.now()),
        userType,
        userId,
        operations,
      };
      bulks.set(bulk.uuid, bulk);
      if (!queue.paused) queue.run();
      return bulk;
    },
    get: (uuid) => bulks.get(uuid),
    all: () => [...bulks.values()],
  };
  return queue;
}

/** Magento: module-asynchronous-operations/Model/OperationProcessor.php: errors of a service are final. */
function settle(operation: BulkOperation, execute: () => unknown): void {
  const settled = operation;
  try {
    settled.result = execute();
    settled.status = 1;
    settled.resultMessage = `Service execution success ${operation.topic}`;
  } catch (error) {
    settled.status = 3;
    settled.errorCode = 0;
    settled.resultMessage = error instanceof WebApiError ? renderMessage(error) : String(error);
  }
}

/** A message with its placeholders filled in, as exceptions carry it. */
export function renderMessage({ message, detail }: WebApiError): string {
  const parameters = detail['parameters'];
  if (parameters === null || typeof parameters !== 'object') return message;
  const values = Array.isArray(parameters)
    ? Object.fromEntries(parameters.map((value: unknown, index) => [String(index + 1), value]))
    : (parameters as Record<string, unknown>);
  return message.replace(/%(\w+)/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}
