import { InvalidOptionsError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { Transport } from '../http/transport.ts';
import { createAdminTokenAuth } from './admin-token.ts';
import type { AuthOptions, AuthStrategy } from './strategy.ts';
import type { TokenStore } from './token-store.ts';

/** What a strategy may use to obtain credentials; calls for a token are sent without `auth`. */
export interface AuthContext {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly tokenStore: TokenStore;
  readonly clock: ShopClock;
}

/** Creates the strategy that `options.kind` names: the only place that knows all of them. */
export function createAuth(options: AuthOptions, context: AuthContext): AuthStrategy {
  switch (options.kind) {
    case 'admin':
      return createAdminTokenAuth(options, context);
    default:
      throw new InvalidOptionsError(`The authentication "${options.kind}" is not known.`);
  }
}
