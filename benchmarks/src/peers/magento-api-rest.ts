import { createRequire } from 'node:module';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { IMagentoRestApiOptions } from 'magento-api-rest';
import pg from 'pg';
import { integration } from '../running/shop-control.ts';
import { type Peer, plainlyShown, plainTable, type SentCustomer } from './peer.ts';

const customers = pgTable('customers', {
  id: bigint('id', { mode: 'number' }).primaryKey(),
  email: text('email').notNull(),
  firstname: text('firstname'),
  lastname: text('lastname'),
  groupId: integer('group_id'),
  createdAt: text('created_at'),
  updatedAt: text('updated_at'),
  data: jsonb('data').notNull(),
});

const pageSize = 300;

type Client = { get(endpoint: string, parameters: unknown): Promise<{ data: SearchAnswer }> };

interface SearchAnswer {
  readonly items: readonly SentCustomer[];
  readonly total_count: number;
}

/** Its build for `import` calls `require`; that for `require` works. */
const { default: Magento } = createRequire(import.meta.url)('magento-api-rest') as {
  default: new (options: IMagentoRestApiOptions) => Client;
};

/**
 * What most people write: the client that npm finds first, page numbers in the order of the list, one upsert a row; the next run
 * asks for what was updated since the start of the one before.
 */
export const magentoApiRest: Peer = {
  name: 'magento-api-rest',
  title: 'magento-api-rest 2.0.4, page numbers, an upsert a row through drizzle',
  reads: true,
  async prepare({ databaseUrl }) {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(plainTable);
    await client.end();
  },
  async run({ shopUrl, databaseUrl }, since) {
    const magento = new Magento({ url: shopUrl, sha: 256, ...integration });
    const pool = new pg.Pool({ connectionString: databaseUrl });
    const database = drizzle(pool);
    const startedAt = new Date().toISOString().slice(0, 19).replace('T', ' ');
    let rows = 0;
    for (let page = 1; ; page += 1) {
      const filters = since
        ? [{ filters: [{ field: 'updated_at', value: since, condition_type: 'gteq' }] }]
        : [];
      const { data } = await magento.get('customers/search', {
        filter_groups: filters,
        page_size: pageSize,
        current_page: page,
      });
      for (const customer of data.items) {
        const row = {
          id: customer.id,
          email: customer.email,
          firstname: customer.firstname,
          lastname: customer.lastname,
          groupId: customer.group_id,
          createdAt: customer.created_at,
          updatedAt: customer.updated_at,
          data: customer,
        };
        await database.insert(customers).values(row).onConflictDoUpdate({ target: customers.id, set: row });
      }
      rows += data.items.length;
      if (page * pageSize >= data.total_count) break;
    }
    await pool.end();
    return { rows, state: startedAt };
  },
  shown: plainlyShown,
};
