import { requiredField, WebApiError } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import type { NewOrderLine } from '../sales/new-order.ts';
import type { DocumentLine, DocumentRequest } from '../sales/order-documents.ts';
import { isOpen, statusesOfState } from '../sales/order-states.ts';
import type { OrderData, SalesRow } from '../sales/records.ts';
import type { DocumentKind } from '../sales/sales-tables.ts';
import { shownOrder } from '../sales/shown.ts';
import type { Route, RouteCall } from './route.ts';
import { existingRow } from './sales.ts';
import { integerVariable } from './variables.ts';

function write(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  right: string | ((release: Release) => string),
  handle: Route['handle'],
): Route {
  return { method, path, resource: typeof right === 'string' ? `Magento_Sales::${right}` : right, handle };
}

/** Late patch levels ask for a right of its own, so that nobody makes up orders. Magento: module-sales/etc/webapi.xml. */
function createRight(release: Release): string {
  const { isFrom, version } = release;
  const isLatePatch = ['2.4.4-p13', '2.4.5-p13', '2.4.6-p11', '2.4.7-p6'].some(
    (border) => version.startsWith(border.slice(0, 5)) && isFrom(border),
  );
  return isLatePatch || isFrom('2.4.8') ? 'Magento_Sales::api_actions' : 'Magento_Sales::create';
}

function entity({ body }: RouteCall, name = 'entity'): SalesRow {
  const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const given = body[name] ?? body[camelCase];
  if (typeof given !== 'object' || given === null) throw requiredField(camelCase);
  return given as SalesRow;
}

const orderOf = (call: RouteCall, variable = 'id'): OrderData =>
  existingRow(call.shop.sales.orders, integerVariable(call, variable));

/** A refusal of the administration in the words of the Web API. */
function refusing<T>(message: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) throw new WebApiError(400, message);
    throw error;
  }
}

/** `POST /orders/:id/comments`. Since 2.4.7 the status has to be one of the order's state. */
function commentOrder(call: RouteCall): unknown {
  const order = orderOf(call);
  const { comment, status, is_customer_notified, is_visible_on_front } = entity(call, 'status_history');
  const known = statusesOfState[order.state ?? ''] ?? [];
  if (typeof status === 'string' && call.shop.release.isFrom('2.4.7') && !known.includes(status))
    throw new WebApiError(
      400,
      `Unable to add comment: The status "${status}" is not part of the order status history.`,
    );
  call.shop.salesAdministration.comment(order.entity_id, {
    comment: typeof comment === 'string' ? comment : null,
    ...(typeof status === 'string' ? { status } : {}),
    is_customer_notified: Number(is_customer_notified ?? 0),
    is_visible_on_front: Number(is_visible_on_front ?? 0),
  });
  return true;
}

/** Adds a comment to the document that the entity names, which a path variable repeats for some. */
const commentDocument =
  (kind: DocumentKind) =>
  (call: RouteCall): unknown => {
    const { parent_id, comment, is_customer_notified, is_visible_on_front } = entity(call);
    const { entity_id } = existingRow(call.shop.sales.documents(kind), Number(parent_id));
    return call.shop.salesAdministration.commentDocument(kind, entity_id, {
      comment: typeof comment === 'string' ? comment : null,
      is_customer_notified: Number(is_customer_notified ?? 0),
      is_visible_on_front: Number(is_visible_on_front ?? 0),
    });
  };

/** The shop sends no e-mails, hence `false`. Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'invoice: e-mails'. */
const emailDocument =
  (kind: DocumentKind) =>
  (call: RouteCall): unknown => {
    const { entity_id } = existingRow(call.shop.sales.documents(kind), integerVariable(call, 'id'));
    call.shop.salesAdministration.emailDocument(kind, entity_id);
    return false;
  };

function documentRequest({ body }: RouteCall): DocumentRequest {
  const { items, arguments: given } = body as {
    items?: readonly DocumentLine[];
    arguments?: { shipping_amount?: number; adjustment_positive?: number; adjustment_negative?: number };
  };
  return { lines: items, ...given };
}

/** Makes a document of an order and answers its id, a text in JSON. */
const makeDocument =
  (
    what: string,
    act: (call: RouteCall, orderId: number, request: DocumentRequest) => { entity_id: number },
  ) =>
  (call: RouteCall): unknown => {
    const { entity_id } = orderOf(call, 'orderId');
    const [title, article] = what === 'Invoice' ? [what, 'an'] : [what, 'a'];
    const message = `${title} Document Validation Error(s):\nThe order does not allow ${article} ${title.toLowerCase()} to be created.`;
    const { entity_id: id } = refusing(message, () => act(call, entity_id, documentRequest(call)));
    return String(id);
  };

/** `PUT /orders/:parent_id` saves an address. Magento: module-sales/Model/Order/AddressRepository.php. */
function saveAddress(call: RouteCall): unknown {
  const order = orderOf(call, 'parent_id');
  const { entity_id, ...changes } = entity(call);
  const type = order.billing_address?.entity_id === entity_id ? 'billing' : 'shipping';
  return refusing('The entity that was requested does not exist.', () =>
    call.shop.salesAdministration.editAddress(order.entity_id, type, changes),
  );
}

