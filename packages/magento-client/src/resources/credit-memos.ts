import type { RestClient } from '../http/rest.ts';
import { type CreditMemo, parseCreditMemo } from '../payloads/sales-document.ts';
import type { CallOptions } from './call-options.ts';
import { createListedEntities, readEntity } from './listed-entities.ts';

/** Columns that `/V1/creditmemos` filters and sorts by. */
export type CreditMemoField =
  | 'entity_id'
  | 'increment_id'
  | 'created_at'
  | 'updated_at'
  | 'order_id'
  | 'invoice_id'
  | 'store_id'
  | 'state'
  | 'grand_total';

/** Reads credit memos; needs `Magento_Sales::sales_creditmemo`. */
export function createCreditMemos(rest: RestClient) {
  return {
    ...createListedEntities<CreditMemo, CreditMemoField>(rest, {
      listRoute: '/V1/creditmemos',
      parse: parseCreditMemo,
    }),
    // Magento: the list is /V1/creditmemos, a single one /V1/creditmemo.
    get: (id: number, options: CallOptions = {}): Promise<CreditMemo> =>
      readEntity(rest, '/V1/creditmemo/:id', id, parseCreditMemo, options),
  };
}
