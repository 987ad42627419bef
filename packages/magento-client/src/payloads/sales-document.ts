import { z } from 'zod';
import { amount } from './amount.ts';
import { parsePayload, rawObject } from './parse.ts';
import { id, integer, list, reference, text, timestamp } from './scalars.ts';

/** One line of an invoice, a shipment or a credit memo. */
export interface SalesDocumentItem {
  id: number;
  orderItemId: number | null;
  productId: number | null;
  sku: string | null;
  name: string | null;
  qty: number | null;
  price: number | null;
  /** `null` in shipments, which have no amounts. */
  rowTotal: number | null;
  raw: Record<string, unknown>;
}

/** What invoices, shipments and credit memos have in common. */
export interface SalesDocument {
  id: number;
  /** The number that people see. */
  incrementId: string | null;
  orderId: number | null;
  storeId: number | null;
  /** UTC. */
  createdAt: string | null;
  updatedAt: string | null;
  items: SalesDocumentItem[];
  /** The object as it came. */
  raw: Record<string, unknown>;
}

/** What an invoice and a credit memo add: amounts in the currency that the shopper saw. */
interface Amounts {
  state: number | null;
  currencyCode: string | null;
  grandTotal: number | null;
  subtotal: number | null;
  taxAmount: number | null;
  shippingAmount: number | null;
  discountAmount: number | null;
}

/** An invoice; state 1 open, 2 paid, 3 cancelled. */
export interface Invoice extends SalesDocument, Amounts {
  transactionId: string | null;
}

/** A credit memo; state 1 open, 2 refunded, 3 cancelled. */
export interface CreditMemo extends SalesDocument, Amounts {
  invoiceId: number | null;
  /** Refunded besides the items, and kept back. */
  adjustmentPositive: number | null;
  adjustmentNegative: number | null;
}

/** One parcel's number with its carrier. */
export interface ShipmentTrack {
  trackNumber: string | null;
  title: string | null;
  carrierCode: string | null;
}

/** A shipment. */
export interface Shipment extends SalesDocument {
  customerId: number | null;
  totalQty: number | null;
  tracks: ShipmentTrack[];
}

const documentSchema = z.object({
  entity_id: id,
  increment_id: text,
  order_id: reference,
  store_id: integer,
  created_at: timestamp,
  updated_at: timestamp,
  items: list(z.unknown()),
});
const itemSchema = z.object({
  entity_id: id,
  order_item_id: reference,
  product_id: reference,
  sku: text,
  name: text,
  qty: amount,
  price: amount,
  row_total: amount,
});
const amountsSchema = z.object({
  state: integer,
  order_currency_code: text,
  grand_total: amount,
  subtotal: amount,
  tax_amount: amount,
  shipping_amount: amount,
  discount_amount: amount,
});
const invoiceSchema = z.object({ transaction_id: text });
const creditMemoSchema = z.object({
  invoice_id: reference,
  adjustment_positive: amount,
  adjustment_negative: amount,
});
const shipmentSchema = z.object({
  customer_id: reference,
  total_qty: amount,
  tracks: list(z.object({ track_number: text, title: text, carrier_code: text })),
});

/** Reads one invoice. */
export function parseInvoice(value: unknown, path: string): Invoice {
  const { transaction_id: transactionId } = parsePayload(invoiceSchema, value, path);
  return { ...parseDocument(value, path), ...parseAmounts(value, path), transactionId };
}

/** Reads one credit memo. */
export function parseCreditMemo(value: unknown, path: string): CreditMemo {
  const memo = parsePayload(creditMemoSchema, value, path);
  return {
    ...parseDocument(value, path),
    ...parseAmounts(value, path),
    invoiceId: memo.invoice_id,
    adjustmentPositive: memo.adjustment_positive,
    adjustmentNegative: memo.adjustment_negative,
  };
}

/** Reads one shipment. */
export function parseShipment(value: unknown, path: string): Shipment {
  const shipment = parsePayload(shipmentSchema, value, path);
  return {
    ...parseDocument(value, path),
    customerId: shipment.customer_id,
    totalQty: shipment.total_qty,
    tracks: shipment.tracks.map(({ track_number: trackNumber, title, carrier_code: carrierCode }) => ({
      trackNumber,
      title,
      carrierCode,
    })),
  };
}

function parseDocument(value: unknown, path: string): SalesDocument {
  const document = parsePayload(documentSchema, value, path);
  return {
    id: document.entity_id,
    incrementId: document.increment_id,
    orderId: document.order_id,
    storeId: document.store_id,
    createdAt: document.created_at,
    updatedAt: document.updated_at,
    items: document.items.map((item) => parseItem(item, path)),
    raw: rawObject(value, path),
  };
}

function parseItem(value: unknown, path: string): SalesDocumentItem {
  const item = parsePayload(itemSchema, value, path);
  return {
    id: item.entity_id,
    orderItemId: item.order_item_id,
    productId: item.product_id,
    sku: item.sku,
    name: item.name,
    qty: item.qty,
    price: item.price,
    rowTotal: item.row_total,
    raw: rawObject(value, path),
  };
}

function parseAmounts(value: unknown, path: string): Amounts {
  const amounts = parsePayload(amountsSchema, value, path);
  return {
    state: amounts.state,
    currencyCode: amounts.order_currency_code,
    grandTotal: amounts.grand_total,
    subtotal: amounts.subtotal,
    taxAmount: amounts.tax_amount,
    shippingAmount: amounts.shipping_amount,
    discountAmount: amounts.discount_amount,
  };
}
