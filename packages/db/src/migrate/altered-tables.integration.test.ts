import { randomBytes } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { findAlteredTables, openDatabase, RowSecurityError } from '../index.ts';
import { openWriter } from '../testing/customer-writer.ts';
import { recordedCustomers } from '../testing/recorded-customers.ts';
import { createTestDatabase } from '../testing.ts';

describe.each(Object.entries(inject('postgresUrls')))(
  'what an administrator does to tables, on PostgreSQL %s',
  (_version, adminUrl) => {
    /** Tables of an administrator, and a role that may read and write them, as it is found in well-kept databases. */
    async function openAsUser() {
      const created = await createTestDatabase(adminUrl);
      const role = `app_${randomBytes(4).toString('hex')}`;
      const administrate = (sql: string) => created.database.pool.query(sql);
      await administrate(`create role ${role} login password 'app'`);
      for (const schema of ['magento', 'sync']) {
        await administrate(`grant usage on schema ${schema} to ${role}`);
        await administrate(`grant all on all tables in schema ${schema} to ${role}`);
        await administrate(`grant all on all sequences in schema ${schema} to ${role}`);
      }
      const url = Object.assign(new URL(created.url), { username: role, password: 'app' }).href;
      const database = await openDatabase({ url });
      onTestFinished(async () => {
        await database.close();
        await administrate(`drop owned by ${role}`);
        await administrate(`drop role ${role}`);
        await created[Symbol.asyncDispose]();
      });
      return { administrate, database, writer: await openWriter(database, 'shop'), role, url };
    }

    const customers = recordedCustomers(10);

    test('tables as they were made, and triggers that only look on, are nothing to tell', async () => {
      const { administrate, database, writer } = await openAsUser();
      expect(await findAlteredTables(database)).toEqual([]);
      await administrate(
        `create function public.look_on() returns trigger language plpgsql as 'begin return null; end'`,
      );
      await administrate(
        'create trigger look_on after insert on magento.customers for each row execute function public.look_on()',
      );
      expect(await findAlteredTables(database)).toEqual([]);
      expect(await writer.write(customers)).toMatchObject({ inserted: 10 });
    });

    test('policies that would hide rows make reads and writes fail, instead of rows missing', async () => {
      const { administrate, database, writer, role } = await openAsUser();
      await writer.write(customers);
      await administrate('alter table magento.customers enable row level security');
      await administrate(
        `create policy of_late on magento.customers to ${role} using (id > 5) with check (true)`,
      );

      await expect(writer.write(customers)).rejects.toThrow(RowSecurityError);
      await expect(writer.customers.idsInRange('shop', 0, null)).rejects.toThrow(
        /"customers".*ALTER ROLE … BYPASSRLS/,
      );
      expect(await findAlteredTables(database)).toMatchObject([
        { table: 'magento.customers', what: 'row security' },
      ]);

      await administrate(`alter role ${role} bypassrls`);
      expect(await findAlteredTables(database)).toEqual([]);
      expect(await writer.write(customers)).toMatchObject({ unchanged: 10 });
    });

    test('a role whose sessions act as a replica, as tools for replication leave it', async () => {
      const { administrate, role, url } = await openAsUser();
      await administrate(`alter role ${role} set session_replication_role = 'replica'`);
      await using database = await openDatabase({ url });
      expect(await findAlteredTables(database)).toMatchObject([
        { what: 'replica', problem: expect.stringContaining('RESET session_replication_role;') },
      ]);
    });

    test('what changes rows on their way, counts them no more, or loses them in a crash is told with its cure', async () => {
      const { administrate, database } = await openAsUser();
      await administrate(`create function public.fold() returns trigger language plpgsql as
        'begin new.email := lower(new.email); return new; end'`);
      await administrate(
        'create trigger "Fold" before insert or update on magento.customers for each row execute function public.fold()',
      );
      await administrate('create rule keep as on delete to magento.orders do instead nothing');
      await administrate('alter table magento.order_items disable trigger count_insert');
      await administrate('alter table magento.shipments set unlogged');
      const found = await findAlteredTables(database);
      expect(found.map(({ table, what }) => [table, what])).toEqual([
        ['magento.customers', 'trigger'],
        ['magento.order_items', 'counting'],
        ['magento.orders', 'rule'],
        ['magento.shipments', 'unlogged'],
      ]);
      // Each names the statement that takes it back.
      for (const { problem } of found) {
        const [, cure] = /(?:or |: )((?:DROP|ALTER) [^;]+);$/.exec(problem) ?? [];
        await administrate(cure ?? problem);
      }
      expect(await findAlteredTables(database)).toEqual([]);
    });
  },
);
