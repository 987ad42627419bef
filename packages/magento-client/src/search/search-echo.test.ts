import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AlteredSearchError, PageSizeTooLargeError } from '../errors.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { customAttribute } from './fields.ts';
import { searchCriteria } from './search-criteria.ts';
import { assertUnderstood } from './search-echo.ts';

const asked = searchCriteria<'entity_id' | 'updated_at' | 'email'>()
  .where('updated_at', 'gteq', '2026-03-01 12:00:00')
  .whereAny([
    ['updated_at', 'gt', '2026-03-01 12:00:00'],
    ['entity_id', 'in', [5, 6]],
  ])
  .where(customAttribute('vip'), 'notnull')
  .sortBy('updated_at', 'ASC')
  .sortBy('entity_id', 'ASC')
  .pageSize(100);

const filter = (field: string, value: string | null, condition: string) => ({
  field,
  value,
  condition_type: condition,
});

function echo() {
  return {
    filter_groups: [
      { filters: [filter('updated_at', '2026-03-01 12:00:00', 'gteq')] },
      { filters: [filter('updated_at', '2026-03-01 12:00:00', 'gt'), filter('entity_id', '5,6', 'in')] },
      { filters: [filter('vip', '1', 'notnull')] },
    ],
    sort_orders: [
      { field: 'updated_at', direction: 'ASC' },
      { field: 'entity_id', direction: 'ASC' },
    ],
    page_size: 100,
    current_page: 1,
  };
}
type Echo = ReturnType<typeof echo>;

const changed = (change: (echo: Echo & Record<string, unknown>) => void): unknown => {
  const whole = echo();
  change(whole);
  return whole;
};

test.each<[string, unknown]>([
  ['as sent', echo()],
  ['nothing of it', undefined],
  ['with texts for numbers', changed((e) => Object.assign(e, { page_size: '100', current_page: '1' }))],
  ['without the first page', changed((e) => Object.assign(e, { current_page: undefined }))],
  [
    'a condition without a value',
    changed((e) => Object.assign(e.filter_groups[2]!.filters[0]!, { value: null })),
  ],
  ['in other cases', changed((e) => Object.assign(e.sort_orders[0]!, { direction: 'asc' }))],
  [
    'in camelCase',
    {
      filterGroups: echo().filter_groups.map(({ filters }) => ({
        filters: filters.map(({ field, value, condition_type: conditionType }) => ({
          field,
          value,
          conditionType,
        })),
      })),
      sortOrders: echo().sort_orders,
      pageSize: 100,
      currentPage: 1,
    },
  ],
  ['with indexes for lists', changed((e) => Object.assign(e, { filter_groups: { ...e.filter_groups } }))],
])('a search that is repeated %s is understood', (_what, said) => {
  expect(() => assertUnderstood(asked, said, '/V1/x')).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['a group', changed((e) => e.filter_groups.pop()), 'filter vip notnull did not arrive'],
  [
    'all groups',
    changed((e) => e.filter_groups.splice(0)),
    'filter updated_at gteq, filter updated_at gt, filter entity_id in',
  ],
  ['a filter of a group', changed((e) => e.filter_groups[1]!.filters.pop()), 'filter entity_id in did not'],
  [
    'the end of a list',
    changed((e) => (e.filter_groups[1]!.filters[1]!.value = '5')),
    'filter entity_id in did not',
  ],
  [
    'a condition',
    changed((e) => (e.filter_groups[1]!.filters[0]!.condition_type = 'eq')),
    'filter updated_at gt did not',
  ],
  ['a field', changed((e) => (e.filter_groups[1]!.filters[1]!.field = 'id')), 'filter entity_id in did not'],
  [
    'a filter too many',
    changed((e) => e.filter_groups[0]!.filters.push(filter('store_id', '1', 'eq'))),
    '1 more filters',
  ],
  [
    'a group too many',
    changed((e) => e.filter_groups.push({ filters: [filter('store_id', '1', 'eq')] })),
    '1 filter groups are not ours',
  ],
  ['a sort order', changed((e) => e.sort_orders.pop()), 'sort order entity_id ASC did not'],
  ['a direction', changed((e) => (e.sort_orders[1]!.direction = 'DESC')), 'sort order entity_id ASC did not'],
  ['the page size', changed((e) => Object.assign(e, { page_size: null })), 'page size 100 did not'],
  ['a larger page', changed((e) => (e.page_size = 1000)), 'page size 100 did not'],
  ['another page', changed((e) => (e.current_page = 2)), 'page 1 did not'],
  [
    'everything',
    {},
    'filter vip notnull, sort order updated_at ASC, sort order entity_id ASC, page size 100 did not',
  ],
])('%s lost or changed on the way is an error that names it', (_what, said, message) => {
  const check = () => assertUnderstood(asked, said, '/V1/x');
  expect(check).toThrow(AlteredSearchError);
  expect(check).toThrow(message);
  expect(check).toThrow(/max_input_vars of PHP/);
  expect(check).not.toThrow(/2026-03-01/);
});

test('a page that the shop made smaller, and nothing else, is its limit', () => {
  const small = changed((e) => (e.page_size = 20));
  expect(() => assertUnderstood(asked, small, '/V1/x')).toThrow(PageSizeTooLargeError);
  const cut = changed((e) => Object.assign(e, { page_size: 20, sort_orders: [] }));
  expect(() => assertUnderstood(asked, cut, '/V1/x')).toThrow(AlteredSearchError);
});

describe('every list of the client', () => {
  const empty = { items: [], total_count: 0 };
  const search = searchCriteria<never>()
    .where(customAttribute('vip'), 'eq', '1')
    .sortBy(customAttribute('entity_id'), 'ASC');
  const lists: [string, (client: ReturnType<typeof createMagentoClient>) => Promise<unknown>][] = [
    ['customers', (client) => client.customers.search(search)],
    ['ids of customers', (client) => client.customers.idsInRange({ afterId: 0 }, { pageSize: 10 }).next()],
    ['the count of customers', (client) => client.customers.count(search)],
    ['groups', (client) => client.customerGroups.all()],
    ['orders', (client) => client.orders.search(search)],
    ['the count of orders', (client) => client.orders.count(search)],
    ['categories', (client) => client.categories.search(search)],
    ['any other', (client) => client.search('/V1/coupons', search, { paging: 'numbers' }).next()],
    ['any endpoint', (client) => client.get('/V1/coupons/search', { query: search })],
  ];

  test.each(lists)('refuses an answer to another search: %s', async (_what, ask) => {
    await using shop = await startLocalServer((response) =>
      sendJson(response, {
        ...empty,
        search_criteria: { filter_groups: [], page_size: 20, current_page: 9 },
      }),
    );
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    await expect(ask(client)).rejects.toThrow(AlteredSearchError);
    expect(shop.requests).toHaveLength(1);
    const fields = new URL(shop.requests[0]!.url, shop.url).searchParams.get('fields');
    expect(fields ?? 'search_criteria').toContain('search_criteria');
  });

  test.each(lists.filter(([what]) => what !== 'any endpoint'))(
    'says when the whole query was lost: %s',
    async (_what, ask) => {
      await using shop = await startLocalServer((response) =>
        sendJson(
          response,
          {
            message: '"%fieldName" is required. Enter and try again.',
            parameters: { fieldName: 'searchCriteria' },
          },
          400,
        ),
      );
      await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
      await expect(ask(client)).rejects.toThrow(/the whole query was lost on its way/);
    },
  );
});
