import { defaultEntities, entities as definitions, namesOf } from '@magento-sync/entities';
import {
  MagentoResponseError,
  NotFoundError,
  PermissionError,
  RouteMissingError,
} from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';
import { describeEntity } from './describe-entity.ts';
import type { EntityDescriptor } from './entity.ts';

const described: readonly EntityDescriptor[] = definitions.map(describeEntity);

/** The entity of a name. Throws for a name that no definition has. */
export function entityOf(name: string): EntityDescriptor {
  const found = described.find((entity) => entity.name === name);
  if (found) return found;
  throw new Error(`There is no entity "${name}"; there are: ${namesOf(definitions).join(', ')}.`);
}

/** The entities that are switched on. */
export function chosenEntities({
  entities = defaultEntities,
}: Partial<Pick<SyncContext, 'entities'>>): readonly EntityDescriptor[] {
  return namesOf(entities).map(entityOf);
}

/** Whether an error says that the account lacks the right to one entity, or the shop the module, and nothing of others. */
export function concernsOneEntity(error: unknown): boolean {
  if (error instanceof PermissionError) return error.reason === 'missing_right';
  if (error instanceof RouteMissingError) return true;
  return error instanceof MagentoResponseError && !(error instanceof NotFoundError) && error.status === 404;
}
