import { accessAuthenticators } from '../access-authenticators.ts';
import type { ShopAnswer, ShopRequest } from '../http/exchange.ts';
import type { ShopState } from '../shop-state.ts';
import { type Caller, guest } from './caller.ts';

/** One way to say who is calling; `undefined` leaves it to the next, an answer ends the request. */
export type Authenticator = (request: ShopRequest, shop: ShopState) => Caller | ShopAnswer | undefined;

/**
 * A bearer token. One that is unknown, expired or revoked is no error of its own: the caller is a guest.
 *
 * Magento: recordings/tokens.json 'customers/1 with a tampered token', 'anonymous route with a tampered token'.
 */
const bearer: Authenticator = (request, shop) => {
  const [scheme, token, ...rest] = (request.headers['authorization'] ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) return undefined;
  const holder = shop.tokens.verify(token);
  if (!holder) return undefined;
  if (holder.type === 'customer') return { type: 'customer', id: holder.id, resources: new Set(['self']) };
  const user = shop.admins.find(({ id, active }) => id === holder.id && active);
  return (
    user && {
      type: 'admin',
      id: user.id,
      resources: user.resources === 'all' ? 'all' : new Set(user.resources),
    }
  );
};

/** In Magento's order; the first that knows the caller wins. */
export const authenticators: Authenticator[] = [bearer, ...accessAuthenticators];

/** Finds out who is calling; nobody in particular is a guest. */
export function authenticate(request: ShopRequest, shop: ShopState): Caller | ShopAnswer {
  for (const authenticator of authenticators) {
    const verdict = authenticator(request, shop);
    if (verdict) return verdict;
  }
  return guest;
}
