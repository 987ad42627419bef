import type { Entity } from '@magento-sync/entities';
import { z } from 'zod';
import { mayBeAboutRows } from '../error-kinds.ts';
import {
  MagentoResponseError,
  NotFoundError,
  RouteMissingError,
  ServerFault,
  UnexpectedPayloadError,
} from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { parsePayload } from '../payloads/parse.ts';
import { id as idSchema } from '../payloads/scalars.ts';
import { type JsonOfRow, readSearchAnswer } from '../payloads/search-answer.ts';
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
  readonly parse: (value: unknown, path: string, json: JsonOfRow) => T;
  /** The same for the route of single records; like all others when absent. */
  readonly parseSingle?: (value: unknown, path: string, json: JsonOfRow) => T;
  readonly keyOf: (record: T) => { readonly id: number; readonly updatedAt: string | null };
}

const count = z.object({ total_count: idSchema });

/** The reads that every entity has: by id, by search, and whole stretches by key. */
export function createRecordReads<T, Field extends string = string>(
  rest: RestClient,
  entity: Entity,
  { parse, parseSingle = parse, keyOf }: RecordParser<T>,
  /** Members of a record that are asked for, as Magento's `fields` takes them; all when absent. */
  members?: string,
) {
  const names = keysetNames(entity);
  const search = createSearch(rest, entity);
  const sourceOf = <Item>(
    fields: string | undefined,
    parseItem: (item: unknown, path: string, json: JsonOfRow) => Item,
  ) => ({
    path: entity.list,
    async search(criteria: SearchCriteria<Field>, signal?: AbortSignal, manner?: SearchManner) {
      return readSearchAnswer(await search(criteria, { fields, signal, manner }), parseItem);
    },
  });
  const idOf = (record: T) => keyOf(record).id;
  const whole: SearchSource<T, Field> = sourceOf(
    members === undefined ? undefined : `items[${members}],total_count`,
    parse,
  );
  const jsonId = jsonNameOf(entity, entity.table.key);
  const single = async (id: number, signal: AbortSignal | undefined) => {
    const answer = await rest.call({
      method: 'GET',
      route: entity.single,
      variables: { [variableOf(entity.single)]: id },
      ...(members === undefined ? {} : { query: encodeQuery([['fields', members]]) }),
      ...withSignal(signal),
    });
    return { record: parseSingle(answer.body, answer.path, () => answer.json), path: answer.path };
  };
  const onlyId = z.object({ [jsonId]: idSchema });
  const ids: SearchSource<number, Field> = sourceOf(
    `items[${jsonId}],total_count`,
    (item, path) => parsePayload(onlyId, item, path)[jsonId] ?? 0,
  );

  const ask = {
    atOneEnd: async (direction: 'ASC' | 'DESC', signal: AbortSignal | undefined) => {
      const some = searchCriteria<string>().sortBy(names.id.sort, direction).pageSize(examplesToTry);
      return (await ids.search(some as SearchCriteria<Field>, signal)).items;
    },
    isListed: async (id: number, signal: AbortSignal | undefined) => {
      const alone = searchCriteria<string>().where(names.id.filter, 'eq', id);
      const { items, totalCount } = await ids.search(alone as SearchCriteria<Field>, signal);
      return items.length > 0 || totalCount > 0;
    },
    serves: async (id: number, signal: AbortSignal | undefined) =>
      idOf((await single(id, signal)).record) === id,
  };
  const missingInItsLanguage = createAbsenceProof(entity, ask);

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
        const { record, path } = await single(id, options.signal);
        if (idOf(record) === id) return record;
        throw new UnexpectedPayloadError(
          `${path} answered with ${entity.record} ${idOf(record)}. Look for a cache or a proxy that mixes up the shop's answers.`,
          { path, problem: 'other_rows' },
        );
      } catch (error) {
        if (!(error instanceof NotFoundError) || saysMissing(entity, error, id)) throw error;
        throw (await missingInItsLanguage(error, id, options.signal)) ? error : notOurs(entity, error);
      }
    },

    /** Everything that changed since a position, oldest change first; ends with a page that is not full. */
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
    rest
      .call({
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
      })
      .catch(async (error: unknown) => {
        throw (await lacksRoute(rest, error, signal))
          ? notOffered(entity, error as MagentoResponseError)
          : error;
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

/** A route that no module offers: what is said of it is said of every route that is missing, in any language. */
const noRoute = '/V1/magento-sync/no-such-route';

/**
 * Whether the shop has no such list at all. Magento translates that sentence too; a module may also say of a list that one of
 * its rows does not exist, which is something else.
 */
async function lacksRoute(
  rest: RestClient,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (error instanceof RouteMissingError) return true;
  if (!(error instanceof NotFoundError) || Object.keys(error.parameters).length > 0) return false;
  try {
    await rest.call({ method: 'GET', route: noRoute, ...withSignal(signal) });
    return false;
  } catch (other) {
    return other instanceof NotFoundError && other.message === error.message;
  }
}

function notOffered({ name, list, right }: Entity, error: MagentoResponseError): RouteMissingError {
  const [module = ''] = right.name.split('::');
  return new RouteMissingError(
    `The shop offers no ${name}: it has no route GET ${list} (404). Switch the module ${module} on in the shop (bin/magento module:enable ${module}).`,
    error.response,
    name,
  );
}

function jsonNameOf({ table }: Entity, column: string): string {
  const from = table.columns[column]?.from;
  return typeof from === 'string' ? from : column;
}

/** The name of the one variable of a route. */
function variableOf(route: string): string {
  return /:(\w+)/.exec(route)?.[1] ?? 'id';
}

/** Magento's ids are MySQL's unsigned INT: the last of them is in no shop. */
const neverUsedId = 4_294_967_295;
/** The first of them may be one that the shop cannot serve. */
const examplesToTry = 3;

/** Reads by which a shop shows what it says of records that it does not have. */
interface AbsenceQuestions {
  /** A few ids that the lists show, oldest or newest first. */
  atOneEnd(direction: 'ASC' | 'DESC', signal: AbortSignal | undefined): Promise<readonly number[]>;
  isListed(id: number, signal: AbortSignal | undefined): Promise<boolean>;
  serves(id: number, signal: AbortSignal | undefined): Promise<boolean>;
}

/**
 * Proves that a record is gone to a shop that says so in its own language and names no id.
 *
 * Magento translates the sentence. It is taken for "no such record" when the shop says the very same of an id that no
 * record can have, while the same route serves a record that the lists show: a proxy that answers everything alike, a
 * role that sees nothing, or a module that is switched off do not pass. The lists must not show or count the record either.
 * The sentence is learned once. Magento: framework/Webapi/ErrorProcessor.php; module-sales/Model/OrderRepository.php.
 */
function createAbsenceProof(
  { absence }: Entity,
  { atOneEnd, isListed, serves }: AbsenceQuestions,
): (error: NotFoundError, id: number, signal: AbortSignal | undefined) => Promise<boolean> {
  let sentence: string | undefined;
  const isSaidOfNothing = async (said: string, signal: AbortSignal | undefined) => {
    const ofNothing = await sentenceAbout(() => serves(neverUsedId, signal));
    if (ofNothing !== said) return false;
    // One that is served is enough; the others may be broken, and break the list that shows them.
    for (const direction of ['DESC', 'ASC'] as const) {
      const examples = await unlessRefused(() => atOneEnd(direction, signal));
      for (const id of examples ?? [])
        if ((await sentenceAbout(() => serves(id, signal))) === null) return true;
    }
    return false;
  };
  return async (error, id, signal) => {
    if (!('message' in absence) || Object.keys(error.parameters).length > 0) return false;
    if (sentence !== error.message) {
      if (!(await isSaidOfNothing(error.message, signal))) return false;
      sentence = error.message;
    }
    return !(await isListed(id, signal));
  };
}

/** What the shop says instead of a record; `null` when it serves it, `undefined` when it fails over it. */
async function sentenceAbout(read: () => Promise<boolean>): Promise<string | null | undefined> {
  return unlessRefused(async () => {
    try {
      return (await read()) ? null : undefined;
    } catch (error) {
      if (error instanceof NotFoundError && Object.keys(error.parameters).length === 0) return error.message;
      throw error;
    }
  });
}

/** The answer; `undefined` when the shop refuses or fails over this request, while it may well answer others. */
async function unlessRefused<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const isAboutThis = error instanceof MagentoResponseError && !error.retryable;
    if (isAboutThis || mayBeAboutRows(error)) return undefined;
    throw error;
  }
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
