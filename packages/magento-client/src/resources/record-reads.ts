import type { Entity } from '@magento-sync/entities';
import { z } from 'zod';
import { MagentoResponseError, NotFoundError, ServerFault, UnexpectedPayloadError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { parsePayload } from '../payloads/parse.ts';
import { id as idSchema } from '../payloads/scalars.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeQuery, joinQueries, withEcho } from '../search/encode-query.ts';
import {
  type ChangePosition,
  changedSincePages,
  idRangePages,
  type KeysetNames,
  type KeysetOptions,
  type KeysetPage,
} from '../search/keyset-pages.ts';
import { type SearchCriteria, searchCriteria } from '../search/search-criteria.ts';
import type { SearchManner, SearchResult, SearchSource } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { assertEntityId } from './listed-entities.ts';
import { createShiftProof } from './shift-proof.ts';

/** Ids in (afterId, upToId]; without `upToId` to the end. */
export interface IdRange {
  readonly afterId: number;
  readonly upToId?: number | undefined;
}

/** How to walk over records, and which of them: further conditions without sort orders, which belong to the walk. */
export interface RecordWalkOptions<Field extends string = string> extends KeysetOptions {
  readonly where?: SearchCriteria<Field>;
}

/** How records are read from what the shop sends. */
export interface RecordParser<T> {
  readonly parse: (value: unknown, path: string) => T;
  /** The same for the route of single records; like all others when absent. */
  readonly parseSingle?: (value: unknown, path: string) => T;
  readonly keyOf: (record: T) => { readonly id: number; readonly updatedAt: string | null };
}

const count = z.object({ total_count: idSchema });

/** The reads that every entity has: by id, by search, and whole stretches by key. */
export function createRecordReads<T, Field extends string = string>(
  rest: RestClient,
  entity: Entity,
  { parse, parseSingle = parse, keyOf }: RecordParser<T>,
) {
  const names = keysetNames(entity);
  const search = createSearch(rest, entity);
  const sourceOf = <Item>(fields: string | undefined, parseItem: (item: unknown, path: string) => Item) => ({
    path: entity.list,
    async search(criteria: SearchCriteria<Field>, signal?: AbortSignal, manner?: SearchManner) {
      return readSearchAnswer(await search(criteria, { fields, signal, manner }), parseItem);
    },
  });
  const idOf = (record: T) => keyOf(record).id;
  const whole: SearchSource<T, Field> = sourceOf(undefined, parse);
  const jsonId = jsonNameOf(entity, entity.table.key);
  const onlyId = z.object({ [jsonId]: idSchema });
  const ids: SearchSource<number, Field> = sourceOf(
    `items[${jsonId}],total_count`,
    (item, path) => parsePayload(onlyId, item, path)[jsonId] ?? 0,
  );

  return {
    /** One page of a search; `fields` as Magento's filter takes it, e.g. `items[id,email],total_count`. */
    search(
      criteria: SearchCriteria<Field>,
      options: CallOptions & { readonly fields?: string } = {},
    ): Promise<SearchResult<T>> {
      const source = options.fields === undefined ? whole : sourceOf(options.fields, parse);
      return source.search(criteria, options.signal);
    },

    /** One record by id; {@link NotFoundError} only when Magento itself says that this record does not exist. */
    async get(id: number, options: CallOptions = {}): Promise<T> {
      assertEntityId(id);
      try {
        const answer = await rest.call({
          method: 'GET',
          route: entity.single,
          variables: { [variableOf(entity.single)]: id },
          ...withSignal(options.signal),
        });
        const record = parseSingle(answer.body, answer.path);
        if (idOf(record) === id) return record;
        throw new UnexpectedPayloadError(
          `${answer.path} answered with ${entity.record} ${idOf(record)}. Look for a cache or a proxy that mixes up the shop's answers.`,
          { path: answer.path, problem: 'other_rows' },
        );
      } catch (error) {
        throw error instanceof NotFoundError && !saysMissing(entity, error, id)
          ? notOurs(entity, error)
          : error;
      }
    },

    /** Everything that changed since a position, oldest change first; ends with an empty page. */
    pagesChangedSince(
      start: ChangePosition,
      options: RecordWalkOptions<Field>,
    ): AsyncGenerator<KeysetPage<T, ChangePosition>, void, undefined> {
      return changedSincePages(whole, keyOf, start, options, names);
    },

    /** All records of an id range, smallest id first. */
    pagesInIdRange(
      range: IdRange,
      options: RecordWalkOptions<Field>,
    ): AsyncGenerator<KeysetPage<T, { id: number }>, void, undefined> {
      return idRangePages(whole, idOf, range, options, names);
    },

    /** Those of the records with these ids that the shop has, smallest id first; a few hundred ids at most. */
    pagesByIds(
      wanted: readonly number[],
      options: KeysetOptions,
    ): AsyncGenerator<KeysetPage<T, { id: number }>, void, undefined> {
      const where = searchCriteria<string>().where(names.id.filter, 'in', wanted) as SearchCriteria<Field>;
      const range = { afterId: 0, upToId: Math.max(...wanted) };
      return idRangePages(whole, idOf, range, { ...options, where }, names);
    },

    /** How many match. */
    async count(criteria: SearchCriteria<Field>, options: CallOptions = {}): Promise<number> {
      const { signal } = options;
      const answer = await search(criteria.pageSize(1), { fields: 'total_count', signal });
      return parsePayload(count, answer.body, answer.path).total_count;
    },

    /** The ids of a range alone: saves bandwidth, not the shop's time. The last page says so; it may be empty. */
    async *idsInRange(
      range: IdRange,
      options: RecordWalkOptions<Field>,
    ): AsyncGenerator<
      { ids: number[]; totalCount: number; next: { id: number }; last: boolean },
      void,
      undefined
    > {
      for await (const page of idRangePages(ids, (id) => id, range, options, names)) {
        const { items, totalCount, next, last } = page;
        yield { ids: items, totalCount, next, last };
      }
    },

    /** The largest id, 0 when the shop has none. */
    async largestId(options: CallOptions = {}): Promise<number> {
      const newest = searchCriteria<string>().sortBy(names.id.sort, 'DESC').pageSize(1);
      const result = await ids.search(newest as SearchCriteria<Field>, options.signal);
      return result.items[0] ?? 0;
    },
  };
}

/** What an entity calls its id and its stamp in filters and sort orders. */
export function keysetNames({ id, stamp }: Pick<Entity, 'id' | 'stamp'>): KeysetNames {
  return { id, stamp };
}

interface SearchCall {
  readonly fields?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly manner?: SearchManner | undefined;
  /** Instead of a proof, within a proof. */
  readonly acceptsShift?: (minutes: number) => Promise<boolean>;
}

/**
 * Sends searches; where the stamp is ambiguous, by its qualified name.
 *
 * A module may join a table that has a column of the same name into the list: then every filter by the plain name is an
 * internal error. Sort orders refuse the qualified name and need none. What a shop wants is found out once.
 */
function createSearch(rest: RestClient, entity: Entity) {
  const { list, stamp } = entity;
  let isAmbiguous = false;
  const send = (criteria: SearchCriteria<string>, { fields, signal, manner, acceptsShift }: SearchCall) =>
    rest.call({
      method: 'GET',
      route: list,
      query: joinQueries(
        encodeSearchCriteria(criteria),
        fields === undefined ? undefined : encodeQuery([['fields', withEcho(fields)]]),
      ),
      search: criteria,
      acceptsShift: acceptsShift ?? ((minutes) => isHarmless(minutes, signal)),
      ...manner,
      ...withSignal(signal),
    });
  const search = async (criteria: SearchCriteria<string>, call: SearchCall) => {
    const { qualified, filter } = stamp;
    const isByStamp = criteria.state.groups.flat().some(({ field }) => field === filter);
    if (qualified === null || !isByStamp) return send(criteria, call);
    const byQualified = criteria.withFilterField(filter, qualified);
    if (isAmbiguous) return send(byQualified, call);
    try {
      return await send(criteria, call);
    } catch (error) {
      if (!(error instanceof ServerFault) || error.status !== 500) throw error;
      const answer = await send(byQualified, call).catch(() => undefined);
      if (answer === undefined) throw error;
      isAmbiguous = true;
      return answer;
    }
  };
  const isHarmless = createShiftProof(
    keysetNames(entity),
    { id: jsonNameOf(entity, entity.table.key), stamp: jsonNameOf(entity, entity.table.updatedAt) },
    async (criteria, call) => readSearchAnswer(await search(criteria, call), (item) => item),
  );
  return search;
}

function jsonNameOf({ table }: Entity, column: string): string {
  const from = table.columns[column]?.from;
  return typeof from === 'string' ? from : column;
}

/** The name of the one variable of a route. */
function variableOf(route: string): string {
  return /:(\w+)/.exec(route)?.[1] ?? 'id';
}

/** Only this answer proves that a record is gone; a 404 of a proxy, or about something else, does not. */
function saysMissing({ absence }: Entity, error: NotFoundError, id: number): boolean {
  if ('message' in absence) return error.message === `${absence.message} (404)`;
  const { fieldName, fieldValue } = error.parameters;
  return fieldName === absence.parameter && String(fieldValue) === String(id);
}

function notOurs({ record }: Entity, error: NotFoundError): MagentoResponseError {
  return new MagentoResponseError(
    `${error.message} The answer is not about this ${record}: nothing is known of it.`,
    error.response,
  );
}
