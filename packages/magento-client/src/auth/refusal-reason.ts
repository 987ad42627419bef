import type { PermissionReason } from '../errors.ts';
import type { AuthOptions } from './strategy.ts';

/** What is known of a refused call when its reason is looked for. */
export interface RefusalCircumstances {
  readonly kind: AuthOptions['kind'];
  /** Magento's names of the missing rights, or the names of SOAP services. */
  readonly resources: readonly string[];
  /** The token that was refused, as far as it can be read. */
  readonly token?: {
    readonly format: 'jwt' | 'opaque';
    readonly expired: boolean;
    readonly ofCustomer: boolean;
  };
  /** Whether the login of a web server is sent in the same header. */
  readonly behindBasicAuth?: boolean;
  /** Whether the same credentials open another route that guests may not use. */
  readonly recognised: boolean | 'not probed';
}

/** Whether other routes have to be tried before the reason is known. */
export function needsProbe(circumstances: Omit<RefusalCircumstances, 'recognised'>): boolean {
  return refusalReason({ ...circumstances, recognised: 'not probed' }) === 'unknown';
}

/**
 * Tells apart what Magento answers alike: expired tokens, missing rights, switched-off bearer tokens and inactive
 * integrations are all the same 401.
 *
 * Magento: recordings/tokens.json, recordings/oauth.json 'inactive integration'
 */
export function refusalReason(circumstances: RefusalCircumstances): PermissionReason {
  const { kind, token, recognised } = circumstances;
  const self = circumstances.resources.includes('self');
  if (kind === 'guest') return 'guest';
  if (token?.expired === true) return 'expired';
  if (kind === 'session') return self ? 'session_ended' : 'shopper';
  if (kind === 'customer') return self ? 'other_website' : 'shopper';
  if (token?.ofCustomer === true) return self ? 'other_website' : 'shopper';
  if (self) return 'not_a_shopper';
  if (recognised === 'not probed') return 'unknown';
  if (recognised) return 'missing_right';
  if (kind === 'integration') return 'inactive_integration';
  if (circumstances.behindBasicAuth === true) return 'behind_basic_auth';
  if (kind === 'bearer') return token?.format === 'opaque' ? 'bearer_switched_off' : 'token_not_accepted';
  return 'no_rights_at_all';
}

/** Explains a reason and says what to do. */
export function refusalExplanation(reason: PermissionReason, resources: readonly string[]): string {
  // SOAP names services where REST names rights.
  const named = resources.map((name) => (/V\d+$/.test(name) ? `what ${name} needs` : name)).join(', ');
  switch (reason) {
    case 'missing_right':
      return `The credentials are good, and the role lacks ${named}: tick it in System > Permissions > User Roles, or on the integration's API tab.`;
    case 'expired':
      return 'The token has expired. Get a new one, or configure user name and password or an integration, which renew themselves.';
    case 'bearer_switched_off':
      return 'None of the routes tried accepts this token. If it is the access token of an integration: since 2.4.4 Magento takes it as a bearer token only after "bin/magento config:set oauth/consumer/enable_integration_as_bearer 1"; better configure all four credentials, so that requests are signed. Otherwise it has expired or was revoked.';
    case 'token_not_accepted':
      return "None of the routes tried accepts this token although it has not expired: it was revoked, its user was disabled, or the shop's encryption key was changed. Get a new one.";
    case 'inactive_integration':
      return `The signature is right, and none of the routes tried opens: the integration is inactive, or its API tab grants next to nothing. Activate it in System > Extensions > Integrations, and grant ${named}.`;
    case 'no_rights_at_all':
      return `The login succeeded, and none of the routes tried opens: the role grants next to nothing, or the web server takes the Authorization header away before PHP sees it. Grant ${named}, and check the web server.`;
    case 'behind_basic_auth':
      return 'The login of the web server (basicAuth) and the token of Magento both belong into the header Authorization, and Magento takes a token only where it stands there alone: both cannot be sent. Use an integration, whose signature Magento finds behind the other; or exempt /rest from the password protection (nginx: "auth_basic off" in a location of its own; Apache: "Require all granted"); or let the web server know this machine by its address or by a header of its own (extraHeaders).';
    case 'guest':
      return resources.includes('self')
        ? 'This route is for a shopper who is logged in: configure a customer token or a session.'
        : `Guests may use anonymous routes only: configure credentials whose role has ${named}.`;
    case 'shopper':
      return 'Shoppers may use their own and anonymous routes only: configure an administrator or an integration for this one.';
    case 'other_website':
      return "The shopper's account is not of the website that the store code belongs to, or was deleted. Set storeCode to a store view of that website; `all` does not work for shoppers.";
    case 'session_ended':
      return 'The storefront session has ended: log in again and configure its new cookie.';
    case 'not_a_shopper':
      return 'This route acts on the shopper who is logged in: configure a customer token or a session, or use the route with an id.';
    case 'unknown':
      return `Check that the token is valid, that the account or integration is active, and that its role has ${named}.`;
  }
}
