import { createHash } from 'node:crypto';
import { WebApiError } from '../http/exchange.ts';
import type { RouteCall } from '../routes/route.ts';
import type { RouteMatch } from '../routes/table.ts';
import { type QueuedCall, renderMessage } from './bulk-queue.ts';

/** Whether a request is executed later, alone or as one of many. */
export type AsyncKind = 'one' | 'bulk';

const userTypes = { integration: 1, admin: 2, customer: 3, guest: 4 } as const;

/**
 * Accepts a request for later and answers what Magento answers with status 202.
 *
 * Of a bulk, items that cannot be read are rejected one by one; a single call with bad input is refused at once.
 * Magento: module-webapi-async, recordings/writes.json 'async create'.
 */
export function acceptAsync(match: RouteMatch, call: RouteCall, kind: AsyncKind): unknown {
  const calls =
    kind === 'one'
      ? [queued(match, call)]
      : Object.values(call.body).map((item) => queuedItem(match, call, item));
  const bulk = call.shop.queue.submit({
    topic: `async.V1${match.route.path.replaceAll('/', '.')}.${match.route.method}`,
    userType: userTypes[call.caller.type],
    userId: call.caller.id,
    calls,
  });
  return {
    bulk_uuid: bulk.uuid,
    request_items: calls.map(({ data, problem }, id) => ({
      id,
      data_hash: createHash('sha256').update(data).digest('hex'),
      status: problem === undefined ? 'accepted' : 'rejected',
      ...(problem === undefined ? {} : { error_message: problem }),
    })),
    errors: calls.some(({ problem }) => problem !== undefined),
  };
}

function queued({ route }: RouteMatch, call: RouteCall): QueuedCall {
  route.checkInput?.(call);
  return { data: JSON.stringify({ ...call.variables, ...call.body }), execute: () => route.handle(call) };
}

function queuedItem(match: RouteMatch, call: RouteCall, item: unknown): QueuedCall {
  const data = JSON.stringify(item);
  if (item === null || typeof item !== 'object' || Array.isArray(item)) {
    return { data, problem: 'Each item of a bulk request must be an object.' };
  }
  const body = item as Record<string, unknown>;
  try {
    return { ...queued(match, { ...call, body, variables: variablesFrom(body, match) }), data };
  } catch (error) {
    if (error instanceof WebApiError) return { data, problem: renderMessage(error) };
    throw error;
  }
}

/** Path variables of a bulk stand in each item, in one of both spellings. */
function variablesFrom(item: Record<string, unknown>, { route }: RouteMatch): Record<string, string> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return Object.fromEntries(
    names.map((name) => {
      const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [name, String(item[name] ?? item[snake] ?? '')];
    }),
  );
}
