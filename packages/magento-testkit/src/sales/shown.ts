import type { Release } from '../release.ts';
import type { DocumentData, OrderData, OrderItemData, SalesRow, TransactionData } from './records.ts';

/** Members that are printed even when they are null. Magento: getters without `|null` in their docblock. */
const neverAbsent = ['base_grand_total', 'grand_total', 'customer_email'] as const;

const shown = new WeakMap<OrderData, SalesRow>();

/**
 * An order as list and single read show it: amounts that are computed, lines with copies of their parents, and every line once
 * more in the shipping assignment.
 *
 * Magento: recordings/2.4.8-p1/orders.json, lists-and-single-reads.json; before 2.4.7 without taxes, before 2.3.1 without the
 * keys of the payment's information.
 */
export function shownOrder(order: OrderData, release: Release): SalesRow {
  let full = shown.get(order);
  if (!full) {
    full = completeOrder(order);
    shown.set(order, full);
  }
  if (release.isFrom('2.4.7')) return full;
  return asBefore247(full, release);
}

function completeOrder({ send_email: _unprinted, ...order }: OrderData): SalesRow {
  const rows = order.items.map((item) => ({
    ...item,
    extension_attributes: item['extension_attributes'] ?? { itemized_taxes: [] },
  }));
  const items = rows.map((item) => withParent(item, rows));
  const assignments = order.extension_attributes.shipping_assignments?.map(({ shipping, ...rest }) => ({
    shipping: { ...shipping, total: shippingTotal(order) },
    items,
    ...rest,
  }));
  return {
    ...order,
    ...Object.fromEntries(neverAbsent.filter((name) => !(name in order)).map((name) => [name, null])),
    items,
    extension_attributes: {
      ...order.extension_attributes,
      ...(assignments ? { shipping_assignments: assignments } : {}),
    },
  };
}

/** Magento: module-sales/Model/Order/Total.php; the amounts are columns of the order. */
function shippingTotal(order: SalesRow): SalesRow {
  return Object.fromEntries(
    Object.entries(order).filter(
      ([name]) => /^(base_)?shipping_/.test(name) && name !== 'shipping_description',
    ),
  );
}

/**
 * A line as the list of lines shows it, without what only orders show.
 *
 * @param page the rows of the same answer, among which its parent is looked for
 */
export function shownItem(item: OrderItemData, page: readonly OrderItemData[]): SalesRow {
  return withoutTaxes(withParent(item, page));
}

/** A line with a full copy of its parent. */
function withParent(item: OrderItemData, others: readonly OrderItemData[]): SalesRow {
  if (item.parent_item_id === undefined) return item;
  const parent = others.find(({ item_id }) => item_id === item.parent_item_id);
  return parent ? { ...item, parent_item: parent } : item;
}

function withoutTaxes({ extension_attributes: _ofOrders, ...item }: SalesRow): SalesRow {
  const { parent_item: parent } = item;
  return parent ? { ...item, parent_item: withoutTaxes(parent as SalesRow) } : item;
}

function asBefore247(full: SalesRow, release: Release): SalesRow {
  const linesBefore = (rows: unknown) => (rows as readonly SalesRow[]).map(withoutTaxes);
  const {
    taxes: _taxes,
    additional_itemized_taxes: _itemized,
    converting_from_quote: _later,
    shipping_assignments,
    ...kept
  } = full['extension_attributes'] as { shipping_assignments?: readonly SalesRow[]; [name: string]: unknown };
  const extension: Record<string, unknown> = {
    ...(shipping_assignments
      ? {
          shipping_assignments: shipping_assignments.map((assignment) => ({
            ...assignment,
            items: linesBefore(assignment['items']),
          })),
        }
      : {}),
    ...kept,
    ...(isTaxed(full) ? { converting_from_quote: true } : {}),
  };
  if (!release.isFrom('2.3.1'))
    for (const name of ['payment_additional_info', 'applied_taxes', 'item_applied_taxes'])
      delete extension[name];
  return { ...full, items: linesBefore(full['items']), extension_attributes: extension };
}

function isTaxed({ tax_amount: amount }: SalesRow): boolean {
  return typeof amount === 'number' && amount > 0;
}

/** An invoice, a shipment or a credit memo as list and single read show it. */
export function shownDocument({ send_email: _unprinted, ...document }: DocumentData): SalesRow {
  return document;
}

/** A transaction with those below it, which are rows of the list as well. Magento: recordings/2.4.8-p1/transactions.json. */
export function shownTransaction(transaction: TransactionData, all: readonly TransactionData[]): SalesRow {
  const children = all.filter(({ parent_id }) => parent_id === transaction.transaction_id);
  const { child_transactions: _made, ...row } = transaction;
  return { ...row, child_transactions: children.map((child) => shownTransaction(child, all)) };
}
