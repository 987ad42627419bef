import { entities as definitions } from '@magento-sync/entities';
import { describeEntity } from './describe-entity.ts';
import type { EntityDescriptor } from './entity.ts';

/** Every entity that can be copied, in the order in which they are read. */
export const allEntities: readonly EntityDescriptor[] = definitions.map(describeEntity);

/** The entity of a name. Throws for a name that no definition has. */
export function entityOf(name: string): EntityDescriptor {
  const found = allEntities.find((entity) => entity.name === name);
  if (found) return found;
  const names = allEntities.map((entity) => entity.name).join(', ');
  throw new Error(`There is no entity "${name}"; there are: ${names}.`);
}
