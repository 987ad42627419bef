import { kept, personal } from './column.ts';
import { commentsOf, documentMoney, lineColumns, lineMoney } from './document-columns.ts';
import type { Entity } from './entity.ts';
import { salesDocument } from './sales-document.ts';

/** Invoices with their lines and comments. */
export const invoices = {
  ...salesDocument,
  name: 'invoices',
  record: 'invoice',

  list: '/V1/invoices',
  single: '/V1/invoices/:id',
  right: { name: 'Magento_Sales::sales_invoice', before231: 'Magento_Sales::sales' },
  page: { first: 100, most: 300 },

  table: {
    name: 'invoices',
    comment: 'Invoices as the shop last showed them',
    key: 'entity_id',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    columns: {
      entity_id: kept.id('Invoice id in Magento'),
      increment_id: kept.text('Number that people see; unique within a store, not in the shop'),
      order_id: kept.reference('Order, see orders; it may be gone'),
      store_id: kept.integer('Store view; null also when it was deleted', { pointsTo: 'store_views' }),
      state: kept.integer('1 open, 2 paid, 3 canceled'),
      created_at: kept.time('When it was made'),
      updated_at: kept.time('Stamp of the shop; comments do not move it'),
      total_qty: kept.quantity('Number of things invoiced'),
      is_used_for_refund: kept.flag('Whether something of it was refunded'),
      base_total_refunded: kept.money('Refunded of it, in base currency'),
      ...documentMoney,
      billing_address_id: kept.reference('Billing address, see order_addresses'),
      shipping_address_id: kept.reference('Shipping address, see order_addresses'),
      extension_attributes: personal.members('Values that modules add'),
    },
    indexes: [{ on: ['order_id'] }, { on: ['created_at'] }],
  },
  children: [
    {
      name: 'invoice_items',
      record: 'invoice line',
      comment: 'Lines of invoices',
      key: ['entity_id'],
      parent: 'parent_id',
      from: ['items'],
      columns: { ...lineColumns, ...lineMoney },
      indexes: [{ on: ['order_item_id'] }],
    },
    commentsOf('invoice_comments', 'Comments of invoices'),
  ],

  secrets: [],
  repeats: [],
  person: { order: 'order_id' },
  recentDays: 90,
  events: [
    { named: /sales_(order_)?invoice_(comment|item)_/, ids: ['parent_id'] },
    { named: /(^|[._])(sales_order_)?invoice(_|\.|$)/, ids: ['entity_id'], deleted: /invoice_delete/ },
  ],
} as const satisfies Entity;
