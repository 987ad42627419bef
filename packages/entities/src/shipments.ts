import { kept, personal } from './column.ts';
import { commentsOf, lineColumns } from './document-columns.ts';
import type { Entity } from './entity.ts';
import { salesDocument } from './sales-document.ts';

/** Shipments with their lines, tracks and comments. */
export const shipments = {
  ...salesDocument,
  name: 'shipments',
  record: 'shipment',

  list: '/V1/shipments',
  single: '/V1/shipment/:id',
  right: { name: 'Magento_Sales::shipment', before231: 'Magento_Sales::sales' },
  // A page with labels is many megabytes although they are cut: it becomes smaller by itself.
  page: { first: 50, most: 300 },

  table: {
    name: 'shipments',
    comment: 'Shipments as the shop last showed them',
    key: 'entity_id',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    columns: {
      entity_id: kept.id('Shipment id in Magento'),
      increment_id: kept.text('Number that people see; unique within a store, not in the shop'),
      order_id: kept.reference('Order, see orders; it may be gone'),
      store_id: kept.integer('Store view; null also when it was deleted', { pointsTo: 'store_views' }),
      customer_id: kept.reference('Customer; null for guests and after the customer was deleted'),
      created_at: kept.time('When it was made'),
      updated_at: kept.time('Stamp of the shop; tracks and comments do not move it'),
      total_qty: kept.quantity('Number of things shipped'),
      total_weight: kept.quantity('Weight'),
      source_code: kept.text('Warehouse', { from: 'extension_attributes.source_code' }),
      billing_address_id: kept.reference('Billing address, see order_addresses'),
      shipping_address_id: kept.reference('Shipping address, see order_addresses'),
      extension_attributes: personal.members('Values that modules add'),
    },
    indexes: [{ on: ['order_id'] }, { on: ['created_at'] }],
  },
  children: [
    {
      name: 'shipment_items',
      record: 'shipment line',
      comment: 'Lines of shipments',
      key: ['entity_id'],
      parent: 'parent_id',
      from: ['items'],
      columns: { ...lineColumns, weight: kept.quantity('Weight of one') },
      indexes: [{ on: ['order_item_id'] }],
    },
    {
      name: 'shipment_tracks',
      record: 'track',
      comment: 'Parcels of shipments',
      key: ['entity_id'],
      parent: 'parent_id',
      from: ['tracks'],
      columns: {
        entity_id: kept.id('Id in Magento'),
        parent_id: kept.id('Shipment, see shipments'),
        order_id: kept.reference('Order, see orders'),
        created_at: kept.time('When it was added'),
        updated_at: kept.time('Stamp of the track'),
        carrier_code: kept.text('Code of the carrier'),
        title: kept.text('Name of the carrier'),
        track_number: personal.text('Number at the carrier, who shows the way to the person by it'),
        weight: kept.quantity('Weight'),
        qty: kept.quantity('Number of things'),
        description: personal.text('Text'),
      },
      indexes: [{ on: ['order_id'] }, { on: ['track_number'] }],
    },
    commentsOf('shipment_comments', 'Comments of shipments'),
  ],

  // Labels are documents with the name and the address of the customer.
  secrets: ['shipping_label'],
  repeats: [],
  person: { order: 'order_id' },
  recentDays: 90,
  events: [
    { named: /sales_(order_)?shipment_(track|comment|item)_/, ids: ['parent_id'] },
    { named: /(^|[._])(sales_order_)?shipment(_|\.|$)/, ids: ['entity_id'], deleted: /shipment_delete/ },
  ],
} as const satisfies Entity;
