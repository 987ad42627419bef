import { InvalidCriteriaError } from '../errors.ts';
import { assertFieldValue, type CustomAttributeField } from './fields.ts';

/**
 * Every condition that can be asked for.
 *
 * Closed, because Magento answers an unknown one as if it were `eq` (recordings/customers-search.json 'unknown
 * condition acts as eq'). `from` and `to` are left out: they say the same as `gteq` and `lteq`.
 */
export type Condition = ValueCondition | ListCondition | NullCondition;
export type ValueCondition =
  | 'eq'
  | 'neq'
  | 'gt'
  | 'gteq'
  | 'lt'
  | 'lteq'
  | 'like'
  | 'nlike'
  | 'finset'
  | 'nfinset';
/** Several values in one filter: `in` and `nin`. */
export type ListCondition = 'in' | 'nin';
/** No value at all. */
export type NullCondition = 'null' | 'notnull';

/** One comparison, as `[field, condition, value]`. */
export type FilterTerm<Field extends string> =
  | readonly [field: Field | CustomAttributeField, condition: ValueCondition, value: string | number]
  | readonly [
      field: Field | CustomAttributeField,
      condition: ListCondition,
      values: readonly (string | number)[],
    ]
  | readonly [field: Field | CustomAttributeField, condition: NullCondition];

/** One comparison as it is sent. */
export interface Filter {
  readonly field: string;
  readonly value: string;
  readonly condition: Condition;
}

export type SortDirection = 'ASC' | 'DESC';

/** What a criteria object holds; the encoder's input. */
export interface CriteriaState {
  /** All groups must hold; of each group, one filter. */
  readonly groups: readonly (readonly Filter[])[];
  readonly sortOrders: readonly { readonly field: string; readonly direction: SortDirection }[];
  readonly pageSize: number;
  readonly currentPage: number;
}

/** Magento's own default limit (`webapi/validation/maximum_page_size`). */
export const MAX_PAGE_SIZE = 300;
/** Indexes of one digit: from the eleventh entry on, releases of Magento sort names differently when they check an OAuth signature. */
export const MAX_ENTRIES = 10;
const DEFAULT_PAGE_SIZE = 100;

const VALUE_CONDITIONS = new Set<string>([
  'eq',
  'neq',
  'gt',
  'gteq',
  'lt',
  'lteq',
  'like',
  'nlike',
  'finset',
  'nfinset',
]);

/** An immutable search: every method returns a new one. */
export class SearchCriteria<Field extends string = string> {
  readonly state: CriteriaState;

  constructor(state: CriteriaState) {
    this.state = state;
  }

  /** Adds a condition that must hold besides all others. */
  where(...term: FilterTerm<Field>): SearchCriteria<Field> {
    return this.whereAny([term]);
  }

  /** Adds a group of which at least one condition must hold. */
  whereAny(terms: readonly FilterTerm<Field>[]): SearchCriteria<Field> {
    if (terms.length === 0) throw new InvalidCriteriaError('whereAny needs at least one condition.');
    assertRoom(terms.length, 'conditions in one group');
    assertRoom(this.state.groups.length + 1, 'filter groups');
    return this.#with({ groups: [...this.state.groups, terms.map(toFilter)] });
  }

  /** Adds a sort order after those already given; the last one should be unique, or rows change places between requests. */
  sortBy(field: Field | CustomAttributeField, direction: SortDirection): SearchCriteria<Field> {
    if (direction !== 'ASC' && direction !== 'DESC') {
      throw new InvalidCriteriaError(`The sort direction must be ASC or DESC, not "${String(direction)}".`);
    }
    if (this.state.sortOrders.some((order) => order.field === field)) {
      throw new InvalidCriteriaError(
        `The search is sorted by ${field} already: Magento would keep the later place.`,
      );
    }
    assertRoom(this.state.sortOrders.length + 1, 'sort orders');
    return this.#with({ sortOrders: [...this.state.sortOrders, { field, direction }] });
  }

  /** Rows a page, 1 to 300; 100 when not said. */
  pageSize(size: number): SearchCriteria<Field> {
    assertPageSize(size);
    return this.#with({ pageSize: size });
  }

  /** The page to read, counted from 1. Rows are lost when they change while pages are turned: see the keyset pages. */
  currentPage(page: number): SearchCriteria<Field> {
    if (!Number.isSafeInteger(page) || page < 1) {
      throw new InvalidCriteriaError(`The page must be a whole number from 1, not ${page}.`);
    }
    return this.#with({ currentPage: page });
  }

  /** The same search with one field of its filters called by another name; sort orders keep theirs. */
  withFilterField(field: string, name: string): SearchCriteria<Field> {
    const renamed = (filter: Filter) => (filter.field === field ? { ...filter, field: name } : filter);
    return this.#with({ groups: this.state.groups.map((filters) => filters.map(renamed)) });
  }

  #with(change: Partial<CriteriaState>): SearchCriteria<Field> {
    return new SearchCriteria<Field>({ ...this.state, ...change });
  }
}

/** Starts a search that finds everything: `searchCriteria<CustomerField>().where('email', 'eq', 'a@example.com')`. */
export function searchCriteria<Field extends string>(): SearchCriteria<Field> {
  return new SearchCriteria<Field>({
    groups: [],
    sortOrders: [],
    pageSize: DEFAULT_PAGE_SIZE,
    currentPage: 1,
  });
}

/**
 * Refuses page sizes that Magento answers surprisingly.
 *
 * Magento: 0 means no limit, i.e. the whole table in one answer; framework/Webapi/Validator limits to 300.
 */
export function assertPageSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    throw new InvalidCriteriaError(
      `The page size must be a whole number from 1 to ${MAX_PAGE_SIZE}, not ${size}.`,
    );
  }
}

function assertRoom(count: number, what: string): void {
  if (count > MAX_ENTRIES) {
    throw new InvalidCriteriaError(
      `A search can have at most ${MAX_ENTRIES} ${what}; put several values of one field into one "in" condition.`,
    );
  }
}

function toFilter(term: FilterTerm<string>): Filter {
  const [field, condition, value] = term;
  if (!/^[A-Za-z0-9_]+$/.test(field)) throw new InvalidCriteriaError(`"${field}" is not a field name.`);
  if (condition === 'null' || condition === 'notnull') return { field, condition, value: '1' };
  if (condition === 'in' || condition === 'nin') return { field, condition, value: joinList(field, value) };
  if (!VALUE_CONDITIONS.has(condition)) {
    throw new InvalidCriteriaError(
      `The condition "${String(condition)}" does not exist: Magento would take it for eq.`,
    );
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new InvalidCriteriaError(`The condition ${condition} on ${field} needs a text or a number.`);
  }
  if (condition !== 'like' && condition !== 'nlike') assertFieldValue(field, value);
  return { field, condition, value: String(value) };
}

/** Magento splits the list at commas and knows no escape. */
function joinList(field: string, values: readonly (string | number)[] | undefined): string {
  if (!Array.isArray(values) || values.length === 0) {
    throw new InvalidCriteriaError(
      `The list of ${field} is empty: Magento would compare with the empty text.`,
    );
  }
  const texts = values.map((value: string | number) => {
    assertFieldValue(field, value);
    return String(value);
  });
  const broken = texts.find((text) => text.includes(','));
  if (broken !== undefined) {
    throw new InvalidCriteriaError(
      `The value "${broken}" of ${field} has a comma, at which Magento would split it.`,
    );
  }
  return texts.join(',');
}
