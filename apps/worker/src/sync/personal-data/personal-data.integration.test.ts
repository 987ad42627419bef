import { expect, test } from 'vitest';
import { runCommand } from '../../../testing/cli-process.ts';
import { startCliShop } from '../../../testing/cli-shop.ts';

/** In every place where somebody could be named or reached; a number would not be found again as such. */
const planted = 'zzplanted';
const keys = ['k'.repeat(40), 'l'.repeat(40)] as const;

/** A shop with an order and a customer full of what must not be kept, a copy with all of it, and its history. */
async function start() {
  const cli = await startCliShop({ population: { customers: 8 }, orders: 12 });
  const { shop, environment, query } = cli;
  const [id = 0, other = 0] = shop.customers.ids();
  const email = `Ada.${planted}@example.com`;
  const named = {
    firstname: `${planted}1`,
    lastname: `${planted}2`,
    middlename: `${planted}3`,
    taxvat: `${planted}4`,
  };
  shop.customers.save(id, { ...named, email, dob: '1815-12-10' });
  const order = shop.sales.place({
    email: email.toLowerCase(),
    columns: { customer_firstname: `${planted}5`, customer_note: `${planted}6`, remote_ip: `${planted}7` },
    extension: { gift_message: { message: `${planted}8` } },
  });
  shop.sales.comment(order.entity_id, { comment: `${planted}9` });
  const run = async (choice: Record<string, string>, ...commands: readonly string[]) => {
    for (const command of commands) {
      const ended = await runCommand([command], { ...environment, ENTITIES: 'customers,orders', ...choice });
      expect([command, ended.exitCode, ended.stderr]).toEqual([command, 0, ended.stderr]);
      expect(`${ended.stdout}${ended.stderr}`).not.toContain(planted);
    }
  };
  /** Tables of which any value of any column contains the text, in whatever letter case. */
  const tablesWith = async (text: string) => {
    const tables = await query(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema in ('magento', 'sync') and table_type = 'BASE TABLE' order by 1`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await query(
        `select from ${String(name)} t where to_jsonb(t)::text ilike '%' || $1 || '%'`,
        [text],
      );
      if (rows.length > 0) found.push(String(name));
    }
    return found;
  };
  return { ...cli, id, other, order, run, tablesWith };
}

const presets = {
  'no-contact-data': { PERSONAL_DATA: 'no-contact-data' },
  pseudonymous: { PERSONAL_DATA: 'pseudonymous', PERSONAL_DATA_KEY: keys[0] },
};

test.each(Object.entries(presets))(
  '%s: what is not wanted never leaves the shop, and is found nowhere; both sides are equal',
  async (preset, choice) => {
    const { shop, id, order, query, run, tablesWith } = await start();
    await run(choice, 'backfill', 'reference-data');
    expect(await tablesWith(planted)).toEqual([]);
    if (preset === 'pseudonymous') expect(await tablesWith('1815-12-10')).toEqual([]);
    const [customer] = await query('select * from magento.customers where id = $1', [id]);
    const [placed] = await query('select * from magento.orders where entity_id = $1', [order.entity_id]);
    expect(customer).toMatchObject({ firstname: null, lastname: null, taxvat: null, custom_attributes: {} });
    expect(customer?.['group_id']).toEqual(expect.anything());
    expect(placed).toMatchObject({ customer_firstname: null, customer_note: null });
    expect(placed?.['grand_total']).toEqual(expect.anything());
    expect(customer?.['email']).toEqual(
      preset === 'pseudonymous' ? expect.stringMatching(/^[0-9a-f]{32}$/) : null,
    );
    // One person has one hash, however the address is written.
    expect(placed?.['customer_email']).toEqual(customer?.['email']);
    const asked = shop.requests.all().filter(({ path }) => path.endsWith('/customers/search'));
    expect(asked.some(({ query: sent }) => /fields=/.test(decodeURIComponent(sent)))).toBe(true);
    shop.clock.advance(60_000);
    shop.customers.save(id, { lastname: `${planted}later`, group_id: 3 });
    await run(choice, 'sweep', 'verify');
    expect(await tablesWith(planted)).toEqual([]);
    expect(await query('select group_id::int from magento.customers where id = $1', [id])).toEqual([
      { group_id: 3 },
    ]);
  },
);

test('another choice rewrites the copy and its history by itself, deleted rows too, and all of it comes back with all', async () => {
  const { shop, id, other, query, run, tablesWith } = await start();
  await run({}, 'backfill');
  shop.clock.advance(60_000);
  shop.customers.save(id, { lastname: `${planted}later` });
  shop.customers.save(other, { lastname: `${planted}gone` });
  await run({}, 'pull');
  shop.customers.remove(other);
  await run({}, 'reconcile');
  expect(await tablesWith(`${planted}gone`)).toEqual(['magento.customers', 'sync.changes']);

  // The shop is not even asked for it: whatever command comes first removes it.
  await run(presets.pseudonymous, 'pull');
  expect(await tablesWith(planted)).toEqual([]);
  await run(presets.pseudonymous, 'sweep');
  const emailOf = async () =>
    (await query('select email from magento.customers where id = $1', [id]))[0]?.['email'];
  const first = await emailOf();
  expect(first).toMatch(/^[0-9a-f]{32}$/);

  const rotated = { ...presets.pseudonymous, PERSONAL_DATA_KEY: keys[1] };
  await run(rotated, 'pull');
  expect(await tablesWith(String(first))).toEqual([]);
  await run(rotated, 'sweep');
  expect(await emailOf()).toMatch(/^[0-9a-f]{32}$/);
  expect(await emailOf()).not.toBe(first);
  expect(await tablesWith(keys[1])).toEqual([]);

  await run(
    { PERSONAL_DATA_KEEP: 'customers.firstname', PERSONAL_DATA: 'no-contact-data' },
    'sweep',
    'verify',
  );
  expect(await query('select firstname, lastname from magento.customers where id = $1', [id])).toEqual([
    { firstname: `${planted}1`, lastname: null },
  ]);

  await run({}, 'sweep', 'verify');
  expect(await emailOf()).toBe(`Ada.${planted}@example.com`);
});

test('a choice that cannot be is refused with what there is', async () => {
  const said = async (environment: Record<string, string>) => {
    const { exitCode, stderr } = await runCommand(['pull'], environment);
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await said({ PERSONAL_DATA: 'none' })).toMatch(
    /PERSONAL_DATA must be one of all, no-contact-data, pseudonymous/,
  );
  expect(await said({ PERSONAL_DATA: 'pseudonymous' })).toMatch(/PERSONAL_DATA_KEY is missing/);
  expect(await said({ PERSONAL_DATA_KEEP: 'customers.nose' })).toMatch(
    /PERSONAL_DATA_KEEP names customers.nose/,
  );
});
