import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { EmptyReferenceError } from '../errors.ts';
import { attributes, customerGroups, storeGroups, storeViews, websites } from '../schema/reference.ts';
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
  const { orm } = database;
  const replace = async <T extends object>(table: PgTable, list: ReferenceList<T>): Promise<Replacement> => {
    refuseEmpty(table, list.records);
    return inTransaction(database, (statements) =>
      replaceRows(
        statements,
        { table, scope: { shop: list.shop }, identity: ['id'] },
        list.records,
        list.readAt,
      ),
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
      const idsOf = async (table: typeof customerGroups | typeof websites | typeof storeViews) => {
        const found = await orm
          .select({ id: sql`${table.id}`.mapWith(Number) })
          .from(table)
          .where(and(eq(table.shop, shop), isNull(table.deletedAt)))
          .orderBy(asc(table.id));
        return found.map(({ id }) => id);
      };
      return {
        customer_groups: await idsOf(customerGroups),
        websites: await idsOf(websites),
        store_views: await idsOf(storeViews),
      };
    },
    /** Codes of the attributes that a shop has. */
    async attributeCodes(shop: string, entityType: string): Promise<string[]> {
      const found = await orm
        .select({ code: attributes.attributeCode })
        .from(attributes)
        .where(
          and(
            eq(attributes.shop, shop),
            eq(attributes.entityType, entityType as AttributeEntityType),
            isNull(attributes.deletedAt),
          ),
        )
        .orderBy(asc(attributes.attributeCode));
      return found.map(({ code }) => code);
    },
  };
}

function refuseEmpty(table: PgTable, records: readonly unknown[]): void {
  if (records.length > 0) return;
  const { schema, name } = getTableConfig(table);
  throw new EmptyReferenceError(`${schema}.${name}`);
}
