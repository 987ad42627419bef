import { expect, test } from 'vitest';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';

/** The tables of customers as the first release made them: an existing copy goes on without a migration of its data. */
describeOnEveryPostgres('the tables of customers', (stage) => {
  test('have the columns that they always had', async () => {
    const columns = await stage.database.pool.query<{ line: string }>(
      `select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || case when a.attnotnull then ' not null' else '' end
         || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
       where c.oid in ('magento.customers'::regclass, 'magento.customer_addresses'::regclass)
         and a.attnum > 0 and not a.attisdropped
       order by c.relname desc, a.attnum`,
    );
    expect(columns.rows.map(({ line }) => line)).toMatchSnapshot();
  });

  test('have the indexes and the room in their pages that they always had', async () => {
    const indexes = await stage.database.pool.query<{ line: string }>(
      `select indexdef as line from pg_indexes
       where schemaname = 'magento' and tablename in ('customers', 'customer_addresses')
       union all select relname || ' ' || array_to_string(reloptions, ',') from pg_class
       where oid in ('magento.customers'::regclass, 'magento.customer_addresses'::regclass)
       order by 1`,
    );
    expect(indexes.rows.map(({ line }) => line)).toMatchSnapshot();
  });
});
