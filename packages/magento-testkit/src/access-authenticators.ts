import type { Authenticator } from './auth/authenticate.ts';
import { cloudAuthenticator } from './ims/cloud.ts';
import { integrationBearerAuthenticator, oauthAuthenticator } from './oauth/oauth-authenticators.ts';
import { sessionAuthenticator } from './session/session-authenticator.ts';

/** In Magento's order, behind the bearer tokens of administrators and customers. */
export const accessAuthenticators: readonly Authenticator[] = [
  integrationBearerAuthenticator,
  sessionAuthenticator,
  oauthAuthenticator,
  cloudAuthenticator,
];
