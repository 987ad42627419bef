import { customers } from './customers.ts';
import type { EntityDescriptor, EntityName } from './entity.ts';

/** Every entity the worker keeps a copy of; a new one needs its file, its name and a line here. */
export const entities: { readonly [Name in EntityName]: EntityDescriptor } = {
  customers,
};

/** The entities as a list, in the order in which they are read. */
export const allEntities: readonly EntityDescriptor[] = Object.values(entities);
