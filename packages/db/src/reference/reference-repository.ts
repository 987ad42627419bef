import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { EmptyReferenceError } from '../errors.ts';
import { attributes, customerGroups, storeGroups, storeViews, websites } from '../schema/reference.ts';
import { qualifiedName } from '../values/recordset.ts';
import { type AttributeList, replaceAttributes } from './attributes.ts';
import type {
  AttributeEntityType,
  GroupRecord,
  StoreGroupRecord,
  StoreViewRecord,
  WebsiteRecord,
} from './reference-records.ts';
import { type Replacement, replaceRows } from './replace-rows.ts';

/** A complete list as read from the shop. */
export interface ReferenceList<T> {
  shop: string;
  readAt: Date;
  records: readonly T[];
}

/** Groups, the store tree and attributes. */
export type ReferenceRepository = ReturnType<typeof createReferenceRepository>;

/**
 * Creates the repository of reference data.
 *
 * Every method takes the complete list: what is missing in it is marked as deleted. An empty list is refused with
 * EmptyReferenceError.
 */
export function createReferenceRepository(database: Database) {
  const replace = async <T extends object>(table: PgTable, list: ReferenceList<T>): Promise<Replacement> => {
    refuseEmpty(table, list.records);
    return inTransaction(database, (_statements, client) =>
      replaceRows(client, { table, scope: { shop: list.shop }, identity: ['id'] }, list.records, list.readAt),
    );
  };
  return {
    replaceGroups: (list: ReferenceList<GroupRecord>) => replace(customerGroups, list),
    replaceWebsites: (list: ReferenceList<WebsiteRecord>) => replace(websites, list),
    replaceStoreGroups: (list: ReferenceList<StoreGroupRecord>) => replace(storeGroups, list),
    replaceStoreViews: (list: ReferenceList<StoreViewRecord>) => replace(storeViews, list),
    /** Also tells which attributes are new, gone or of another type. */
    async replaceAttributes(list: AttributeList) {
      refuseEmpty(attributes, list.records);
      return replaceAttributes(database, list);
    },
    /** Ids of the groups, websites and store views that a shop has. */
    async ids(shop: string): Promise<Record<'customer_groups' | 'websites' | 'store_views', number[]>> {
      const idsOf = async (table: 'customer_groups' | 'websites' | 'store_views') => {
        const found = await database.pool.query<{ id: number }>(
          `select id from magento.${table} where shop = $1 and deleted_at is null order by id`,
          [shop],
        );
        return found.rows.map(({ id }) => Number(id));
      };
      return {
        customer_groups: await idsOf('customer_groups'),
        websites: await idsOf('websites'),
        store_views: await idsOf('store_views'),
      };
    },
    /** Codes of the attributes that a shop has. */
    async attributeCodes(shop: string, entityType: AttributeEntityType): Promise<string[]> {
      const found = await database.pool.query<{ code: string }>(
        `select attribute_code as code from magento.attributes
         where shop = $1 and entity_type = $2 and deleted_at is null order by 1`,
        [shop, entityType],
      );
      return found.rows.map(({ code }) => code);
    },
  };
}

function refuseEmpty(table: PgTable, records: readonly unknown[]): void {
  if (records.length === 0) throw new EmptyReferenceError(qualifiedName(table).replaceAll('"', ''));
}
