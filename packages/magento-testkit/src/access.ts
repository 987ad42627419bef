import type { ShopClock } from './clock.ts';
import type { CustomerTable } from './customers/customer-table.ts';
import { phpJson, type ShopAnswer, type ShopRequest } from './http/exchange.ts';
import { type CloudTenant, createCloudTenant, routeCloudRequest } from './ims/cloud.ts';
import type { CloudOptions } from './ims/identity-service.ts';
import { createShopOAuth, type OAuthOptions, type ShopOAuth } from './oauth/shop-oauth.ts';
import type { Release } from './release.ts';
import { answerRest } from './routes/rest.ts';
import { type CustomerSessions, createCustomerSessions } from './session/customer-sessions.ts';
import type { ShopState } from './shop-state.ts';
import { answerSoap } from './soap/endpoint.ts';
import type { SoapService } from './soap/service-model.ts';
import type { SoapServices } from './soap/service-registry.ts';
import { TwoFactor, type TwoFactorOptions } from './two-factor/two-factor.ts';

/** Ways to sign in beside tokens of administrators and customers: OAuth, sessions, two-factor authentication, SOAP, cloud. */
export interface AccessOptions extends OAuthOptions {
  /** Switches two-factor authentication on. */
  readonly twoFactor?: TwoFactorOptions;
  /** Services of custom modules beside the one that every stand-in has, `acmeLoyaltyPointsV1`. */
  readonly soapServices?: readonly SoapService[];
  /** Makes the shop a tenant of Adobe Commerce as a Cloud Service: no `/rest`, `/soap` and `/oauth` then. */
  readonly cloud?: CloudOptions;
}

/** Controls of these ways to sign in, for tests and demonstrations. */
export interface AccessControls {
  /** Integrations, their credentials and their activation. */
  readonly oauth: Omit<ShopOAuth, 'answer' | 'verifier'>;
  readonly sessions: CustomerSessions;
  readonly twoFactor: TwoFactor | undefined;
  readonly cloud: CloudTenant | undefined;
  /** Base URL for API clients: that of the tenant in the cloud, else that of the shop. */
  readonly apiUrl: string;
  /** Logs a customer in to the storefront; returns the value of the cookie `PHPSESSID`. */
  logInCustomer(email: string): string;
}

/** Creates the state of all ways to sign in but tokens. */
export function createAccess(
  options: AccessOptions,
  surroundings: { readonly clock: ShopClock; readonly release: Release; readonly baseUrl: () => string },
): Pick<ShopState, 'oauth' | 'sessions' | 'twoFactor' | 'cloud'> {
  const { clock, release, baseUrl } = surroundings;
  if (options.twoFactor && !release.hasTwoFactor)
    throw new RangeError(`Magento ${release.version} has no two-factor authentication; it came with 2.4.0.`);
  return {
    oauth: createShopOAuth(options, { clock, version: release.version, baseUrl }),
    sessions: createCustomerSessions(clock),
    twoFactor: options.twoFactor && new TwoFactor(options.twoFactor, clock),
    cloud: options.cloud && createCloudTenant(options.cloud, clock),
  };
}

/** Answers requests outside `/rest`: OAuth, SOAP, cloud, activation of integrations; `undefined` for all other paths. */
export function answerAccess(
  request: ShopRequest,
  shop: ShopState,
  soapServices: SoapServices,
): Promise<ShopAnswer> | ShopAnswer | undefined {
  if (shop.cloud) {
    const destination = routeCloudRequest(request, shop.cloud);
    if (destination === 'token') return shop.cloud.identity.answer(request);
    if (destination === 'none') return notFound();
    return answerRest(destination, shop);
  }
  const activation = /^\/stand-in\/integrations\/(\d+)\/activate$/.exec(request.path)?.[1];
  if (activation !== undefined && request.method === 'POST') return activate(Number(activation), shop);
  if (/^\/soap(\/|$)/.test(request.path)) return answerSoap(request, shop, soapServices);
  return shop.oauth.answer(request);
}

/** The controls of a running shop. */
export function accessControls(shop: ShopState & { readonly table: CustomerTable }): AccessControls {
  const { oauth, sessions, twoFactor, cloud } = shop;
  return {
    oauth,
    sessions,
    twoFactor,
    cloud,
    get apiUrl() {
      return cloud ? `${shop.baseUrl()}/${cloud.options.tenantId}` : shop.baseUrl();
    },
    logInCustomer(email) {
      const [customer] = shop.table.withEmail(email);
      if (!customer) throw new RangeError(`The shop has no customer "${email}".`);
      return sessions.logIn(customer.id);
    },
  };
}

/** Activates an integration, in place of the button in the administration of a real shop. */
async function activate(id: number, shop: ShopState): Promise<ShopAnswer> {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  try {
    const { identityLink, callbackStatus } = await shop.oauth.activate(id);
    return {
      status: 200,
      headers,
      body: phpJson({ identity_link: identityLink, callback_status: callbackStatus }),
    };
  } catch (error) {
    return {
      status: 400,
      headers,
      body: phpJson({ message: error instanceof Error ? error.message : String(error) }),
    };
  }
}

function notFound(): ShopAnswer {
  return {
    status: 404,
    headers: { 'content-type': 'application/json' },
    body: '{"message":"Request does not match any route."}',
  };
}
