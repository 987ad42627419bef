import { z } from 'zod';
import { amount } from './amount.ts';
import { parsePayload, rawObject } from './parse.ts';
import { parseSalesAddress, type SalesAddress } from './sales-address.ts';
import { flag, id, integer, list, record, reference, text, timestamp } from './scalars.ts';

/** One line of an order; the parts of a bundle or configurable product are lines of their own with a parent. */
export interface OrderItem {
  id: number;
  parentItemId: number | null;
  productId: number | null;
  productType: string | null;
  sku: string | null;
  name: string | null;
  price: number | null;
  priceInclTax: number | null;
  rowTotal: number | null;
  taxAmount: number | null;
  discountAmount: number | null;
  qtyOrdered: number | null;
  qtyInvoiced: number | null;
  qtyShipped: number | null;
  qtyRefunded: number | null;
  qtyCanceled: number | null;
  raw: Record<string, unknown>;
}

/** An order. Amounts are in the currency that the shopper saw; those in the shop's own are in `raw` as `base_…`. */
export interface Order {
  id: number;
  /** The number that people see, e.g. `000000001`: unique within a store, not in the shop. */
  incrementId: string | null;
  /** One of Magento's own: `new`, `processing`, `complete`, `closed`, `canceled`, `holded`, … */
  state: string | null;
  /** Configurable by the shop; several belong to one state. */
  status: string | null;
  storeId: number | null;
  /** `null` for guests and after the customer was deleted. */
  customerId: number | null;
  customerIsGuest: boolean | null;
  customerEmail: string | null;
  customerFirstname: string | null;
  customerLastname: string | null;
  customerGroupId: number | null;
  currencyCode: string | null;
  grandTotal: number | null;
  subtotal: number | null;
  taxAmount: number | null;
  shippingAmount: number | null;
  discountAmount: number | null;
  totalPaid: number | null;
  totalDue: number | null;
  totalRefunded: number | null;
  totalQtyOrdered: number | null;
  shippingMethod: string | null;
  shippingDescription: string | null;
  paymentMethod: string | null;
  billingAddress: SalesAddress | null;
  /** `null` for downloadable and virtual goods. */
  shippingAddress: SalesAddress | null;
  items: OrderItem[];
  /** UTC. */
  createdAt: string | null;
  updatedAt: string | null;
  extensionAttributes: Record<string, unknown>;
  /** The object as it came. */
  raw: Record<string, unknown>;
}

const itemSchema = z.object({
  item_id: id,
  parent_item_id: reference,
  product_id: reference,
  product_type: text,
  sku: text,
  name: text,
  price: amount,
  price_incl_tax: amount,
  row_total: amount,
  tax_amount: amount,
  discount_amount: amount,
  qty_ordered: amount,
  qty_invoiced: amount,
  qty_shipped: amount,
  qty_refunded: amount,
  qty_canceled: amount,
});

const orderSchema = z.object({
  entity_id: id,
  increment_id: text,
  state: text,
  status: text,
  store_id: integer,
  customer_id: reference,
  customer_is_guest: flag,
  customer_email: text,
  customer_firstname: text,
  customer_lastname: text,
  customer_group_id: integer,
  order_currency_code: text,
  grand_total: amount,
  subtotal: amount,
  tax_amount: amount,
  shipping_amount: amount,
  discount_amount: amount,
  total_paid: amount,
  total_due: amount,
  total_refunded: amount,
  total_qty_ordered: amount,
  shipping_description: text,
  payment: z.object({ method: text }).nullish(),
  billing_address: z.unknown().optional(),
  items: list(z.unknown()),
  created_at: timestamp,
  updated_at: timestamp,
  extension_attributes: record,
});

/** Magento: the shipping address is not beside the billing address but inside the extension attributes. */
const assignment = list(
  z.object({ shipping: z.object({ address: z.unknown().optional(), method: text }).nullish() }),
).transform((assignments) => assignments[0]?.shipping ?? null);

/** Reads one order. */
export function parseOrder(value: unknown, path: string): Order {
  const order = parsePayload(orderSchema, value, path);
  const shipping = parsePayload(assignment, order.extension_attributes['shipping_assignments'], path);
  return {
    id: order.entity_id,
    incrementId: order.increment_id,
    state: order.state,
    status: order.status,
    storeId: order.store_id,
    customerId: order.customer_id,
    customerIsGuest: order.customer_is_guest,
    customerEmail: order.customer_email,
    customerFirstname: order.customer_firstname,
    customerLastname: order.customer_lastname,
    customerGroupId: order.customer_group_id,
    currencyCode: order.order_currency_code,
    grandTotal: order.grand_total,
    subtotal: order.subtotal,
    taxAmount: order.tax_amount,
    shippingAmount: order.shipping_amount,
    discountAmount: order.discount_amount,
    totalPaid: order.total_paid,
    totalDue: order.total_due,
    totalRefunded: order.total_refunded,
    totalQtyOrdered: order.total_qty_ordered,
    shippingMethod: shipping?.method ?? null,
    shippingDescription: order.shipping_description,
    paymentMethod: order.payment?.method ?? null,
    billingAddress: parseSalesAddress(order.billing_address, path),
    shippingAddress: parseSalesAddress(shipping?.address, path),
    items: order.items.map((item) => parseOrderItem(item, path)),
    createdAt: order.created_at,
    updatedAt: order.updated_at,
    extensionAttributes: order.extension_attributes,
    raw: rawObject(value, path),
  };
}

function parseOrderItem(value: unknown, path: string): OrderItem {
  const item = parsePayload(itemSchema, value, path);
  return {
    id: item.item_id,
    parentItemId: item.parent_item_id,
    productId: item.product_id,
    productType: item.product_type,
    sku: item.sku,
    name: item.name,
    price: item.price,
    priceInclTax: item.price_incl_tax,
    rowTotal: item.row_total,
    taxAmount: item.tax_amount,
    discountAmount: item.discount_amount,
    qtyOrdered: item.qty_ordered,
    qtyInvoiced: item.qty_invoiced,
    qtyShipped: item.qty_shipped,
    qtyRefunded: item.qty_refunded,
    qtyCanceled: item.qty_canceled,
    raw: rawObject(value, path),
  };
}
