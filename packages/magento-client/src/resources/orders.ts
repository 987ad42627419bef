import type { RestClient } from '../http/rest.ts';
import { type Order, parseOrder } from '../payloads/order.ts';
import type { CallOptions } from './call-options.ts';
import { createListedEntities, readEntity } from './listed-entities.ts';

/** Columns that `/V1/orders` filters and sorts by. */
export type OrderField =
  | 'entity_id'
  | 'increment_id'
  | 'created_at'
  | 'updated_at'
  | 'state'
  | 'status'
  | 'store_id'
  | 'customer_id'
  | 'customer_email'
  | 'customer_group_id'
  | 'customer_is_guest'
  | 'grand_total'
  | 'base_grand_total'
  | 'total_due'
  | 'order_currency_code'
  | 'is_virtual'
  | 'ext_order_id'
  | 'quote_id';

/**
 * Reads orders: `client.orders.search(searchCriteria<OrderField>().where('status', 'eq', 'complete'))`.
 *
 * Needs `Magento_Sales::actions_view`; releases before 2.3.1 ask for `Magento_Sales::sales`.
 */
export function createOrders(rest: RestClient) {
  return {
    ...createListedEntities<Order, OrderField>(rest, { listRoute: '/V1/orders', parse: parseOrder }),
    get: (id: number, options: CallOptions = {}): Promise<Order> =>
      readEntity(rest, '/V1/orders/:id', id, parseOrder, options),
  };
}
