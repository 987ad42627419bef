import { customerPassword } from '../auth/users.ts';
import { requiredField, WebApiError } from '../http/exchange.ts';
import type { ShopState } from '../shop-state.ts';
import type { Route, RouteCall } from './route.ts';

/** One answer for every reason. Magento: recordings/tokens.json 'wrong password', 'disabled user: same answer'. */
const refused = () =>
  new WebApiError(
    401,
    'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.',
  );

/** Reads user name and password from a body, with Magento's errors when one or both are missing. */
export function readLogin(body: Record<string, unknown>): { username: string; password: string } {
  const missing = ['username', 'password'].filter((name) => !body[name]).map(requiredField);
  if (missing.length === 1 && missing[0]) throw missing[0];
  if (missing.length > 1) {
    throw new WebApiError(400, 'One or more input exceptions have occurred.', {
      errors: missing.map((error) => error.body),
    });
  }
  return { username: String(body['username']), password: String(body['password']) };
}

/** Checks an administrator's password, counting failures. */
export function checkAdmin(shop: ShopState, body: Record<string, unknown>): { id: number; username: string } {
  const { username, password } = readLogin(body);
  const account = `admin:${username}`;
  const user = shop.admins.find((candidate) => candidate.username === username);
  if (shop.throttle.isLocked(account)) throw refused();
  if (!user || user.password !== password || !user.active) {
    shop.throttle.countFailure(account);
    throw refused();
  }
  shop.throttle.clear(account);
  return user;
}

/** The website that a login is for: an e-mail address can exist once in each. */
function websiteOfLogin({ shop, scope }: RouteCall): number {
  return shop.stores.websiteOf(scope) || shop.stores.websiteOf(undefined);
}

function customerToken(call: RouteCall): string {
  const { shop, body } = call;
  const { username, password } = readLogin(body);
  const account = `customer:${username.toLowerCase()}`;
  if (shop.throttle.isLocked(account)) throw refused();
  const website = websiteOfLogin(call);
  const customer = shop.table.withEmail(username).find(({ website_id }) => website_id === website);
  if (!customer || password !== customerPassword) {
    shop.throttle.countFailure(account);
    // A wrong password is counted in the customer's row too, which moves its stamp.
    if (customer) shop.customers.failLogin(customer.id);
    throw refused();
  }
  shop.throttle.clear(account);
  return shop.tokens.issue({ type: 'customer', id: customer.id });
}

/** Signing in and out. */
export const tokenRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/integration/admin/token',
    resource: 'anonymous',
    handle({ shop, body }) {
      const user = checkAdmin(shop, body);
      if (shop.twoFactor) throw shop.twoFactor.refusePlainToken(user);
      return shop.tokens.issue({ type: 'admin', id: user.id });
    },
  },
  { method: 'POST', path: '/integration/customer/token', resource: 'anonymous', handle: customerToken },
  {
    method: 'POST',
    path: '/integration/customer/revoke-customer-token',
    since: '2.4.6',
    resource: 'self',
    handle: ({ shop, caller }) => {
      shop.tokens.revoke({ type: 'customer', id: caller.id });
      return true;
    },
  },
];
