import type { RestClient } from '../http/rest.ts';
import { type Product, parseProduct } from '../payloads/catalog.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { createListedEntities } from './listed-entities.ts';

/** Columns that `/V1/products` filters and sorts by; attributes of the shop by `customAttribute`. */
export type ProductField =
  | 'entity_id'
  | 'sku'
  | 'name'
  | 'price'
  | 'status'
  | 'visibility'
  | 'type_id'
  | 'attribute_set_id'
  | 'created_at'
  | 'updated_at'
  | 'category_id'
  | 'store_id'
  | 'website_id';

/** Reads products as the store view of the client's scope shows them; needs `Magento_Catalog::products`. */
export function createProducts(rest: RestClient) {
  return {
    ...createListedEntities<Product, ProductField>(rest, { listRoute: '/V1/products', parse: parseProduct }),
    /**
     * One product by its SKU.
     *
     * A SKU with a space, a slash or an umlaut cannot be part of a path that is signed by OAuth: search by `sku` then.
     */
    async get(sku: string, options: CallOptions = {}): Promise<Product> {
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/products/:sku',
        variables: { sku },
        ...withSignal(options.signal),
      });
      return parseProduct(answer.body, answer.path);
    },
  };
}
