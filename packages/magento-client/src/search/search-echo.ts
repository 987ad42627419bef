import { isDeepStrictEqual } from 'node:util';
import { AlteredSearchError, PageSizeTooLargeError } from '../errors.ts';
import { formatMagentoTime, parseMagentoTime } from './magento-time.ts';
import { SearchCriteria } from './search-criteria.ts';

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

/**
 * The same, but stamps of filters that all arrive shifted by one amount pass when `acceptsShift` says yes to it, in minutes.
 *
 * Some modules and gateways convert the zone of filters. That is harmless only where answers show stamps shifted alike.
 */
export async function assertUnderstoodOrShifted(
  criteria: SearchCriteria<string>,
  echo: unknown,
  path: string,
  acceptsShift: (minutes: number) => Promise<boolean>,
): Promise<void> {
  const minutes = shiftOf(criteria, echo);
  const asked = errorOf(() => assertUnderstood(criteria, echo, path));
  if (!(asked instanceof AlteredSearchError) || minutes === undefined) return rethrow(asked);
  const shifted = errorOf(() => assertUnderstood(shiftedBy(criteria, minutes), echo, path));
  if (shifted instanceof AlteredSearchError) throw asked;
  if (await acceptsShift(minutes)) return rethrow(shifted);
  throw new AlteredSearchError(
    `${asked.message} Times in filters arrive shifted by ${shiftText(minutes)}, and the list does not find a row by the time that it shows: rows would be lost.`,
    { path },
  );
}

/** Zones are at most 14 hours from UTC, and 15 from one another where that happens by mistake. */
const MOST_MINUTES = 15 * 60;

/** By how much the first shifted time of a filter arrived shifted; undefined when that is no shift of zones. */
function shiftOf({ state }: SearchCriteria<string>, echo: unknown): number | undefined {
  const groups = listOf(member(echo, 'filter_groups')).map((group) => listOf(member(group, 'filters')));
  const shifts = state.groups.flatMap((filters, group) =>
    filters.map(({ value }, index) => {
      const understood = parseMagentoTime(textOf(member(groups[group]?.[index], 'value')));
      const asked = parseMagentoTime(value);
      return asked && understood ? (understood.getTime() - asked.getTime()) / 60_000 : 0;
    }),
  );
  const minutes = shifts.find((shift) => shift !== 0);
  return minutes !== undefined && Number.isInteger(minutes) && Math.abs(minutes) <= MOST_MINUTES
    ? minutes
    : undefined;
}

function shiftedBy({ state }: SearchCriteria<string>, minutes: number): SearchCriteria<string> {
  const shift = (filter: Filter) => {
    const time = parseMagentoTime(filter.value);
    return time
      ? { ...filter, value: formatMagentoTime(new Date(time.getTime() + minutes * 60_000)) }
      : filter;
  };
  return new SearchCriteria({ ...state, groups: state.groups.map((filters) => filters.map(shift)) });
}

function shiftText(minutes: number): string {
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : ` ${size % 60}min`;
  return `${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}h${rest}`;
}

function errorOf(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}

function rethrow(error: unknown): void {
  if (error !== undefined) throw error;
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
