import type { Database } from '../open-database.ts';

/** When a row of the copy came, was last seen in the shop, and went. */
export interface RowLife {
  firstSeenAt: Date;
  lastSeenAt: Date;
  deletedAt: Date | null;
  erasedAt: Date | null;
}

/** The life of one customer's row; undefined when the copy never had it. */
export async function lifeOf(database: Database, shop: string, id: number): Promise<RowLife | undefined> {
  const found = await database.pool.query<RowLife>(
    `select first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt", deleted_at as "deletedAt",
       erased_at as "erasedAt"
     from magento.customers where shop = $1 and id = $2`,
    [shop, id],
  );
  return found.rows[0];
}
