import {
  AuthenticationError,
  MagentoResponseError,
  PermissionError,
  type PermissionReason,
} from '../errors.ts';
import type { Front } from '../http/front.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { Transport, TransportRequest } from '../http/transport.ts';
import { OAuthRefusedError } from './oauth1-refusal.ts';
import {
  needsProbe,
  type RefusalCircumstances,
  refusalExplanation,
  refusalReason,
} from './refusal-reason.ts';
import type { AuthStrategy } from './strategy.ts';
import { readTokenTimes } from './token-expiry.ts';

/**
 * Cheap reads that need different rights.
 *
 * None of them becomes anonymous by the shop's setting `webapi/webapisecurity/allow_insecure`, so that a success
 * proves that the credentials are recognised. Magento: module-webapi-security/Model/Plugin/AnonymousResourceSecurity.php
 */
const PROBES: ReadonlyArray<readonly [path: string, resource: string]> = [
  ['/V1/modules', 'Magento_Backend::admin'],
  ['/V1/customerGroups/0', 'Magento_Customer::group'],
  ['/V1/customers/0', 'Magento_Customer::customer'],
  ['/V1/taxClasses/search?searchCriteria%5Bpage_size%5D=1', 'Magento_Tax::manage_tax'],
  ['/V1/orders?searchCriteria%5Bpage_size%5D=1&fields=total_count', 'Magento_Sales::actions_view'],
  ['/V1/cmsPage/search?searchCriteria%5Bpage_size%5D=1&fields=total_count', 'Magento_Cms::page'],
];

/** How long the outcome of probing is believed. */
const MEMORY_MS = 60_000;

/** Makes a transport whose final 401s say why: it looks at the token and, where that is not enough, tries other routes. */
export function explainRefusals(
  transport: Transport,
  context: {
    readonly urls: ServiceUrls;
    readonly clock: ShopClock;
    readonly front?: Pick<Front, 'hasBasicAuth'>;
  },
): Transport {
  const { urls, clock } = context;
  let probed: { recognised: boolean; at: number } | undefined;

  async function isRecognised(
    auth: AuthStrategy,
    refused: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (probed !== undefined && clock.now() - probed.at < MEMORY_MS) return probed.recognised;
    let recognised = false;
    for (const [path, resource] of PROBES) {
      if (refused.includes(resource)) continue;
      recognised = await opens(path, auth, signal);
      if (recognised) break;
    }
    probed = { recognised, at: clock.now() };
    return recognised;
  }

  /** A 404 of an existing record passed the check of rights; one of a route that the shop lacks came before it. */
  async function opens(path: string, auth: AuthStrategy, signal: AbortSignal | undefined): Promise<boolean> {
    const [route = path, query] = path.split('?');
    try {
      await transport.send({
        method: 'GET',
        url: urls.rest(route, query),
        route,
        auth: withoutRenewal(auth),
        idempotent: false,
        ...(signal === undefined ? {} : { signal }),
      });
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      return (
        error instanceof MagentoResponseError &&
        error.status === 404 &&
        error.parameters['fieldName'] !== undefined
      );
    }
  }

  async function explain(request: TransportRequest, auth: AuthStrategy, error: unknown): Promise<unknown> {
    if (error instanceof PermissionError && error.status === 401) {
      const circumstances = {
        kind: auth.kind,
        resources: error.resources,
        behindBasicAuth: context.front?.hasBasicAuth ?? false,
        ...(await describeToken(request, auth, clock)),
      };
      const recognised = needsProbe(circumstances)
        ? await isRecognised(auth, error.resources, request.signal)
        : ('not probed' as const);
      const reason = refusalReason({ ...circumstances, recognised });
      return explained(error, reason);
    }
    const isOAuth = auth.kind === 'integration' && error instanceof AuthenticationError;
    return isOAuth && !(error instanceof OAuthRefusedError) ? new OAuthRefusedError(error) : error;
  }

  return {
    async send(request) {
      try {
        return await transport.send(request);
      } catch (error) {
        if (request.auth === undefined) throw error;
        throw await explain(request, request.auth, error);
      }
    },
  };
}

function explained(error: PermissionError, reason: PermissionReason): PermissionError {
  const { method, path, resources } = error;
  return new PermissionError(
    `The shop does not let this account use ${method} ${path} (401, needs ${resources.join(', ')}). ${refusalExplanation(reason, resources)}`,
    error.response,
    resources,
    reason,
  );
}

function withoutRenewal(auth: AuthStrategy): AuthStrategy {
  return {
    kind: auth.kind,
    authorize: (request, signal) => auth.authorize(request, signal),
    renew: async () => false,
  };
}

/** What a bearer token says about itself. */
async function describeToken(
  request: TransportRequest,
  auth: AuthStrategy,
  clock: ShopClock,
): Promise<Pick<RefusalCircumstances, 'token'>> {
  if (auth.kind !== 'bearer') return {};
  const never = new AbortController().signal;
  const sent = await auth.authorize({ ...request, headers: {} }, request.signal ?? never);
  const token = sent['authorization']?.replace(/^Bearer /, '') ?? '';
  const times = readTokenTimes(token);
  if (times === undefined) return { token: { format: 'opaque', expired: false, ofCustomer: false } };
  const expired = times.expiresAt.getTime() <= clock.shopNow();
  return { token: { format: 'jwt', expired, ofCustomer: times.ofCustomer } };
}
