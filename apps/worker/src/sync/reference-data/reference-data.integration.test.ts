import { startProxy } from '@magento-sync/magento-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { customers } from '../../../testing/customers.ts';
import { editAttributes, sentAttribute } from '../../../testing/edit-attributes.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { refreshReferenceData } from './reference-data.ts';
import { createReferenceWatch } from './reference-watch.ts';

const signal = new AbortController().signal;

async function start(population: 'recorded' | { customers: number } = { customers: 5 }) {
  const harness = await startSync({ population });
  const sync = harness.context();
  const refresh = () => refreshReferenceData(sync, { signal, pause: signal });
  const { pool } = harness.copy.database;
  return {
    ...harness,
    sync,
    refresh,
    query: async (sql: string) => (await pool.query(sql)).rows as unknown[],
  };
}

test('after a first backfill the flat view shows recorded customers with typed attributes and option labels', async () => {
  const { sync, refresh, query } = await start('recorded');
  expect(await refresh()).toMatchObject({
    status: 'succeeded',
    flatView: expect.stringMatching(/created|extended|rebuilt/),
  });
  await runBackfill(sync, customers, noStop(), { restart: false });
  expect(
    await query(
      `select id, loyalty_code, preferred_color_label, interests_labels, member_since::text, is_vip, credit_score,
         group_code, website_code, store_code
       from magento.customers_flat where id <= 3 order by id`,
    ),
  ).toEqual([
    expect.objectContaining({
      preferred_color_label: 'Red',
      interests_labels: ['Music', 'Sport', 'Reading', 'Cooking'],
      group_code: 'General',
      website_code: 'base',
    }),
    expect.objectContaining({ loyalty_code: 'L-2', interests_labels: null }),
    expect.objectContaining({ credit_score: '634.5600', is_vip: true }),
  ]);
  const [sums] = (await query(
    `select count(*) filter (where member_since is not null) as dated, count(*) filter (where is_vip) as vips,
       count(*) filter (where credit_score > 0) as scored from magento.customers_flat`,
  )) as Record<string, number>[];
  const [sent] = (await query(
    `select count(*) filter (where custom_attributes ? 'member_since') as dated,
       count(*) filter (where custom_attributes ->> 'is_vip' = '1') as vips,
       count(*) filter (where (custom_attributes ->> 'credit_score')::numeric > 0) as scored from magento.customers`,
  )) as Record<string, number>[];
  expect(Math.min(...Object.values(sums!))).toBeGreaterThan(0);
  expect(sums).toEqual(sent);
});

test('new, removed and retyped attributes and options are told, kept in the run, and shown by the view', async () => {
  const { shop, store, sync, refresh, query } = await start();
  await refresh();
  const same = await refresh();
  expect([same.status, same.flatView, same.attributes]).toEqual(['succeeded', 'unchanged', {}]);
  editAttributes(shop, (all) => [
    ...all
      .filter(({ attribute_code: code }) => code !== 'remarks')
      .map((attribute) => {
        if (attribute.attribute_code === 'loyalty_code')
          return { ...attribute, frontend_input: 'date', backend_type: 'datetime' };
        if (attribute.attribute_code !== 'preferred_color') return attribute;
        const options = attribute.options
          .filter(({ label }) => label !== 'Green')
          .map((option) => (option.label === 'Red' ? { ...option, label: 'Crimson' } : option));
        return { ...attribute, options: [...options, { label: 'Violet', value: '99' }] };
      }),
    sentAttribute('shoe_size', 'text', 'decimal'),
  ]);
  const news = {
    customer_attributes: {
      added: ['shoe_size'],
      removed: ['remarks'],
      retyped: [{ code: 'loyalty_code', from: 'text/varchar', to: 'date/datetime' }],
      options: [
        {
          code: 'preferred_color',
          added: [{ value: '99', label: 'Violet' }],
          removed: [{ value: expect.any(String), label: 'Green' }],
          relabelled: [{ value: '4', from: 'Red', to: 'Crimson' }],
        },
      ],
    },
  };
  expect(await refresh()).toMatchObject({ status: 'succeeded', flatView: 'rebuilt', attributes: news });
  const [run] = await store.runs.recent(sync.shop, { kind: 'reference-data', limit: 1 });
  expect(run).toMatchObject({ status: 'succeeded', details: { attributes: news, flatView: 'rebuilt' } });
  expect(
    await query(
      `select attname as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = 'magento.customers_flat'::regclass and attname in ('shoe_size', 'remarks', 'loyalty_code')
       order by 1`,
    ),
  ).toEqual([
    { name: 'loyalty_code', type: 'date' },
    { name: 'shoe_size', type: 'numeric' },
  ]);
});

