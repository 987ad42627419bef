import type { CustomerData } from '../customers/record.ts';
import { money } from './money.ts';
import { taxExtension, taxesOf, withTaxes } from './order-taxes.ts';
import type { OrderAddressData, OrderData, OrderItemData, SalesRow } from './records.ts';
import { withoutNulls } from './records.ts';
import type { SalesTables } from './sales-tables.ts';

/** A line that somebody buys. */
export interface NewOrderLine {
  readonly sku: string;
  readonly name?: string;
  readonly price: number;
  /** 1 when absent. */
  readonly qty?: number;
  readonly product_id?: number;
  /** 0 when absent. */
  readonly tax_percent?: number;
  /**
   * The simple product that was chosen makes the line a configurable one with a child; several make it a bundle, whose children
   * carry prices too.
   */
  readonly children?: readonly NewOrderLine[];
  /** Columns of the line that are to be otherwise. */
  readonly columns?: SalesRow;
}

/** What is particular about an order that is placed; everything has a default. */
export interface NewOrder {
  /** The customer who orders; a guest when absent. */
  readonly customer?: CustomerData;
  /** E-mail address of a guest. */
  readonly email?: string;
  readonly lines?: readonly NewOrderLine[];
  readonly store_id?: number;
  readonly shipping_amount?: number;
  /** Whether nothing is shipped: no shipping address then. */
  readonly virtual?: boolean;
  readonly payment_method?: string;
  /** What the payment method keeps, by key. */
  readonly payment_info?: Readonly<Record<string, string>>;
  readonly address?: SalesRow;
  /** Members of the payment that are to be otherwise, such as `cc_last4` or `extension_attributes` with a vault token. */
  readonly payment?: SalesRow;
  /** Extension attributes besides, such as `gift_message`. */
  readonly extension?: SalesRow;
  /** Columns of the order that are to be otherwise. */
  readonly columns?: SalesRow;
}

/** Surroundings of an order that is placed. */
export interface OrderPlace {
  readonly tables: SalesTables;
  /** `YYYY-MM-DD HH:MM:SS` by the database's clock. */
  readonly now: string;
  readonly storeName: string;
}

/**
 * Makes the rows of an order that was just placed, as the recorded shop shows them.
 *
 * Magento: recordings/2.4.8-p1/orders.json.
 */
export function placedOrder(given: NewOrder, { tables, now, storeName }: OrderPlace): OrderData {
  const {
    customer,
    email = customer?.email ?? 'guest@example.com',
    lines = [{ sku: 'SKU-001', price: 10 }],
    store_id = 1,
    shipping_amount = given.virtual ? 0 : 5,
    virtual = false,
    payment_method = 'checkmo',
    payment_info = { method_title: 'Check / Money order' },
  } = given;
  const id = tables.next('orders');
  const items = lines.flatMap((line) => placedLine(line, { tables, now, id, store_id, virtual }));
  const own = items.filter(({ parent_item_id }) => parent_item_id === undefined);
  const sum = (column: string) => money(own.reduce((total, item) => total + Number(item[column] ?? 0), 0));
  const subtotal = sum('row_total');
  const tax = sum('tax_amount');
  const total = money(subtotal + tax + shipping_amount);
  const taxes = taxesOf(own, tables);
  const person = {
    firstname: customer?.firstname ?? 'Guest',
    lastname: customer?.lastname ?? `No${id}`,
  };
  const address = (type: 'billing' | 'shipping'): OrderAddressData => ({
    address_type: type,
    city: 'Wien',
    country_id: 'AT',
    email,
    entity_id: tables.next('addresses'),
    ...person,
    parent_id: id,
    postcode: '1010',
    street: [`Weg ${id}`],
    telephone: '1',
    ...given.address,
  });
  // Magento writes the shipping address first. Magento: recordings/2.4.8-p1/orders.json, ids of addresses.
  const shipping = virtual ? undefined : address('shipping');
  const billing = address('billing');
  return withoutNulls({
    base_currency_code: 'EUR',
    base_discount_amount: 0,
    base_grand_total: total,
    base_discount_tax_compensation_amount: 0,
    base_shipping_amount: shipping_amount,
    base_shipping_discount_amount: 0,
    base_shipping_discount_tax_compensation_amnt: 0,
    base_shipping_incl_tax: shipping_amount,
    base_shipping_tax_amount: 0,
    base_subtotal: subtotal,
    base_subtotal_incl_tax: money(subtotal + tax),
    base_tax_amount: tax,
    base_total_due: total,
    base_to_global_rate: 1,
    base_to_order_rate: 1,
    billing_address_id: billing.entity_id,
    created_at: now,
    customer_email: email,
    customer_firstname: person.firstname,
    customer_lastname: person.lastname,
    customer_middlename: customer?.middlename,
    customer_prefix: customer?.prefix,
    customer_suffix: customer?.suffix,
    customer_gender: customer?.gender,
    customer_group_id: customer?.group_id ?? 0,
    customer_id: customer?.id,
    customer_is_guest: customer ? 0 : 1,
    customer_note_notify: 1,
    discount_amount: 0,
    entity_id: id,
    global_currency_code: 'EUR',
    grand_total: total,
    discount_tax_compensation_amount: 0,
    increment_id: tables.nextIncrementId('orders', store_id),
    is_virtual: virtual ? 1 : 0,
    order_currency_code: 'EUR',
    protect_code: protectCode(id),
    quote_id: id,
    remote_ip: '127.0.0.1',
    shipping_amount,
    shipping_description: virtual ? undefined : 'Flat Rate - Fixed',
    shipping_discount_amount: 0,
    shipping_discount_tax_compensation_amount: 0,
    shipping_incl_tax: shipping_amount,
    shipping_tax_amount: 0,
    state: 'new',
    status: 'pending',
    store_currency_code: 'EUR',
    store_id,
    store_name: storeName,
    store_to_base_rate: 0,
    store_to_order_rate: 0,
    subtotal,
    subtotal_incl_tax: money(subtotal + tax),
    tax_amount: tax,
    total_due: total,
    total_item_count: own.length,
    total_qty_ordered: sum('qty_ordered'),
    updated_at: now,
    weight: sum('row_weight'),
    ...given.columns,
    items: items.map((item) => withTaxes(item, taxes)),
    billing_address: billing,
    payment: {
      account_status: null,
      additional_information: Object.values(payment_info),
      amount_ordered: total,
      base_amount_ordered: total,
      base_shipping_amount: shipping_amount,
      cc_last4: null,
      entity_id: tables.next('payments'),
      method: payment_method,
      parent_id: id,
      shipping_amount,
      ...given.payment,
    },
    status_histories: [],
    extension_attributes: {
      shipping_assignments: [
        { shipping: shipping ? { address: shipping, method: 'flatrate_flatrate' } : {} },
      ],
      payment_additional_info: Object.entries(payment_info).map(([key, value]) => ({ key, value })),
      ...taxExtension(id, own, taxes),
      converting_from_quote: false,
      additional_itemized_taxes: [],
      ...given.extension,
    },
  });
}

