import { eq } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { ShopMismatchError } from '../errors.ts';
import { shops } from '../schema/shops.ts';

/** Which Magento each short name stands for. */
export type ShopRepository = ReturnType<typeof createShopRepository>;

/** Creates the repository of shops. */
export function createShopRepository({ orm }: Database) {
  return {
    /** Binds a short name to an address on first use; throws ShopMismatchError when it is bound to another. */
    async register(shop: string, baseUrl: string): Promise<void> {
      await orm.insert(shops).values({ shop, baseUrl }).onConflictDoNothing();
      const [bound] = await orm.select().from(shops).where(eq(shops.shop, shop));
      if (bound !== undefined && bound.baseUrl !== baseUrl)
        throw new ShopMismatchError(shop, bound.baseUrl, baseUrl);
    },

    /** Binds a short name to the new address of the same shop. */
    async move(shop: string, baseUrl: string): Promise<void> {
      await orm
        .insert(shops)
        .values({ shop, baseUrl })
        .onConflictDoUpdate({ target: shops.shop, set: { baseUrl } });
    },

    /** All names and addresses. */
    async list(): Promise<{ shop: string; baseUrl: string; registeredAt: Date }[]> {
      return orm.select().from(shops).orderBy(shops.shop);
    },
  };
}
