import type { ShopAnswer, ShopRequest } from '../http/exchange.ts';
import type { ShopState } from '../shop-state.ts';
import type { Caller } from './caller.ts';

/** One way to say who is calling; `undefined` leaves it to the next, an answer ends the request. */
export type Authenticator = (request: ShopRequest, shop: ShopState) => Caller | ShopAnswer | undefined;
