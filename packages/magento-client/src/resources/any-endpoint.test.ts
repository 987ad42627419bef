import { expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { UnexpectedPayloadError } from '../errors.ts';
import { collect } from '../search/collect.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';

const guest = { kind: 'guest' } as const;

/** A list endpoint with ids in a column of its own. */
const startList = (ids: readonly number[], column: string) =>
  startLocalServer((response, request) => {
    const query = new URL(request.url, 'http://shop').searchParams;
    const prefix = 'searchCriteria[filter_groups][1][filters][0]';
    expect(query.get(`${prefix}[field]`)).toBe(column);
    expect(query.get('searchCriteria[sort_orders][0][field]')).toBe(column);
    const from = Number(query.get(`${prefix}[value]`));
    const inclusive = query.get(`${prefix}[condition_type]`) === 'gteq';
    const matching = ids.filter((id) => id > from || (inclusive && id === from));
    const size = Number(query.get('searchCriteria[pageSize]'));
    const items = matching.slice(0, size).map((id) => ({ [column]: id, code: `C${id}` }));
    sendJson(response, { items, total_count: matching.length });
  });
const active = searchCriteria<string>().where('is_active', 'eq', 1).pageSize(2);

test('a list is paged by the column that the caller names', async () => {
  await using shop = await startList([1, 4, 5, 9, 11], 'coupon_id');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const rows = client.search<{ coupon_id: number }>('/V1/coupons/search', active, { paging: 'coupon_id' });
  expect((await collect(rows, 100)).map(({ coupon_id }) => coupon_id)).toEqual([1, 4, 5, 9, 11]);
  expect(shop.requests).toHaveLength(3);
});

test('a row with the id 0 is an error, because the next page would be asked for after it', async () => {
  await using shop = await startList([0, 1, 2], 'id');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const rows = client.search('/V1/customerGroups/search', active, { paging: 'id' });
  await expect(rows.next()).rejects.toThrow(UnexpectedPayloadError);
  await expect(client.search('/V1/customerGroups/search', active, { paging: 'id' }).next()).rejects.toThrow(
    /whole number from 1 as id.*paging "numbers"/,
  );
});
