import type { RestClient } from '../http/rest.ts';
import { type Invoice, parseInvoice } from '../payloads/sales-document.ts';
import type { CallOptions } from './call-options.ts';
import { createListedEntities, readEntity } from './listed-entities.ts';

/** Columns that `/V1/invoices` filters and sorts by. */
export type InvoiceField =
  | 'entity_id'
  | 'increment_id'
  | 'created_at'
  | 'updated_at'
  | 'order_id'
  | 'store_id'
  | 'state'
  | 'grand_total'
  | 'transaction_id';

/** Reads invoices; needs `Magento_Sales::sales_invoice`. */
export function createInvoices(rest: RestClient) {
  return {
    ...createListedEntities<Invoice, InvoiceField>(rest, { listRoute: '/V1/invoices', parse: parseInvoice }),
    get: (id: number, options: CallOptions = {}): Promise<Invoice> =>
      readEntity(rest, '/V1/invoices/:id', id, parseInvoice, options),
  };
}
