import type { Caller } from '../auth/caller.ts';
import { readRecording } from '../recordings.ts';
import type { Release } from '../release.ts';
import { customerTypes } from './customer-types.ts';
import { frameworkTypes } from './framework-types.ts';
import type { SoapService } from './service-model.ts';
import { customerRepositoryService } from './services/customers.ts';
import { currencyService } from './services/directory.ts';
import { groupRepositoryService } from './services/groups.ts';
import { adminTokenService, customerTokenService } from './services/integration-tokens.ts';
import { createLoyaltyPointsService } from './services/loyalty-points.ts';
import { storeServices } from './services/stores.ts';
import { type SoapTypes, typesByName } from './type-model.ts';

/** The services that a shop offers over SOAP, and their types. */
export interface SoapServices {
  /** Names of all services, also of those that the stand-in lists without implementing them. */
  readonly names: readonly string[];
  readonly types: SoapTypes;
  get(name: string): SoapService | undefined;
}

/**
 * The services of the recorded shop, one custom module's service, and those given.
 *
 * The service list names every service of a Magento; only the implemented ones can be described and called.
 */
export function createSoapServices(more: readonly SoapService[] = []): SoapServices {
  const implemented = [
    adminTokenService,
    customerTokenService,
    currencyService,
    customerRepositoryService,
    groupRepositoryService,
    ...storeServices,
    createLoyaltyPointsService(),
    ...more,
  ];
  const byName = new Map(implemented.map((service) => [service.name, service]));
  return {
    names: [...new Set([...recordedServiceNames(), ...byName.keys()])],
    types: typesByName(frameworkTypes, customerTypes, ...implemented.map(({ types }) => types ?? [])),
    get: (name) => byName.get(name),
  };
}

/** The service with only the operations that the caller may see; `undefined` when none is left. */
export function restrictTo(
  service: SoapService,
  { resources }: Caller,
  release: Release,
): SoapService | undefined {
  const operations = service.operations.filter(
    ({ resource, since }) =>
      (since === undefined || release.isFrom(since)) &&
      (resource === 'anonymous' || resources === 'all' || resources.has(resource)),
  );
  return operations.length === 0 ? undefined : { ...service, operations };
}

function recordedServiceNames(): string[] {
  const list = readRecording('soap').find(({ title }) => title === 'list of services as guest');
  return list ? Object.keys(JSON.parse(list.response.body) as Record<string, unknown>) : [];
}
