import type { ShopClock } from '../clock.ts';
import type { ShopRequest } from '../http/exchange.ts';
import { type CloudOptions, createIdentityService, type IdentityService } from './identity-service.ts';

/** REST routes that the cloud service does not have. */
const ABSENT = /\/V1\/(integration\/|tfa\/|customers\/me|directory\/currency|guest-carts)/;

/** A shop's existence as a tenant of Adobe Commerce as a Cloud Service. */
export interface CloudTenant {
  readonly options: CloudOptions;
  readonly identity: IdentityService;
}

/** Creates the tenant with its identity service. */
export function createCloudTenant(options: CloudOptions, clock: ShopClock): CloudTenant {
  return { options, identity: createIdentityService(options, clock) };
}

/** Where a request to a cloud tenant leads. */
export type CloudDestination = 'token' | 'none' | ShopRequest;

/**
 * Finds out what a request to a cloud tenant means: the identity service, an API call, or nothing.
 *
 * API calls have no `/rest` and no store code in the path; the scope is in the header `Store`. The call is
 * handed on in the spelling of self-hosted shops, while `target` keeps what was sent.
 */
export function routeCloudRequest(request: ShopRequest, { options }: CloudTenant): CloudDestination {
  if (request.path === '/ims/token/v3') return 'token';
  const prefix = `/${options.tenantId}`;
  if (!request.path.startsWith(`${prefix}/V1/`) || ABSENT.test(request.path)) return 'none';
  const scope = request.headers['store'];
  const path = `/rest${scope ? `/${scope}` : ''}${request.path.slice(prefix.length)}`;
  return { ...request, path };
}
