import type { MagentoShop } from '@magento-sync/magento-testkit';

interface ListAnswer {
  items: { id: number; updated_at?: string }[] | null;
  total_count: number;
  search_criteria: {
    filter_groups: { filters: { field: string; value: string; condition_type: string }[] }[];
    sort_orders?: { field: string }[];
  };
}

/**
 * Hides a customer from the middle of pages, as a broken module does: the next row is pulled up, so that pages stay full,
 * and `total_count` goes on counting the hidden one.
 */
export function hideFromPages(shop: MagentoShop, hidden: number): void {
  changeLists(shop, isSearchOfRows, (answer) => {
    const { items, search_criteria: criteria } = answer;
    if (!items?.some(({ id }) => id === hidden)) return;
    const kept = items.filter(({ id }) => id !== hidden);
    const byChange = criteria.sort_orders?.[0]?.field === 'updated_at';
    const key = (row: { id: number; updated_at?: string }) =>
      `${byChange ? row.updated_at : ''} ${String(row.id).padStart(12, '0')}`;
    const lastKey = key(items.at(-1) ?? { id: 0 });
    const upTo = criteria.filter_groups
      .flatMap(({ filters }) => filters)
      .find(({ field, condition_type: condition }) => field === 'entity_id' && condition === 'lteq');
    const pulledUp = shop.customers
      .all()
      .filter((row) => key(row) > lastKey && (byChange || !upTo || row.id <= Number(upTo.value)))
      .toSorted((one, other) => (key(one) < key(other) ? -1 : 1))[0];
    answer.items = pulledUp && items.length > 1 ? [...kept, pulledUp] : kept;
  });
}

/**
 * Takes customers off every page on which they stand, as a module does that filters what was loaded: the page is shorter,
 * and `total_count` goes on counting them. Also lists of ids. A limit may cut what is left without a word.
 */
export function hideFromShortPages(
  shop: MagentoShop,
  hidden: readonly number[],
  limit = Number.POSITIVE_INFINITY,
): void {
  changeLists(shop, isSearch, (answer) => {
    if (answer.items) answer.items = answer.items.filter(({ id }) => !hidden.includes(id)).slice(0, limit);
  });
}

/** Lets the own route of a customer say that there is none, in Magento's own words. */
export function denyById(shop: MagentoShop, id: number): void {
  shop.faults.add({
    match: ({ path }) => path.endsWith(`/V1/customers/${id}`),
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.noSuchCustomer(id),
  });
}

/** Hides a customer from lists by id and from their counts, as a filter for one website does; its own route serves it. */
export function hideFromLists(shop: MagentoShop, hidden: number): void {
  let target = '';
  shop.faults.add({
    match(request) {
      target = request.target;
      return isSearch(target) && matchingIds(shop, target).includes(hidden);
    },
    times: Number.POSITIVE_INFINITY,
    answer: {
      kind: 'change',
      change(body) {
        const { items, ...answer } = JSON.parse(body) as ListAnswer;
        const total = { ...answer, total_count: answer.total_count - 1 };
        if (!items?.some(({ id }) => id === hidden))
          return JSON.stringify(items ? { items, ...total } : total);
        const kept = items.filter(({ id }) => id !== hidden);
        const nextId = matchingIds(shop, target).find((id) => id > (items.at(-1)?.id ?? 0));
        const next = nextId === undefined ? undefined : shop.customers.get(nextId);
        if (next) kept.push(target.includes('fields=') ? { id: next.id } : next);
        return JSON.stringify({ items: kept, ...total });
      },
    },
  });
}

/** Makes every list with a customer on its page fail, while the customer's own route serves it; for lists by id. */
export function failListsWith(shop: MagentoShop, id: number): void {
  shop.faults.add({
    match: ({ target }) => isSearch(target) && pageOf(shop, target).includes(id),
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.internalError(),
  });
}

const isSearch = (target: string) => target.includes('/customers/search');
const isSearchOfRows = (target: string) => isSearch(target) && !target.includes('fields=');

function changeLists(
  shop: MagentoShop,
  isMeant: (target: string) => boolean,
  change: (answer: ListAnswer) => void,
): void {
  shop.faults.add({
    match: ({ target }) => isMeant(target),
    times: Number.POSITIVE_INFINITY,
    answer: {
      kind: 'change',
      change(body) {
        const answer = JSON.parse(body) as ListAnswer;
        change(answer);
        return JSON.stringify(answer);
      },
    },
  });
}

function pageOf(shop: MagentoShop, target: string): number[] {
  const { searchParams } = new URL(target, 'http://shop');
  const size = Number([...searchParams].find(([name]) => /page_?size/i.test(name))?.[1]);
  return matchingIds(shop, target).slice(0, size);
}

/** Ids that a search by id alone finds, ascending. */
function matchingIds(shop: MagentoShop, target: string): number[] {
  const { searchParams } = new URL(target, 'http://shop');
  const filters = new Map<string, Record<string, string>>();
  for (const [name, value] of searchParams) {
    const [, place, member] = /(\[\d+\]\[filters\]\[\d+\])\[(\w+)\]$/.exec(name) ?? [];
    if (place && member) filters.set(place, { ...filters.get(place), [member]: value });
  }
  const holds: Record<string, (id: number, value: string) => boolean> = {
    gt: (id, value) => id > Number(value),
    lteq: (id, value) => id <= Number(value),
    in: (id, value) => value.split(',').map(Number).includes(id),
    nin: (id, value) => !value.split(',').map(Number).includes(id),
  };
  const conditions = [...filters.values()].filter(({ field }) => field === 'entity_id');
  return shop.customers
    .ids()
    .filter((id) =>
      conditions.every((filter) => {
        const condition = filter['condition_type'] ?? filter['conditionType'] ?? '';
        return holds[condition]?.(id, filter['value'] ?? '') ?? true;
      }),
    )
    .toSorted((one, other) => one - other);
}
