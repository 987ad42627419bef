import type { IncomingHttpHeaders } from 'node:http';

/** A request as a route sees it. */
export interface RouteRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body. Throws a `Refusal` with 413 when it is larger than so many bytes. */
  body(limit: number): Promise<Buffer>;
}

/** What a route answers: a text as it is, anything else as JSON. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One address of the worker's HTTP server. */
export interface Route {
  readonly methods: readonly string[];
  readonly path: string;
  /** Not named to those who ask for what there is not. */
  readonly unlisted?: boolean;
  answer(request: RouteRequest): Promise<RouteAnswer>;
}

/** A request that is not served; the message says why and what would be. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
