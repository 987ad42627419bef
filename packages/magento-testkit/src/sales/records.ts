/** A row of a sales table by the names of its columns; an absent member is null in the database. */
export interface SalesRow {
  readonly [column: string]: unknown;
}

/** A line of an order; what repeats its parent is made when it is shown. */
export interface OrderItemData extends SalesRow {
  readonly item_id: number;
  readonly order_id: number;
  readonly parent_item_id?: number;
  readonly sku: string;
  readonly name: string;
  readonly qty_ordered: number;
  readonly qty_invoiced: number;
  readonly qty_shipped: number;
  readonly qty_refunded: number;
  readonly qty_canceled: number;
  readonly price: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Billing or shipping address of an order: a snapshot of its own. */
export interface OrderAddressData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly address_type: 'billing' | 'shipping';
  readonly email?: string;
  readonly city?: string;
}

/** The payment of an order. */
export interface OrderPaymentData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly method: string;
  /** Values without their keys, as Magento shows them. */
  readonly additional_information: readonly string[];
}

/** An entry of the history of an order. */
export interface OrderCommentData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly comment: string | null;
  readonly status?: string;
  readonly created_at: string;
}

/** The one shipping assignment of an order; its lines are those of the order and added when it is shown. */
export interface ShippingAssignmentData {
  readonly shipping: {
    readonly address?: OrderAddressData;
    readonly method?: string;
    /** Shipping amounts are those of the order and added when it is shown. */
    readonly total?: SalesRow;
  };
}

/** A tax of an order, one for each rate. */
export interface OrderTaxData extends SalesRow {
  readonly tax_id: number;
  readonly order_id: number;
  readonly code: string;
  readonly title: string;
  readonly percent: number;
  readonly amount: number;
}

/** An order as it is stored: everything that the Web API shows, without what it shows twice. */
export interface OrderData extends SalesRow {
  readonly entity_id: number;
  readonly increment_id?: string;
  readonly state?: string;
  readonly status?: string;
  readonly store_id?: number | undefined;
  readonly customer_id?: number | undefined;
  readonly customer_email?: string | null;
  readonly grand_total?: number | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly items: readonly OrderItemData[];
  readonly billing_address?: OrderAddressData;
  readonly payment?: OrderPaymentData;
  /** Newest first. */
  readonly status_histories: readonly OrderCommentData[];
  readonly extension_attributes: {
    readonly shipping_assignments?: readonly ShippingAssignmentData[];
    readonly payment_additional_info?: readonly { readonly key: string; readonly value: string }[];
    readonly taxes?: readonly OrderTaxData[];
    readonly [member: string]: unknown;
  };
}

/** A line of an invoice, a shipment or a credit memo. */
export interface DocumentItemData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly order_item_id: number;
  readonly qty: number;
}

/** A comment on an invoice, a shipment or a credit memo. */
export interface DocumentCommentData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly comment: string | null;
  readonly created_at: string;
}

/** A parcel of a shipment. */
export interface TrackData extends SalesRow {
  readonly entity_id: number;
  readonly parent_id: number;
  readonly order_id: number;
  readonly track_number: string;
  readonly title: string;
  readonly carrier_code: string;
}

/** An invoice, a shipment or a credit memo. */
export interface DocumentData extends SalesRow {
  readonly entity_id: number;
  readonly increment_id: string;
  readonly order_id: number;
  readonly store_id?: number | undefined;
  readonly created_at: string;
  readonly updated_at: string;
  readonly items: readonly DocumentItemData[];
  readonly comments: readonly DocumentCommentData[];
  /** Of shipments. */
  readonly tracks?: readonly TrackData[];
}

/** A payment transaction. */
export interface TransactionData extends SalesRow {
  readonly transaction_id: number;
  readonly order_id: number;
  readonly payment_id: number;
  readonly txn_id: string;
  readonly parent_id?: number;
  readonly parent_txn_id: string | null;
  readonly txn_type: string;
  readonly is_closed: 0 | 1;
  /** Values without their keys. */
  readonly additional_information: readonly string[];
  readonly created_at: string;
}

/** Everything that a shop has sold. */
export interface SalesData {
  readonly orders: readonly OrderData[];
  readonly invoices: readonly DocumentData[];
  readonly shipments: readonly DocumentData[];
  readonly creditMemos: readonly DocumentData[];
  readonly transactions: readonly TransactionData[];
}

/** The rows without what is null, as Magento prints them. */
export function withoutNulls<T extends SalesRow>(row: T): T {
  // Rows without nulls are by far the most: they stay as they are, in the form that the engine is quick with.
  for (const name in row) {
    if (row[name] === null || row[name] === undefined)
      return Object.fromEntries(
        Object.entries(row).filter(([, value]) => value !== null && value !== undefined),
      ) as T;
  }
  return row;
}
