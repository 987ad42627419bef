import { and, eq } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { capabilities } from '../schema/shops.ts';

/** What was found out about a shop. */
export interface Capability {
  value: unknown;
  probedAt: Date;
}

/** What was found out about shops. */
export type CapabilityRepository = ReturnType<typeof createCapabilityRepository>;

/** Creates the repository of capabilities. */
export function createCapabilityRepository({ orm }: Database) {
  return {
    /** Stores the result of a probe; any JSON value. */
    async put(shop: string, name: string, value: NonNullable<unknown>, probedAt: Date): Promise<void> {
      await orm
        .insert(capabilities)
        .values({ shop, name, value, probedAt })
        .onConflictDoUpdate({ target: [capabilities.shop, capabilities.name], set: { value, probedAt } });
    },

    /** Undefined when it was never probed. */
    async get(shop: string, name: string): Promise<Capability | undefined> {
      const [found] = await orm
        .select({ value: capabilities.value, probedAt: capabilities.probedAt })
        .from(capabilities)
        .where(and(eq(capabilities.shop, shop), eq(capabilities.name, name)));
      return found;
    },

    /** Forgets what was found out. */
    async remove(shop: string, name: string): Promise<void> {
      await orm.delete(capabilities).where(and(eq(capabilities.shop, shop), eq(capabilities.name, name)));
    },

    /** Everything known of a shop, by name. */
    async all(shop: string): Promise<Map<string, Capability>> {
      const found = await orm
        .select()
        .from(capabilities)
        .where(eq(capabilities.shop, shop))
        .orderBy(capabilities.name);
      return new Map(found.map(({ name, value, probedAt }) => [name, { value, probedAt }]));
    },
  };
}
