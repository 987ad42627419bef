import type { MagentoShop } from '@magento-sync/magento-testkit';
import type { Json, Played } from './played/played.ts';

/** The answer of a list, as far as it is changed here. */
export interface List {
  readonly items: readonly Json[];
  readonly total_count: number;
}

/** Which answers are changed: the query as sent (decoded), how many pass first, and how often. */
export interface ListsMeant {
  readonly query?: (query: string) => boolean;
  readonly after?: number;
  /** Until the faults are cleared when absent. */
  readonly times?: number;
}

/** Changes lists on their way, as a module, a cache or a proxy does. */
export function changeLists(
  shop: MagentoShop,
  { list: path }: Played,
  change: (list: List, body: string) => List,
  { query = () => true, after = 0, times = Number.POSITIVE_INFINITY }: ListsMeant = {},
): void {
  shop.faults.add({
    match: (request) => request.path.endsWith(path) && query(decodeURIComponent(request.query)),
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
export function hideFromFullPages(shop: MagentoShop, its: Played, hidden: number): void {
  changeLists(shop, its, (list, body) => {
    const { items } = list;
    const last = items.at(-1);
    const isHidden = (row: Json) => row[its.key] === hidden;
    // Of some lists only the ids were asked for.
    if (last?.['updated_at'] === undefined || !items.some(isHidden)) return list;
    const byChange = body.includes('"field":"updated_at","direction":"ASC"');
    const placeOf = (row: Json) =>
      `${byChange ? String(row['updated_at']) : ''} ${String(row[its.key]).padStart(12, '0')}`;
    const next = its
      .listed()
      .filter((row) => placeOf(row) > placeOf(last))
      .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))[0];
    if (!next || list.total_count <= items.length) return list;
    return { ...list, items: [...items.filter((row) => !isHidden(row)), next] };
  });
}

/** Hides rows from lists that still count them, and answers 404 for each by id, as Magento itself says it. */
export function hideAndDeny(shop: MagentoShop, its: Played, ids: readonly number[]): void {
  changeLists(shop, its, (list) => ({
    ...list,
    items: list.items.filter((row) => !ids.includes(Number(row[its.key]))),
  }));
  for (const id of ids) {
    shop.faults.add({
      match: ({ path }) => its.single.test(path) && path.endsWith(`/${id}`),
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'answer',
        status: 404,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: its.absent(id),
      },
    });
  }
}

function isList(body: unknown): body is List {
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items);
}
