import type { SearchCriteria } from '../search/search-criteria.ts';
import type { TransportRequest, TransportResponse } from './transport.ts';

/** One REST call in terms of Magento's routes. */
export interface RestCall {
  readonly method: Exclude<TransportRequest['method'], 'PATCH'>;
  /** Route template, e.g. `/V1/customers/:customerId`. */
  readonly route: string;
  /** Values of the template's variables; percent-encoded here. */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** Encoded query without `?`. */
  readonly query?: string;
  /** The search that the query asks for: what the answer repeats of it is held against it. */
  readonly search?: SearchCriteria<string>;
  /** Whether times in the search's filters may arrive shifted by so many minutes; no when absent. */
  readonly acceptsShift?: (minutes: number) => Promise<boolean>;
  /** Serialised as JSON. */
  readonly body?: unknown;
  /** Whether sending it twice does no harm; default: GET only. */
  readonly idempotent?: boolean;
  /** For a POST or PUT that only asks (e.g. `/V1/customers/isEmailAvailable`): allowed without `allowWrites`. */
  readonly changesNothing?: boolean;
  /** Whether an answer that nobody waited for to its end is final, because the caller will ask for less. */
  readonly givesUpWhenSlow?: boolean;
  /** Variables that must show up nowhere, e.g. the token of a password reset. */
  readonly secretVariables?: readonly string[];
  /** Texts of the body that must show up nowhere, e.g. a password. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A successful answer and the path it came from, for messages about its payload. */
export interface RestAnswer extends TransportResponse {
  readonly path: string;
}

/** Sends REST calls with the client's credentials; refuses writes unless they are allowed. */
export interface RestClient {
  call(call: RestCall): Promise<RestAnswer>;
}
