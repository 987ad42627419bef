import type { EntityDescriptor } from './entity/entity.ts';
import type { SyncContext } from './ports.ts';

type Shop = Pick<SyncContext, 'shop'>;
type Entity = Pick<EntityDescriptor, 'name'>;

/** Names of all that only one process may do at a time; those of the database's own work stand beside its locks. */
export const lockNames = {
  pull: ({ shop }: Shop, { name }: Entity) => `pull:${shop}:${name}`,
  /** A sweep of recent rows and one of all may run side by side. */
  sweep: ({ shop }: Shop, { name }: Entity, range: string) =>
    `sweep:${shop}:${name}${range === 'all' ? '' : `:${range}`}`,
  backfillPlan: ({ shop }: Shop, { name }: Entity) => `backfill-plan:${shop}:${name}`,
  backfillRange: ({ shop }: Shop, { name }: Entity, range: string) => `backfill:${shop}:${name}:${range}`,
  backfillFlow: ({ shop }: Shop, { name }: Entity) => `backfill-flow:${shop}:${name}`,
  verify: ({ shop }: Shop, { name }: Entity) => `verify:${shop}:${name}`,
  reconcile: ({ shop }: Shop, { name }: Entity) => `reconcile:${shop}:${name}`,
  hints: ({ shop }: Shop, { name }: Entity) => `hints:${shop}:${name}`,
} as const;
