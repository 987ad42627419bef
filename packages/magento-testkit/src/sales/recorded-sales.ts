import { readRows, recordedBody } from '../recordings.ts';
import type { DocumentData, OrderData, OrderItemData, SalesData, TransactionData } from './records.ts';

/** The 40 orders of the first recorded shop with the documents that follow from them; it had no transactions. */
export function firstRecordedSales(): SalesData {
  const orders = readRows<OrderData>('orders.ndjson').map(stored);
  return {
    orders,
    invoices: madeDocuments(orders, 'invoices', ['processing', 'complete', 'closed']),
    shipments: madeDocuments(orders, 'shipments', ['complete']),
    creditMemos: madeDocuments(orders, 'credit memos', ['closed']),
    transactions: [],
  };
}

/** Orders, documents and transactions of a recorded shop whose lists were recorded whole. */
export function recordedSales(folder: string): SalesData {
  return {
    orders: readRows<OrderData>(`${folder}/orders.ndjson`).map(stored),
    invoices: readRows<DocumentData>(`${folder}/invoices.ndjson`),
    shipments: readRows<DocumentData>(`${folder}/shipments.ndjson`),
    creditMemos: readRows<DocumentData>(`${folder}/creditmemos.ndjson`),
    transactions: readRows<TransactionData>(`${folder}/transactions.ndjson`),
  };
}

/** An order as the Web API shows it, without what it shows twice. */
function stored(order: OrderData): OrderData {
  const { shipping_assignments: assignments, ...extension } = order.extension_attributes;
  return {
    ...order,
    items: order.items.map(({ parent_item: _copy, ...item }) => item as OrderItemData),
    extension_attributes: {
      ...(assignments ? { shipping_assignments: assignments.map(({ shipping }) => ({ shipping })) } : {}),
      ...extension,
    },
  };
}

/**
 * Every document of one kind of the first recorded shop.
 *
 * The recordings hold the first two of each kind and how many there are. The others are made from their orders in the same
 * way: a document repeats its order and its items, with numbers of its own. What an order does not have is as in the first.
 *
 * @param title of the recorded list
 * @param statuses of the orders that have such a document
 */
function madeDocuments(
  orders: readonly OrderData[],
  title: string,
  statuses: readonly string[],
): DocumentData[] {
  const { items: recorded } = recordedBody('reads', title) as { items: DocumentData[] };
  const [example] = recorded;
  if (!example) throw new Error(`The recording of ${title} is empty.`);
  const [itemExample = {}] = example.items;
  let lastItem = 0;
  return orders
    .filter(({ status }) => statuses.includes(String(status)))
    .map((order, index) => {
      const id = index + 1;
      const items = order.items.map((item) => {
        lastItem += 1;
        return shaped(itemExample, item, {
          entity_id: lastItem,
          parent_id: id,
          order_item_id: item.item_id,
          qty: item.qty_ordered,
        });
      });
      return shaped(example, order, {
        entity_id: id,
        increment_id: String(id).padStart(9, '0'),
        order_id: order.entity_id,
        shipping_address_id:
          order.extension_attributes.shipping_assignments?.[0]?.shipping.address?.entity_id,
        total_qty: order['total_qty_ordered'],
        created_at: order.updated_at,
        state: example['state'],
        extension_attributes: example['extension_attributes'],
        items,
      }) as unknown as DocumentData;
    });
}

type Members = Readonly<Record<string, unknown>>;

/** The members of the example, in its order: its own value where there is one, else that of the source. */
function shaped(example: Members, source: Members, own: Members): Members {
  const names = Object.keys(example);
  return Object.fromEntries(names.map((name) => [name, own[name] ?? source[name] ?? example[name]]));
}
