import type { OrderData, OrderItemData } from './records.ts';

/** What is left of a line to invoice. */
export function qtyToInvoice({ qty_ordered, qty_invoiced, qty_canceled }: OrderItemData): number {
  return Math.max(0, qty_ordered - qty_invoiced - qty_canceled);
}

/** What is left of a line to ship; what was refunded or cancelled is not shipped any more. */
export function qtyToShip(item: OrderItemData): number {
  if (item['is_virtual'] === 1) return 0;
  return Math.max(0, item.qty_ordered - item.qty_shipped - item.qty_refunded - item.qty_canceled);
}

/** What of a line can be refunded. */
export function qtyToRefund({ qty_invoiced, qty_refunded }: OrderItemData): number {
  return Math.max(0, qty_invoiced - qty_refunded);
}

/** Lines that documents are made of: parents stand for their children, save where a bundle is shipped. */
export function ownLines(order: OrderData): readonly OrderItemData[] {
  return order.items.filter(({ parent_item_id }) => parent_item_id === undefined);
}

const endStates = new Set(['canceled', 'holded', 'closed', 'payment_review']);

/** Whether an order can be invoiced, shipped or cancelled at all, as far as its state goes. */
export function isOpen({ state }: OrderData): boolean {
  return !endStates.has(state ?? '');
}

/**
 * State and status after a document was made.
 *
 * Magento: module-sales/Model/ResourceModel/Order/Handler/State.php.
 */
export function stateAfterDocument(order: OrderData): { state?: string; status?: string } {
  if (order.state === 'canceled' || order.state === 'holded') return {};
  const lines = ownLines(order);
  const isDone = lines.every((item) => qtyToInvoice(item) === 0 && qtyToShip(item) === 0);
  const refundable = Number(order['total_paid'] ?? 0) - Number(order['total_refunded'] ?? 0);
  const state = !isDone ? 'processing' : refundable > 0.0001 ? 'complete' : 'closed';
  return order.state === state ? {} : { state, status: state };
}

/** The statuses that belong to a state where nobody made others. Magento: module-sales/Setup/Patch/Data. */
export const statusesOfState: Readonly<Record<string, readonly string[]>> = {
  new: ['pending'],
  pending_payment: ['pending_payment'],
  payment_review: ['payment_review', 'fraud'],
  processing: ['processing', 'fraud'],
  holded: ['holded'],
  complete: ['complete'],
  closed: ['closed'],
  canceled: ['canceled'],
};
