import type { Authenticator } from '../auth/authenticator.ts';
import type { Caller } from '../auth/caller.ts';
import { WebApiError } from '../http/exchange.ts';
import type { Integration } from './integration.ts';
import { OAuthRefusal } from './refusal.ts';
import { signedRequestOf } from './shop-oauth.ts';

/**
 * An integration's access token as a plain bearer token, where the shop allows that.
 *
 * Magento: module-integration/Model/Validator/BearerTokenValidator.php, recordings/tokens.json
 * 'integration access token as bearer (off by default)'.
 */
export const integrationBearerAuthenticator: Authenticator = (request, { oauth }) => {
  const [scheme, token, ...rest] = (request.headers['authorization'] ?? '').split(' ');
  if (!oauth.integrationAsBearer || scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
    return undefined;
  }
  const integration = oauth.integrations.findByToken(token);
  const { type, revoked } = integration?.token ?? {};
  return integration?.active && type === 'access' && !revoked ? callerOf(integration) : undefined;
};

/**
 * An OAuth 1.0a header. Unlike a bad bearer token, a bad signature is an error of its own.
 *
 * Magento: module-webapi/Model/Authorization/OauthUserContext.php, recordings/oauth.json.
 */
export const oauthAuthenticator: Authenticator = (request, { oauth }) => {
  if (request.path.startsWith('/soap') && !oauth.rules.soapAcceptsOAuth) return undefined;
  try {
    const integration = oauth.verifier.verifyCall(signedRequestOf(request));
    return integration && callerOf(integration);
  } catch (error) {
    if (error instanceof OAuthRefusal) throw webApiError(error);
    throw error;
  }
};

function callerOf({ id, resources }: Integration): Caller {
  return { type: 'integration', id, resources: resources === 'all' ? 'all' : new Set(resources) };
}

function webApiError({ status, message, errors, parameters }: OAuthRefusal): WebApiError {
  return new WebApiError(status, message, {
    ...(errors.length > 0 ? { errors } : {}),
    ...(parameters ? { parameters } : {}),
  });
}
