import type { CustomerData, MagentoShop } from '@magento-sync/magento-testkit';

/** The answer of a list, as far as it is changed here. */
export interface List {
  readonly items: readonly CustomerData[];
  readonly total_count: number;
}

/** Which answers are changed: the query as sent (decoded), how many pass first, and how often. */
export interface ListsMeant {
  readonly query?: (query: string) => boolean;
  readonly after?: number;
  /** Until the faults are cleared when absent. */
  readonly times?: number;
}

/** Changes lists of customers on their way, as a module, a cache or a proxy does. */
export function changeLists(
  shop: MagentoShop,
  change: (list: List, body: string) => List,
  { query = () => true, after = 0, times = Number.POSITIVE_INFINITY }: ListsMeant = {},
): void {
  shop.faults.add({
    match: (request) =>
      request.path.endsWith('/V1/customers/search') && query(decodeURIComponent(request.query)),
    after,
    times,
    answer: {
      kind: 'change',
      change(body) {
        const list: unknown = JSON.parse(body);
        return isList(list) ? JSON.stringify(change(list, body)) : body;
      },
    },
  });
}

/** Hides a row from its page and moves the next one up: the page stays full, and `total_count` still counts the row. */
export function hideFromFullPages(shop: MagentoShop, hidden: number): void {
  changeLists(shop, (list, body) => {
    const rows: readonly Partial<CustomerData>[] = list.items;
    const last = list.items.at(-1);
    // Of some lists only the ids were asked for.
    if (!last || rows.at(-1)?.updated_at === undefined || rows.every(({ id }) => id !== hidden)) return list;
    const byChange = body.includes('"field":"updated_at","direction":"ASC"');
    const placeOf = (row: CustomerData) =>
      `${byChange ? row.updated_at : ''} ${String(row.id).padStart(12, '0')}`;
    const next = shop.customers
      .all()
      .filter((row) => placeOf(row) > placeOf(last))
      .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))[0];
    if (!next || list.total_count <= rows.length) return list;
    return { ...list, items: [...list.items.filter(({ id }) => id !== hidden), next] };
  });
}

/** Hides customers from lists that still count them, and answers 404 for each by id. */
export function hideAndDeny(shop: MagentoShop, ids: readonly number[]): void {
  changeLists(shop, (list) => ({ ...list, items: list.items.filter(({ id }) => !ids.includes(id)) }));
  for (const id of ids) {
    shop.faults.add({
      match: ({ path }) => path.endsWith(`/V1/customers/${id}`),
      times: Number.POSITIVE_INFINITY,
      answer: shop.faults.presets.noSuchCustomer(id),
    });
  }
}

function isList(body: unknown): body is List {
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);
}
