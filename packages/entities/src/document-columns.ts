import { kept, personal } from './column.ts';
import type { ChildTable } from './entity.ts';

/** Columns that invoices and credit memos have in common: their money. */
export const documentMoney = {
  grand_total: kept.money('Sum'),
  base_grand_total: kept.money('Sum, in base currency'),
  subtotal: kept.money('Sum of the lines without tax'),
  base_subtotal: kept.money('Sum of the lines without tax, in base currency'),
  subtotal_incl_tax: kept.money('Sum of the lines with tax'),
  base_subtotal_incl_tax: kept.money('Sum of the lines with tax, in base currency'),
  tax_amount: kept.money('Tax'),
  base_tax_amount: kept.money('Tax, in base currency'),
  discount_amount: kept.money('Discount; may be negative'),
  base_discount_amount: kept.money('Discount, in base currency; may be negative'),
  shipping_amount: kept.money('Shipping without tax'),
  base_shipping_amount: kept.money('Shipping without tax, in base currency'),
  shipping_incl_tax: kept.money('Shipping with tax'),
  base_shipping_incl_tax: kept.money('Shipping with tax, in base currency'),
  shipping_tax_amount: kept.money('Tax of the shipping'),
  base_shipping_tax_amount: kept.money('Tax of the shipping, in base currency'),
  order_currency_code: kept.text('Currency that the customer saw'),
  base_currency_code: kept.text('Currency of the website: of all columns that begin with base_'),
  global_currency_code: kept.text('Currency of the shop'),
  store_currency_code: kept.text('Currency of the store view'),
  base_to_order_rate: kept.rate('Rate from base to order currency'),
  base_to_global_rate: kept.rate('Rate from base to global currency'),
  transaction_id: personal.text('Transaction at the payment provider'),
} as const;

/** Columns of every line of a document. */
export const lineColumns = {
  entity_id: kept.id('Id in Magento'),
  parent_id: kept.id('The document'),
  order_item_id: kept.reference('Line of the order, see order_items'),
  product_id: kept.reference('Product; it may have been deleted'),
  sku: kept.text('Article number as it was'),
  name: kept.text('Name as it was'),
  qty: kept.quantity('Number'),
  price: kept.money('Price of one without tax'),
} as const;

/** Columns of the lines of invoices and credit memos: their money. */
export const lineMoney = {
  base_price: kept.money('Price of one without tax, in base currency'),
  price_incl_tax: kept.money('Price of one with tax'),
  base_price_incl_tax: kept.money('Price of one with tax, in base currency'),
  row_total: kept.money('Price of all without tax'),
  base_row_total: kept.money('Price of all without tax, in base currency'),
  row_total_incl_tax: kept.money('Price of all with tax'),
  base_row_total_incl_tax: kept.money('Price of all with tax, in base currency'),
  tax_amount: kept.money('Tax'),
  base_tax_amount: kept.money('Tax, in base currency'),
  discount_amount: kept.money('Discount'),
  base_discount_amount: kept.money('Discount, in base currency'),
  base_cost: kept.money('Cost of one, in base currency'),
} as const;

/** The table of comments of one kind of document. */
export function commentsOf(name: string, comment: string): ChildTable {
  return {
    name,
    record: 'comment',
    comment,
    key: ['entity_id'],
    parent: 'parent_id',
    from: ['comments'],
    columns: {
      entity_id: kept.id('Id in Magento'),
      parent_id: kept.id('The document'),
      created_at: kept.time('When it was written'),
      comment: personal.text('Text; may hold HTML'),
      is_customer_notified: kept.flag('Whether the customer was told'),
      is_visible_on_front: kept.flag('Whether the customer can see it'),
    },
    indexes: [],
  };
}
