import type { RestClient } from '../http/rest.ts';
import { parseShipment, type Shipment } from '../payloads/sales-document.ts';
import type { CallOptions } from './call-options.ts';
import { createListedEntities, readEntity } from './listed-entities.ts';

/** Columns that `/V1/shipments` filters and sorts by. */
export type ShipmentField =
  | 'entity_id'
  | 'increment_id'
  | 'created_at'
  | 'updated_at'
  | 'order_id'
  | 'store_id'
  | 'customer_id'
  | 'total_qty';

/** Reads shipments; needs `Magento_Sales::shipment`. */
export function createShipments(rest: RestClient) {
  return {
    ...createListedEntities<Shipment, ShipmentField>(rest, {
      listRoute: '/V1/shipments',
      parse: parseShipment,
    }),
    // Magento: the list is /V1/shipments, a single one /V1/shipment.
    get: (id: number, options: CallOptions = {}): Promise<Shipment> =>
      readEntity(rest, '/V1/shipment/:id', id, parseShipment, options),
  };
}
