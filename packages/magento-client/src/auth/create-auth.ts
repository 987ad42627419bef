import { createAdminTokenAuth } from './admin-token.ts';
import { createBearerAuth } from './bearer.ts';
import { createCustomerTokenAuth } from './customer-token.ts';
import { createGuestAuth } from './guest.ts';
import { createImsAuth } from './ims.ts';
import { createIntegrationAuth } from './oauth1.ts';
import { createSessionCookieAuth } from './session-cookie.ts';
import type { AuthOptions, AuthStrategy } from './strategy.ts';
import type { AuthContext } from './token-login.ts';

/** Creates the strategy that `options.kind` names: the only place that knows all of them. */
export function createAuth(options: AuthOptions, context: AuthContext): AuthStrategy {
  switch (options.kind) {
    case 'admin':
      return createAdminTokenAuth(options, context);
    case 'integration':
      return createIntegrationAuth(options, context);
    case 'bearer':
      return createBearerAuth(options);
    case 'customer':
      return createCustomerTokenAuth(options, context);
    case 'session':
      return createSessionCookieAuth(options);
    case 'guest':
      return createGuestAuth();
    case 'ims':
      return createImsAuth(options, context);
  }
}
