import type { AuthStrategy } from '../auth/strategy.ts';
import type { MagentoError } from '../errors.ts';

/** One call to the shop: everything a retry needs to send it again. */
export interface TransportRequest {
  /** No release supports PATCH: it only serves to see how a shop refuses it. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Absolute URL with the encoded query. */
  readonly url: string;
  /** The route template for metrics and errors, e.g. `/V1/customers/:customerId`; never ids or filter values. */
  readonly route: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Stands for the path in errors when the path itself holds a secret. */
  readonly shownPath?: string;
  /** Texts of the body that must show up nowhere, also when the answer repeats them. */
  readonly secrets?: readonly string[];
  /** Serialised body; its `content-type` belongs in `headers`. */
  readonly body?: string;
  /** Absent for the calls that obtain credentials. */
  readonly auth?: AuthStrategy;
  /** `json` (default) parses the body; `text` hands it over as it came. */
  readonly decode?: 'json' | 'text';
  /** Whether sending it twice does no harm; default: GET only. */
  readonly idempotent?: boolean;
  /** Finds the error in an answer that carries one in its own way, e.g. a SOAP fault with status 200; runs before the usual mapping and inside the retry loop. */
  readonly findError?: (answer: RawAnswer) => MagentoError | undefined;
  /** Whether the answer proves something about the shop as it is now: no cache can serve it, and one that did is refused. */
  readonly mustBeFresh?: boolean;
  /** Whether an answer that nobody waited for to its end is final, because the caller will ask for less. */
  readonly givesUpWhenSlow?: boolean;
  readonly signal?: AbortSignal;
}

/** An answer before its body is parsed; header names are in lower case. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A successful answer. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text when the request asked for text. */
  readonly body: unknown;
  /** The JSON that was parsed, where no number in it has more digits than JavaScript holds. */
  readonly json?: string;
  /** Size of the decoded body. */
  readonly bytes: number;
  /** Duration of the successful attempt alone. */
  readonly durationMs: number;
  readonly receivedAt: Date;
  /** The shop's own clock (HTTP `Date`). */
  readonly serverDate: Date | null;
}

/** Sends calls: budget, credentials, retries and error mapping are behind this one function. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
}

/** What metrics and logs may know of one attempt; never secrets, ids or filter values. */
export interface RequestEvent {
  readonly method: string;
  readonly route: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly status: number | null;
  readonly durationMs: number;
  readonly bytes: number;
  readonly errorCode: MagentoError['code'] | 'aborted' | null;
}
