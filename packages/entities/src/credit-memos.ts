import { kept, personal } from './column.ts';
import { commentsOf, documentMoney, lineColumns, lineMoney } from './document-columns.ts';
import type { Entity } from './entity.ts';
import { salesDocument } from './sales-document.ts';

/** Credit memos with their lines and comments. */
export const creditMemos = {
  ...salesDocument,
  name: 'credit_memos',
  record: 'credit memo',

  list: '/V1/creditmemos',
  single: '/V1/creditmemo/:id',
  right: { name: 'Magento_Sales::sales_creditmemo', before231: 'Magento_Sales::sales' },
  page: { first: 100, most: 300 },

  table: {
    name: 'credit_memos',
    comment: 'Credit memos as the shop last showed them',
    key: 'entity_id',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    columns: {
      entity_id: kept.id('Credit memo id in Magento'),
      increment_id: kept.text('Number that people see; unique within a store, not in the shop'),
      order_id: kept.reference('Order, see orders; it may be gone'),
      invoice_id: kept.reference('Invoice, see invoices; only of refunds through the payment provider'),
      store_id: kept.integer('Store view; null also when it was deleted', { pointsTo: 'store_views' }),
      state: kept.integer('1 open, 2 refunded, 3 canceled'),
      created_at: kept.time('When it was made'),
      updated_at: kept.time('Stamp of the shop; comments do not move it'),
      adjustment: kept.money('Refunded beside the lines, less what was kept'),
      base_adjustment: kept.money('Refunded beside the lines, less what was kept, in base currency'),
      adjustment_positive: kept.money('Refunded beside the lines'),
      base_adjustment_positive: kept.money('Refunded beside the lines, in base currency'),
      adjustment_negative: kept.money('Kept from the refund'),
      base_adjustment_negative: kept.money('Kept from the refund, in base currency'),
      ...documentMoney,
      billing_address_id: kept.reference('Billing address, see order_addresses'),
      shipping_address_id: kept.reference('Shipping address, see order_addresses'),
      extension_attributes: personal.members('Values that modules add'),
    },
    indexes: [{ on: ['order_id'] }, { on: ['created_at'] }],
  },
  children: [
    {
      name: 'credit_memo_items',
      record: 'line of a credit memo',
      comment: 'Lines of credit memos',
      key: ['entity_id'],
      parent: 'parent_id',
      from: ['items'],
      columns: { ...lineColumns, ...lineMoney },
      indexes: [{ on: ['order_item_id'] }],
    },
    commentsOf('credit_memo_comments', 'Comments of credit memos'),
  ],

  secrets: [],
  repeats: [],
  person: { order: 'order_id' },
  recentDays: 90,
  events: [
    { named: /sales_(order_)?creditmemo_(comment|item)_/, ids: ['parent_id'] },
    { named: /(^|[._])(sales_order_)?creditmemo(_|\.|$)/, ids: ['entity_id'], deleted: /creditmemo_delete/ },
  ],
} as const satisfies Entity;
