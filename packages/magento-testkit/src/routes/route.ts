import type { Caller } from '../auth/caller.ts';
import type { ShopRequest } from '../http/exchange.ts';
import type { PhpArray } from '../http/php-query.ts';
import type { Release } from '../release.ts';
import type { ShopState } from '../shop-state.ts';

/** What a handler works with. */
export interface RouteCall {
  readonly request: ShopRequest;
  readonly shop: ShopState;
  readonly caller: Caller;
  /** Code of the store view in the path, or `all`; absent when the path names none. */
  readonly scope: string | undefined;
  /** Variables of the path, URL-decoded. */
  readonly variables: Readonly<Record<string, string>>;
  readonly query: PhpArray;
  /** The decoded JSON body; `{}` when none was sent. */
  readonly body: Record<string, unknown>;
}

/** One route of the REST API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/V1`, with `:variables`. */
  readonly path: string;
  /** Needed right; `anonymous` and `self` as in Magento. */
  readonly resource: string | ((release: Release) => string);
  /** The first release that has it; every one when absent. */
  readonly since?: string;
  /** The first release that has it no more. */
  readonly until?: string;
  /** Refuses input that cannot be read; asynchronous requests are checked before they are queued. */
  checkInput?(call: RouteCall): void;
  /** Returns what the service returned; throws `WebApiError`. */
  handle(call: RouteCall): unknown;
}
