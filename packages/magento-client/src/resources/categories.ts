import type { RestClient } from '../http/rest.ts';
import { type Category, type CategoryTree, parseCategory, parseCategoryTree } from '../payloads/catalog.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeParameters } from '../search/encode-query.ts';
import type { SearchCriteria } from '../search/search-criteria.ts';
import type { SearchResult } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { readEntity } from './listed-entities.ts';

/** Columns that `/V1/categories/list` filters and sorts by. */
export type CategoryField =
  | 'entity_id'
  | 'parent_id'
  | 'name'
  | 'is_active'
  | 'level'
  | 'position'
  | 'path'
  | 'created_at'
  | 'updated_at';

/** Reads categories; needs `Magento_Catalog::categories`. */
export function createCategories(rest: RestClient) {
  return {
    /** The categories below a root, as far down as `depth`; without a root that of the store view. */
    async tree(
      from: { readonly rootCategoryId?: number; readonly depth?: number } = {},
      options: CallOptions = {},
    ): Promise<CategoryTree> {
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/categories',
        query: encodeParameters({ rootCategoryId: from.rootCategoryId, depth: from.depth }),
        ...withSignal(options.signal),
      });
      return parseCategoryTree(answer.body, answer.path);
    },
    get: (id: number, options: CallOptions = {}): Promise<Category> =>
      readEntity(rest, '/V1/categories/:id', id, parseCategory, options),
    /** One page of a search. */
    async search(
      criteria: SearchCriteria<CategoryField>,
      options: CallOptions = {},
    ): Promise<SearchResult<Category>> {
      const query = encodeSearchCriteria(criteria);
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/categories/list',
        query,
        search: criteria,
        ...withSignal(options.signal),
      });
      return readSearchAnswer(answer, parseCategory);
    },
  };
}
