import { changeLists } from '../lists.ts';
import type { Json } from '../played/played.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** So long that what a pull did not see by then lies behind all later ones. */
const longerThanPullsReachBack = 90;
/** The answers of a pull, and not those of counts and surveys by id. */
const isByStamp = (query: string) => query.includes('updated_at');

/** Rows are edited, something in front of the shop spoils the pull that should see them, and is gone for the next one. */
async function spoilAPull(stage: Stage, spoil: (stage: Stage) => void, when: string): Promise<void> {
  const [edited = []] = stage.groups(4 + stage.dice.below(8));
  for (const id of edited) stage.its.save(id, 'Edited');
  stage.minutes(longerThanPullsReachBack);
  spoil(stage);
  await stage.may(stage.pull);
  stage.shop.faults.clear();
  stage.minutes(1);
  await stage.must(stage.pull);
  await stage.equal(when);
}

/** A cache that leaves unknown parameters out of its key answers a pull from before the edits, and says that it does. */
export const cacheInFront: Scene = {
  title: 'a cache in front',
  play: (stage) =>
    spoilAPull(
      stage,
      ({ shop, its }) =>
        shop.faults.add({
          match: ({ path, query }) => path.endsWith(its.list) && isByStamp(query),
          times: Number.POSITIVE_INFINITY,
          answer: {
            kind: 'answer',
            status: 200,
            headers: { 'content-type': 'application/json; charset=utf-8', 'x-cache': 'HIT' },
            body: '{"items":[],"total_count":0}',
          },
        }),
      'after a cache answered',
    ),
};

/** A firewall rewrites the filters of a pull, so that the shop understands another search and finds nothing. */
export const searchRewritten: Scene = {
  title: 'a search that is rewritten',
  play: (stage) =>
    spoilAPull(
      stage,
      ({ shop, its }) =>
        changeLists(
          shop,
          its,
          (list) => ({
            ...list,
            items: [],
            total_count: 0,
            search_criteria: {
              ...criteriaOf(list),
              filter_groups: groupsOf(list).map(({ filters }) => ({
                filters: filters.map((filter) => ({ ...filter, value: 'x' })),
              })),
            },
          }),
          { query: isByStamp },
        ),
      'after a search was rewritten',
    ),
};

const shiftMinutes = 5 * 60;

/** A gateway takes the times of filters for those of its own zone, and shows the stamps of rows as they are. */
export const filtersShifted: Scene = {
  title: 'times of filters that are shifted',
  play: (stage) =>
    spoilAPull(
      stage,
      ({ shop, its }) =>
        changeLists(
          shop,
          its,
          (list) => {
            const understood = groupsOf(list).map(({ filters }) => ({ filters: filters.map(shifted) }));
            const items = list.items.filter((row) =>
              understood.every(({ filters }) => filters.some((filter) => holds(filter, row, its.key))),
            );
            const search_criteria = { ...criteriaOf(list), filter_groups: understood };
            return { ...list, items, total_count: items.length, search_criteria };
          },
          { query: isByStamp },
        ),
      'after times of filters were shifted',
    ),
};

interface Filter {
  readonly field: string;
  readonly value: string;
  readonly condition_type: string;
}

function criteriaOf(list: object): Readonly<Record<string, unknown>> {
  return (list as { search_criteria: Record<string, unknown> }).search_criteria;
}

function groupsOf(list: object): readonly { readonly filters: readonly Filter[] }[] {
  return criteriaOf(list)['filter_groups'] as { filters: Filter[] }[];
}

function shifted(filter: Filter): Filter {
  if (!filter.field.endsWith('updated_at')) return filter;
  const moment = new Date(`${filter.value.replace(' ', 'T')}Z`).getTime() + shiftMinutes * 60_000;
  return { ...filter, value: new Date(moment).toISOString().slice(0, 19).replace('T', ' ') };
}

/** Whether a row fulfils a filter by its stamp; other filters were the shop's. */
function holds({ field, value, condition_type: condition }: Filter, row: Json, key: string): boolean {
  const isStamp = field.endsWith('updated_at');
  const [left, right] = isStamp ? [String(row['updated_at']), value] : [Number(row[key]), Number(value)];
  switch (condition) {
    case 'gt':
      return left > right;
    case 'gteq':
      return left >= right;
    case 'lt':
      return left < right;
    case 'lteq':
      return left <= right;
    default:
      return isStamp ? left === right : true;
  }
}