test('a view of somebody else keeps the flat view as it is: incomplete with the cure, everything else is done', async () => {
  const { shop, refresh, query } = await start();
  await refresh();
  await query('create view public.report as select id, remarks from magento.customers_flat');
  editAttributes(shop, (all) => all.filter(({ attribute_code: code }) => code !== 'remarks'));
  const blocked = await refresh();
  expect(blocked).toMatchObject({
    status: 'incomplete',
    flatView: 'blocked',
    reason: expect.stringMatching(/report.* depend on it\. Drop/),
    attributes: { customer_attributes: { removed: ['remarks'] } },
  });
  expect(await query('select from public.report')).toHaveLength(0);
  await query('drop view public.report');
  expect(await refresh()).toMatchObject({ status: 'succeeded', flatView: 'rebuilt' });
});

test('a group, website or store view that nobody has heard of is told once, and again after it was read', async () => {
  const { shop, sync, refresh } = await start();
  const told: string[] = [];
  const referenceWatch = createReferenceWatch(sync, (names) => told.push(...names));
  const watching = { ...sync, referenceWatch };
  await runBackfill(watching, customers, noStop(), { restart: false });
  expect(told).toEqual([]);
  await refresh();
  const [first = 0, second = 0] = shop.customers.ids();
  shop.customers.save(first, { group_id: shop.groups.add('Wholesale of tomorrow').id });
  shop.customers.save(second, { website_id: 77, store_id: 78 });
  await pullChanges(watching, customers, noStop());
  await pullChanges(watching, customers, noStop());
  const groups = shop.groups.all().map(({ id }) => id);
  expect(told).toEqual([`customer_groups ${Math.max(...groups)}`, 'websites 77', 'store_views 78']);
  await refresh();
  await referenceWatch.see({ attributes: [], ids: { customer_groups: groups } });
  expect(told).toHaveLength(3);
});

test('labels of options are kept without the indentation that Magento gives them', async () => {
  const { shop, refresh, query } = await start();
  editAttributes(shop, (all) => [
    ...all,
    {
      ...sentAttribute('store', 'select', 'int'),
      options: [{ label: '    Default Store View', value: '1' }],
    },
  ]);
  await refresh();
  expect(await query("select label from magento.attribute_options where attribute_code = 'store'")).toEqual([
    { label: 'Default Store View' },
  ]);
});

test('what ails the whole shop is met by one request; when the first is answered, the others are asked for side by side', async () => {
  const { shop, context } = await startSync({ population: { customers: 1 } });
  const asked: string[] = [];
  let isDown = true;
  let allAsked: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    allAsked = resolve;
  });
  const proxy = await startProxy(shop.url, {
    async before({ method, url }) {
      if (method !== 'GET') return undefined;
      asked.push(url);
      if (isDown) return { status: 500, headers: {}, body: Buffer.from('{}') };
      // Each waits until three of them are there: one after the other they would wait for ever.
      if (asked.length === 4) allAsked();
      if (asked.length > 1) await all;
      return undefined;
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const sync = context({ baseUrl: proxy.url });
  await expect(refreshReferenceData(sync, { signal, pause: signal })).rejects.toMatchObject({
    code: 'server_fault',
  });
  expect(new Set(asked.map((url) => url.split('?')[0])).size).toBe(1);
  isDown = false;
  asked.length = 0;
  expect(await refreshReferenceData(sync, { signal, pause: signal })).toMatchObject({ status: 'succeeded' });
  expect(asked).toHaveLength(6);
});
