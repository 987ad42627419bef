import type { DocumentKind, MagentoShop, SalesRow } from '@magento-sync/magento-testkit';
import { copiedOrder, list, without } from './copied-order.ts';
import type { Json, Played, PlayedParts } from './played.ts';

const absent = () =>
  `{"message":"The entity that was requested doesn't exist. Verify the entity and try again."}`;
const present = (...values: unknown[]) =>
  values.filter((value) => value !== undefined && value !== null) as Json[];
const parentIsOrder = { order_id: ({ parent_id: id }: Json) => id };
function bornAt(moment: number) {
  const stamp = new Date(moment).toISOString().slice(0, 19).replace('T', ' ');
  return { created_at: stamp, updated_at: stamp };
}

const stampOf = (stamp: string | undefined) => (stamp === undefined ? {} : { updated_at: stamp });

const membersOf = ({ extension_attributes: members }: Json) => (members ?? {}) as Json;

const shippingOf = ({ extension_attributes: extension }: Json) =>
  list((extension as Json | undefined)?.['shipping_assignments'])[0]?.['shipping'] as Json | undefined;

/** The orders of a shop. */
export function playOrders({ clock, sales }: MagentoShop): Played {
  return {
    name: 'orders',
    record: 'order',
    list: '/V1/orders',
    single: /\/V1\/orders\/\d+$/,
    key: 'entity_id',
    stamp: 'updated_at',
    remembered: 'last_customer_id',
    columns: {
      last_customer_id: ({ customer_id: id }) => id,
      shipping_method: (order) => shippingOf(order)?.['method'],
      payment_method: ({ payment }) => (payment as Json | undefined)?.['method'],
      extension_attributes: membersOf,
    },
    parts: [
      {
        table: 'order_items',
        plural: 'lines',
        parent: 'order_id',
        key: ['item_id'],
        of: ({ items }) => list(items),
        columns: { extension_attributes: membersOf },
      },
      {
        table: 'order_addresses',
        plural: 'addresses',
        parent: 'order_id',
        key: ['entity_id'],
        of: (order) => present(order['billing_address'], shippingOf(order)?.['address']),
        columns: parentIsOrder,
      },
      {
        table: 'order_payments',
        plural: 'payments',
        parent: 'order_id',
        key: ['entity_id'],
        of: ({ payment }) => present(payment),
        columns: parentIsOrder,
      },
      {
        table: 'order_status_history',
        plural: 'comments',
        parent: 'order_id',
        key: ['entity_id'],
        of: ({ status_histories: comments }) => list(comments),
        columns: parentIsOrder,
      },
      {
        table: 'order_taxes',
        plural: 'taxes',
        parent: 'order_id',
        key: ['tax_id', 'code'],
        of: ({ extension_attributes: extension }) => list((extension as Json | undefined)?.['taxes']),
      },
    ],
    poison: sales.troubles.orders.poison,
    absent,
    ids: () => sales.orderIds(),
    stamps: () => sales.orders().map(({ entity_id: id, updated_at: stamp }) => [id, stamp]),
    shown: () => sales.shown('orders').map(copiedOrder),
    listed: () => sales.shown('orders'),
    save: (id, status) => void sales.changeStatus(id, status),
    saveBySql: (id, text) => void sales.updateBySql(id, { ext_order_id: text }),
    saveLate: (id, status) => sales.saveLate(id, { status }).commit,
    createLate: (text) => sales.placeLate({ columns: { ext_order_id: text } }).commit,
    change: (id, text, stamp) => void sales.updateSilently(id, { status: text, ...stampOf(stamp) }),
    replace(id) {
      const row = sales.removeOrderOnly(id);
      sales.restoreOrder({ ...row, ...bornAt(clock.databaseNow()), status: 'another' });
    },
    remove(id) {
      const row = sales.removeOrderOnly(id);
      return () => sales.restoreOrder(row);
    },
  };
}

const comments = (table: string): PlayedParts => ({
  table,
  plural: 'comments',
  parent: 'parent_id',
  key: ['entity_id'],
  of: ({ comments: rows }) => list(rows),
});

const lines = (table: string): PlayedParts => ({
  table,
  plural: 'lines',
  parent: 'parent_id',
  key: ['entity_id'],
  of: ({ items }) => list(items),
});

const tracks: PlayedParts = {
  table: 'shipment_tracks',
  plural: 'tracks',
  parent: 'parent_id',
  key: ['entity_id'],
  of: ({ tracks: rows }) => list(rows),
};

const documents = {
  invoices: {
    record: 'invoice',
    list: '/V1/invoices',
    single: /\/V1\/invoices\/\d+$/,
    /** A column that people see and that nothing follows from. */
    text: 'transaction_id',
    parts: [lines('invoice_items'), comments('invoice_comments')],
  },
  shipments: {
    record: 'shipment',
    list: '/V1/shipments',
    single: /\/V1\/shipment\/\d+$/,
    text: 'increment_id',
    parts: [lines('shipment_items'), comments('shipment_comments'), tracks],
  },
  credit_memos: {
    record: 'credit memo',
    list: '/V1/creditmemos',
    single: /\/V1\/creditmemo\/\d+$/,
    text: 'transaction_id',
    parts: [lines('credit_memo_items'), comments('credit_memo_comments')],
  },
} as const;

/** The invoices, shipments or credit memos of a shop. */
export function playDocuments({ clock, sales }: MagentoShop, kind: DocumentKind): Played {
  const { text: column, ...known } = documents[kind];
  const columnOf = (text: string): SalesRow => ({ [column]: text });
  return {
    ...known,
    name: kind,
    key: 'entity_id',
    stamp: 'updated_at',
    columns: {
      extension_attributes: membersOf,
      source_code: (shown) => membersOf(shown)['source_code'],
    },
    poison: sales.troubles[kind].poison,
    absent,
    ids: () => sales.documents(kind).map(({ entity_id: id }) => id),
    stamps: () => sales.documents(kind).map(({ entity_id: id, updated_at: stamp }) => [id, stamp]),
    shown: () => sales.shown(kind).map((row) => without(row, 'shipping_label')),
    listed: () => sales.shown(kind),
    save: (id, text) => void sales.updateDocumentBySql(kind, id, columnOf(text)),
    saveBySql: (id, text) => void sales.updateDocumentBySql(kind, id, columnOf(text)),
    // A document changes once in a while; what is late about it is that it is made.
    saveLate(id, text) {
      const { [column]: before, updated_at: stamp }: SalesRow = sales.document(kind, id) ?? {};
      const saved = sales.updateDocumentBySql(kind, id, columnOf(text));
      sales.updateDocumentSilently(kind, id, { [column]: before ?? null, updated_at: String(stamp) });
      return () => {
        if (sales.document(kind, id))
          sales.updateDocumentSilently(kind, id, { [column]: text, updated_at: saved.updated_at });
      };
    },
    createLate(text) {
      for (const { entity_id: orderId } of sales.orders()) {
        try {
          return sales.makeLate(kind, orderId, { columns: columnOf(text) }).commit;
        } catch (error) {
          // Most orders have nothing left for another document.
          if (!(error instanceof RangeError)) throw error;
        }
      }
      return undefined;
    },
    change: (id, text, stamp) =>
      void sales.updateDocumentSilently(kind, id, { ...columnOf(text), ...stampOf(stamp) }),
    replace(id) {
      const row = sales.removeDocument(kind, id);
      sales.restoreDocument(kind, { ...row, ...bornAt(clock.databaseNow()) });
    },
    remove(id) {
      const row = sales.removeDocument(kind, id);
      return () => sales.restoreDocument(kind, row);
    },
  };
}
