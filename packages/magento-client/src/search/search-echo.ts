import { isDeepStrictEqual } from 'node:util';
import { AlteredSearchError, PageSizeTooLargeError } from '../errors.ts';
import type { SearchCriteria } from './search-criteria.ts';

const cause =
  'Something between this client and Magento cuts or rewrites queries: a limit on the length of addresses in a web server or proxy, max_input_vars of PHP, or the rules of a firewall. Let queries to the web API pass unchanged.';

/** The error for a query of which nothing was left. */
export function lostSearch(path: string): AlteredSearchError {
  return new AlteredSearchError(
    `${path} was asked without a search: the whole query was lost on its way. ${cause}`,
    {
      path,
    },
  );
}

/**
 * Holds the search that Magento says it understood against the one that was asked for.
 *
 * A search that lost a filter finds too much, one whose filter was rewritten finds nothing, and both look like good
 * answers. An answer that repeats no search, as those of some modules, says nothing.
 *
 * Magento: every list of 2.4.7 and 2.4.8 repeats the search with its texts as sent, e.g. recordings/customers-search.json
 * 'AND of two groups, one of them an OR'; SOAP in camelCase (recordings/soap.json 'customer list as admin').
 */
export function assertUnderstood(criteria: SearchCriteria<string>, echo: unknown, path: string): void {
  if (!isObject(echo)) return;
  const { groups, sortOrders, pageSize, currentPage } = criteria.state;
  const understood = listOf(member(echo, 'filter_groups')).map((group) => listOf(member(group, 'filters')));
  const losses = [
    ...groups.flatMap((filters, index) => filtersLost(filters, understood[index] ?? [])),
    ...(understood.length > groups.length
      ? [`${understood.length - groups.length} filter groups are not ours`]
      : []),
    ...sortsLost(sortOrders, listOf(member(echo, 'sort_orders'))),
  ];
  const page = numberOf(member(echo, 'current_page'));
  // Absent means the first.
  if (page !== currentPage && !(page === undefined && currentPage === 1)) losses.push(`page ${currentPage}`);
  const size = numberOf(member(echo, 'page_size'));
  if (losses.length === 0 && size !== undefined && size > 0 && size < pageSize) {
    throw new PageSizeTooLargeError(
      `The shop reads ${size} rows a page where ${pageSize} were asked for. Ask for at most that many rows.`,
      { status: 200, method: 'GET', path },
      size,
    );
  }
  if (size !== pageSize) losses.push(`page size ${pageSize}`);
  if (losses.length === 0) return;
  throw new AlteredSearchError(
    `${path} understood another search than was asked for: ${losses.join(', ')} did not arrive as sent. Nothing of this answer is used. ${cause}`,
    { path },
  );
}

type Filter = SearchCriteria['state']['groups'][number][number];

/** Names filters by field and condition: their values may be personal data. */
function filtersLost(asked: readonly Filter[], understood: readonly unknown[]): string[] {
  const lost = asked.filter((filter, index) => !isSameFilter(filter, understood[index]));
  const names = lost.map(({ field, condition }) => `filter ${field} ${condition}`);
  return understood.length > asked.length
    ? [...names, `${understood.length - asked.length} more filters`]
    : names;
}

function isSameFilter({ field, value, condition }: Filter, understood: unknown): boolean {
  const said = member(understood, 'value');
  const withoutValue = condition === 'null' || condition === 'notnull';
  return (
    member(understood, 'field') === field &&
    textOf(member(understood, 'condition_type') ?? 'eq').toLowerCase() === condition &&
    (withoutValue || textOf(said) === value)
  );
}

function sortsLost(asked: SearchCriteria['state']['sortOrders'], understood: readonly unknown[]): string[] {
  const said = understood.map((order) => ({
    field: member(order, 'field'),
    direction: textOf(member(order, 'direction')).toUpperCase(),
  }));
  if (isDeepStrictEqual(said, asked)) return [];
  const lost = asked.filter((order, index) => !isDeepStrictEqual(said[index], order));
  return lost.length > 0
    ? lost.map(({ field, direction }) => `sort order ${field} ${direction}`)
    : ['sort orders'];
}

/** REST says `filter_groups`, SOAP `filterGroups`. */
function member(value: unknown, name: string): unknown {
  if (!isObject(value)) return undefined;
  return value[name] ?? value[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text === '' ? undefined : Number(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
