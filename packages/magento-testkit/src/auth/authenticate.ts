import type { ShopAnswer, ShopRequest } from '../http/exchange.ts';
import { cloudAuthenticator } from '../ims/cloud-authenticator.ts';
import { integrationBearerAuthenticator, oauthAuthenticator } from '../oauth/oauth-authenticators.ts';
import { sessionAuthenticator } from '../session/session-authenticator.ts';
import type { ShopState } from '../shop-state.ts';
import type { Authenticator } from './authenticator.ts';
import { type Caller, guest } from './caller.ts';

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
const authenticators: readonly Authenticator[] = [
  bearer,
  integrationBearerAuthenticator,
  sessionAuthenticator,
  oauthAuthenticator,
  cloudAuthenticator,
];

/**
 * Finds out who is calling; nobody in particular is a guest.
 *
 * @param scope store view of the path, or `all`; absent for the default store view
 */
export function authenticate(
  request: ShopRequest,
  shop: ShopState,
  scope: string | undefined,
): Caller | ShopAnswer {
  for (const authenticator of authenticators) {
    const verdict = authenticator(request, shop);
    if (!verdict) continue;
    return 'status' in verdict ? verdict : withinWebsite(verdict, shop, scope);
  }
  return guest;
}

/** Since 2.4.1 a customer has no rights in the store views of other websites. Magento: CustomerAuthorization.php. */
function withinWebsite(
  caller: Caller,
  { release, stores, table }: ShopState,
  scope: string | undefined,
): Caller {
  if (caller.type !== 'customer' || !release.bindsCustomersToWebsite) return caller;
  const isAtHome = table.get(caller.id)?.website_id === stores.websiteOf(scope);
  return isAtHome ? caller : { ...caller, resources: new Set() };
}
