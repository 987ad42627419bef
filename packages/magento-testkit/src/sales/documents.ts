import { readFileSync } from 'node:fs';
import { recordedBody, recordingsFolder } from '../recordings.ts';

/** A sales document, or a row of one, as its route shows it. */
export type SalesRow = Readonly<Record<string, unknown>>;

/** The recorded orders. */
export function recordedOrders(): SalesRow[] {
  return readFileSync(new URL('orders.ndjson', recordingsFolder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SalesRow);
}

/**
 * Every invoice, shipment or credit memo of the recorded orders.
 *
 * The recordings hold the first two of each kind and how many there are. The others are made from their orders in the same
 * way: a document repeats its order and its items, with numbers of its own. What an order does not have is as in the first.
 *
 * @param title of the recorded list
 * @param statuses of the orders that have such a document
 */
export function salesDocuments(title: string, statuses: readonly string[]): SalesRow[] {
  const { items: recorded } = recordedBody('reads', title) as { items: SalesRow[] };
  const [example = {}] = recorded;
  let lastItem = 0;
  return recordedOrders()
    .filter(({ status }) => statuses.includes(String(status)))
    .map((order, index) => {
      const id = index + 1;
      const itemExample = rowsOf(example['items'])[0] ?? {};
      const items = rowsOf(order['items']).map((item) => {
        lastItem += 1;
        return shaped(itemExample, item, {
          entity_id: lastItem,
          parent_id: id,
          order_item_id: item['item_id'],
          qty: item['qty_ordered'],
        });
      });
      return shaped(example, order, {
        entity_id: id,
        increment_id: String(id).padStart(9, '0'),
        order_id: order['entity_id'],
        shipping_address_id: shippingAddressOf(order),
        total_qty: order['total_qty_ordered'],
        created_at: order['updated_at'],
        state: example['state'],
        extension_attributes: example['extension_attributes'],
        items,
      });
    });
}

/** The members of the example, in its order: its own value where there is one, else that of the source. */
function shaped(example: SalesRow, source: SalesRow, own: SalesRow): SalesRow {
  const names = Object.keys(example);
  return Object.fromEntries(names.map((name) => [name, own[name] ?? source[name] ?? example[name]]));
}

function rowsOf(value: unknown): readonly SalesRow[] {
  return Array.isArray(value) ? (value as SalesRow[]) : [];
}

function shippingAddressOf(order: SalesRow): unknown {
  const extension = order['extension_attributes'] as
    | { shipping_assignments?: { shipping?: { address?: SalesRow } }[] }
    | undefined;
  return extension?.shipping_assignments?.[0]?.shipping?.address?.['entity_id'];
}
