import { Agent } from 'undici';

/** Bounds on the phases of one attempt, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the request sent to the first byte of the answer: Magento builds the whole answer before it sends any. */
  readonly headersMs: number;
  /** From the headers to the last byte of the body. */
  readonly bodyMs: number;
}

/** Creates the connection pool of one client: opened by the first request, kept alive; `null` leaves the number of connections to the budget. */
export function createDispatcher(timeouts: Timeouts, connections: number | null): Agent {
  return new Agent({
    connections,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    keepAliveMaxTimeout: 30_000,
  });
}
