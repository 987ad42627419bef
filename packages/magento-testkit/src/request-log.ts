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
  /** Most requests that were worked on at once. */
  mostInFlight(): number;
  /** Most requests that came within so many milliseconds. */
  mostWithin(ms: number): number;
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
    mostInFlight() {
      const moments = entries.flatMap(({ receivedAt, answeredAt }) => [
        { at: receivedAt, change: 1 },
        { at: answeredAt, change: -1 },
      ]);
      let inFlight = 0;
      let most = 0;
      // What ends in the moment in which another begins has made room for it.
      for (const { change } of moments.toSorted(
        (one, other) => one.at - other.at || one.change - other.change,
      )) {
        inFlight += change;
        most = Math.max(most, inFlight);
      }
      return most;
    },
    mostWithin(ms) {
      const times = entries.map(({ receivedAt }) => receivedAt).toSorted((one, other) => one - other);
      let first = 0;
      let most = 0;
      for (const [last, at] of times.entries()) {
        while (at - (times[first] ?? at) > ms) first += 1;
        most = Math.max(most, last - first + 1);
      }
      return most;
    },
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
