import { describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../index.ts';
import { openWriter } from '../testing/customer-writer.ts';
import { recordedCustomers } from '../testing/recorded-customers.ts';
import { createTestDatabase } from '../testing.ts';

describe.each(Object.entries(inject('postgresUrls')))(
  'altered columns on PostgreSQL %s',
  (_version, adminUrl) => {
    async function openCopy() {
      const created = await createTestDatabase(adminUrl);
      const database = await openDatabase({ url: created.url });
      // No column can be altered before they are gone.
      const views = await database.pool.query<{ name: string }>(
        `select format('%I.%I', schemaname, viewname) as name from pg_views where schemaname = 'magento'`,
      );
      for (const { name } of views.rows) await database.pool.query(`drop view if exists ${name} cascade`);
      const writer = await openWriter(database, 'shop');
      const stored = async () => {
        const { rows } = await database.pool.query<Record<string, unknown>>(
          `select id::int, email, group_id::int, default_billing::int, raw::jsonb from magento.customers order by id`,
        );
        return rows;
      };
      return {
        ...writer,
        stored,
        alter: (sql: string) => database.pool.query(`alter table magento.${sql}`),
        async [Symbol.asyncDispose]() {
          await database.close();
          await created[Symbol.asyncDispose]();
        },
      };
    }

    const customers = recordedCustomers(20);
    const expected = customers.map(({ id, email, groupId, defaultBilling, raw }) => ({
      id,
      email,
      group_id: groupId,
      default_billing: defaultBilling,
      raw,
    }));

    test('a column that somebody has given another type takes its values nevertheless', async () => {
      await using copy = await openCopy();
      // As long as what it was made with: the bytes of one would be read as the other.
      await copy.alter('customers alter default_billing type double precision');
      await copy.alter('customers alter group_id type bigint');
      await copy.alter('customer_addresses alter region_id type numeric');
      expect(await copy.write(customers)).toMatchObject({ inserted: 20 });
      expect(await copy.stored()).toEqual(expected);
    });

    test('also when that happens while rows are written', async () => {
      await using copy = await openCopy();
      expect(await copy.write(customers.slice(0, 10))).toMatchObject({ inserted: 10 });
      await copy.alter('customers alter group_id type bigint');
      expect(await copy.write(customers.slice(10))).toMatchObject({ inserted: 10 });
      expect(await copy.stored()).toEqual(expected);
    });
  },
);