interface LinePlace {
  readonly tables: SalesTables;
  readonly now: string;
  /** Id of the order. */
  readonly id: number;
  readonly store_id: number;
  readonly virtual: boolean;
}

/** A line and, behind it, the lines of what it is made of. */
function placedLine(line: NewOrderLine, place: LinePlace): OrderItemData[] {
  const { children = [] } = line;
  const [chosen] = children;
  const type =
    children.length === 0 ? (place.virtual ? 'virtual' : 'simple') : children[1] ? 'bundle' : 'configurable';
  // A configurable line carries the SKU of what was chosen. Magento: recordings/2.4.8-p1/order-items.json 'single'.
  const sku = type === 'configurable' ? (chosen?.sku ?? line.sku) : line.sku;
  const parent = lineRow({ ...line, sku }, place, {
    product_type: type,
    ...(type === 'configurable'
      ? {
          product_option: {
            extension_attributes: {
              configurable_item_options: [{ option_id: '93', option_value: chosen?.product_id ?? 12 }],
            },
          },
        }
      : {}),
  });
  const below = children.map((child) =>
    // Children of bundles carry prices, those of configurables are free.
    lineRow(type === 'bundle' ? child : { ...child, price: 0 }, place, {
      product_type: 'simple',
      parent_item_id: parent.item_id,
      qty_ordered: parent.qty_ordered * (child.qty ?? 1),
    }),
  );
  return [parent, ...below];
}

function lineRow(
  line: NewOrderLine,
  { tables, now, id, store_id, virtual }: LinePlace,
  own: SalesRow,
): OrderItemData {
  const { sku, name = sku, price, tax_percent = 0, product_id = 1 } = line;
  const qty = Number(own['qty_ordered'] ?? line.qty ?? 1);
  const item_id = tables.next('order_items');
  const row_total = money(price * qty);
  const tax = money((row_total * tax_percent) / 100, 2);
  const weight = virtual ? 0 : 1.5;
  const price_incl_tax = money(price * (1 + tax_percent / 100), 2);
  const row_total_incl_tax = money(row_total + tax);
  return {
    amount_refunded: 0,
    base_amount_refunded: 0,
    base_discount_amount: 0,
    base_discount_invoiced: 0,
    base_discount_tax_compensation_amount: 0,
    base_original_price: price,
    base_price: price,
    base_price_incl_tax: price_incl_tax,
    base_row_invoiced: 0,
    base_row_total: row_total,
    base_row_total_incl_tax: row_total_incl_tax,
    base_tax_amount: tax,
    base_tax_invoiced: 0,
    created_at: now,
    discount_amount: 0,
    discount_invoiced: 0,
    discount_percent: 0,
    discount_tax_compensation_amount: 0,
    free_shipping: 0,
    is_qty_decimal: 0,
    is_virtual: virtual ? 1 : 0,
    item_id,
    name,
    no_discount: 0,
    order_id: id,
    original_price: price,
    price,
    price_incl_tax,
    product_id,
    qty_canceled: 0,
    qty_invoiced: 0,
    qty_ordered: qty,
    qty_refunded: 0,
    qty_shipped: 0,
    quote_item_id: item_id,
    row_invoiced: 0,
    row_total,
    row_total_incl_tax,
    row_weight: money(weight * qty),
    sku,
    store_id,
    tax_amount: tax,
    tax_invoiced: 0,
    tax_percent,
    updated_at: now,
    weight,
    ...own,
    ...line.columns,
  };
}

/** 32 hexadecimal digits that are the same for the same order. */
function protectCode(id: number): string {
  return [1, 2, 3, 4]
    .map((part) => (Math.imul(id, 0x9e3779b1 * part) >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
