import type { ShopRequest } from './http/exchange.ts';

/** A logged request, without credentials. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** Decoded, for reading and matching. */
  readonly query: string;
  readonly status: number | null;
  /** When it arrived and when it was answered, in milliseconds since 1970 by the machine's clock. */
  readonly receivedAt: number;
  readonly answeredAt: number;
}

/** The requests that the shop has received, in order. */
export interface RequestLog {
  all(): readonly LoggedRequest[];
  /** Number of requests whose path and decoded query contain the text. */
  count(match: string, method?: string): number;
  clear(): void;
}

/** Creates an empty log and the function that writes to it. */
export function createRequestLog(): RequestLog & {
  add(request: ShopRequest, status: number | null, receivedAt: number): void;
} {
  let entries: LoggedRequest[] = [];
  return {
    all: () => entries,
    count: (match, method) =>
      entries.filter(
        (entry) => `${entry.path}?${entry.query}`.includes(match) && (!method || entry.method === method),
      ).length,
    clear() {
      entries = [];
    },
    add({ method, path, query }, status, receivedAt) {
      const answeredAt = Date.now();
      entries.push({ method, path, query: decoded(query), status, receivedAt, answeredAt });
    },
  };
}

function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}