/**
 * Saves the columns of an order that are sent, or makes a new order where no id is. The answer is not the order: it has what was
 * sent and what hangs below the order.
 *
 * Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'order: save through POST /orders'.
 */
function saveOrder(call: RouteCall): unknown {
  const { shop } = call;
  const { entity_id, ...given } = entity(call);
  if (entity_id === undefined) {
    const { items, ...columns } = given;
    const placed = shop.salesAdministration.place({ lines: newLines(items), columns });
    return shownOrder(placed, shop.release);
  }
  const { entity_id: id } = existingRow(shop.sales.orders, Number(entity_id));
  const columns = Object.entries(given).filter(([, value]) => typeof value !== 'object');
  const saved = shop.salesAdministration.save(id, Object.fromEntries(columns));
  return {
    base_grand_total: null,
    base_total_due: 0,
    billing_address_id: saved['billing_address_id'],
    created_at: saved.created_at,
    customer_email: null,
    entity_id: id,
    grand_total: null,
    ...Object.fromEntries(columns),
    total_due: 0,
    updated_at: saved.updated_at,
    items: saved.items.map(({ extension_attributes: _absent, ...item }) => item),
    billing_address: saved.billing_address,
    payment: saved.payment,
    status_histories: saved.status_histories,
  };
}

function newLines(items: unknown): NewOrderLine[] {
  if (!Array.isArray(items) || items.length === 0) throw requiredField('items');
  return (items as SalesRow[]).map((item) => ({
    sku: String(item['sku']),
    name: String(item['name'] ?? item['sku']),
    price: Number(item['price'] ?? 0),
    qty: Number(item['qty_ordered'] ?? 1),
  }));
}

/**
 * What writes to orders and documents. Which of their stamps move is the business of the administration.
 *
 * Magento: module-sales/etc/webapi.xml.
 */
export const salesWriteRoutes: readonly Route[] = [
  write('POST', '/orders', createRight, saveOrder),
  write('PUT', '/orders/create', createRight, saveOrder),
  write('PUT', '/orders/:parent_id', createRight, saveAddress),
  write('POST', '/orders/:id/comments', 'comment', commentOrder),
  write('POST', '/orders/:id/emails', 'emails', (call) => {
    orderOf(call);
    return false;
  }),
  write('POST', '/orders/:id/cancel', 'cancel', (call) => {
    const order = orderOf(call);
    // What cannot be cancelled is left alone. Magento: module-sales/Model/Service/OrderService.php::cancel.
    if (!isOpen(order) || order.state === 'complete') return false;
    call.shop.salesAdministration.cancel(order.entity_id);
    return true;
  }),
  write('POST', '/orders/:id/hold', 'hold', (call) => {
    const order = orderOf(call);
    if (!isOpen(order) || order.state === 'complete')
      throw new WebApiError(400, 'A hold action is not available.');
    call.shop.salesAdministration.hold(order.entity_id);
    return true;
  }),
  write('POST', '/orders/:id/unhold', 'unhold', (call) => {
    const order = orderOf(call);
    if (order.state !== 'holded') throw new WebApiError(400, 'You cannot remove the hold.');
    call.shop.salesAdministration.unhold(order.entity_id);
    return true;
  }),
  write(
    'POST',
    '/order/:orderId/invoice',
    'invoice',
    makeDocument('Invoice', ({ shop }, id, request) => shop.salesAdministration.invoice(id, request)),
  ),
  write(
    'POST',
    '/order/:orderId/ship',
    'ship',
    makeDocument('Shipment', ({ shop, body }, id, request) => {
      const shipment = shop.salesAdministration.ship(id, request);
      for (const track of (body['tracks'] ?? []) as SalesRow[])
        shop.salesAdministration.addTrack(shipment.entity_id, track);
      return shipment;
    }),
  ),
  write(
    'POST',
    '/order/:orderId/refund',
    'creditmemo',
    makeDocument('Creditmemo', ({ shop }, id, request) => shop.salesAdministration.refund(id, request)),
  ),
  write('POST', '/invoices/comments', 'sales_invoice', commentDocument('invoices')),
  write('POST', '/invoices/:id/emails', 'sales_invoice', emailDocument('invoices')),
  write('POST', '/shipment/:id/comments', 'shipment', commentDocument('shipments')),
  write('POST', '/shipment/:id/emails', 'shipment', emailDocument('shipments')),
  write('POST', '/shipment/track', 'shipment', (call) => {
    const { parent_id, order_id: _ofShipment, ...track } = entity(call);
    const { entity_id } = existingRow(call.shop.sales.shipments, Number(parent_id));
    return call.shop.salesAdministration.addTrack(entity_id, track);
  }),
  write('DELETE', '/shipment/track/:id', 'shipment', (call) => {
    const id = integerVariable(call, 'id');
    const owner = call.shop.sales.shipments
      .all()
      .find(({ tracks }) => tracks?.some(({ entity_id }) => entity_id === id));
    existingRow(call.shop.sales.shipments, owner?.entity_id ?? -1);
    call.shop.salesAdministration.removeTrack(id);
    return true;
  }),
  write('POST', '/creditmemo/:id/comments', 'sales_creditmemo', commentDocument('credit_memos')),
  write('POST', '/creditmemo/:id/emails', 'sales_creditmemo', emailDocument('credit_memos')),
];
