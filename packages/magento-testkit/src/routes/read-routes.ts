import { once, recordedBody } from '../recordings.ts';
import { type Criteria, echoCriteria, parseCriteria } from '../search/criteria.ts';
import { invalidAttribute } from '../search/customer-columns.ts';
import { searchList } from '../search/list-search.ts';
import type { ShopState } from '../shop-state.ts';
import type { Route } from './route.ts';

/** A record of a list endpoint. */
export type Row = Readonly<Record<string, unknown>>;

/** A route that is only read. */
export function read(path: string, resource: Route['resource'], handle: Route['handle']): Route {
  return { method: 'GET', path, resource, handle };
}

/** Reference data of the recorded shop that nobody edits, read once. */
export function recorded(path: string, resource: string, title: string): Route {
  return read(
    path,
    resource,
    once(() => recordedBody('reads', title)),
  );
}

/** A list endpoint over rows of a flat table, whose columns are the members of the row. */
export function list(
  path: string,
  resource: Route['resource'],
  rows: (shop: ShopState) => readonly Row[],
): Route {
  return read(path, resource, ({ query, shop }) => {
    const criteria = parseCriteria(query, shop);
    const { items, totalCount } = searchList(rows(shop), criteria, shop.release.pairsFromAndTo);
    return { items, search_criteria: echoCriteria(criteria), total_count: totalCount };
  });
}

/**
 * A list endpoint over an EAV collection, which is searched by attributes: `entity_id`, and not `id` as the record says.
 *
 * @param attributesOf the attributes of a record; its other members are refused in filters
 *
 * Magento: module-eav/Model/Entity/Collection/AbstractCollection.php; recordings/customers-search.json.
 */
export function attributeList(
  path: string,
  resource: Route['resource'],
  rows: () => readonly Row[],
  attributesOf: (row: Row) => Row,
): Route {
  const searched = once(() => rows().map((row) => ({ ...attributesOf(row), row })));
  return read(path, resource, ({ query, shop }) => {
    const criteria = parseCriteria(query, shop);
    refuseOtherMembers(criteria, rows(), attributesOf);
    const { items, totalCount } = searchList(searched(), criteria, shop.release.pairsFromAndTo);
    return {
      items: items.map(({ row }) => row),
      search_criteria: echoCriteria(criteria),
      total_count: totalCount,
    };
  });
}

function refuseOtherMembers(
  { groups }: Criteria,
  rows: readonly Row[],
  attributesOf: (row: Row) => Row,
): void {
  const [example = {}] = rows;
  const wrong = groups.flat().find(({ field }) => field in example && !(field in attributesOf(example)));
  if (wrong !== undefined) throw invalidAttribute(wrong.field);
}
