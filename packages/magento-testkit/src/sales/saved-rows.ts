import { type OrderAddressData, type OrderData, type SalesRow, withoutNulls } from './records.ts';

/** The order with another shipping address, or with none. */
export function withShipping(order: OrderData, address: OrderAddressData | undefined): Partial<OrderData> {
  const { shipping_assignments: assignments = [], ...extension } = order.extension_attributes;
  const shipping_assignments = assignments.map(({ shipping: { address: _former, ...shipping } }) => ({
    shipping: { ...shipping, ...(address ? { address } : {}) },
  }));
  return { extension_attributes: { shipping_assignments, ...extension } };
}

/** The stamp of a row that direct SQL changes; none where every column stays as it is or the SQL sets the stamp itself. */
export function movedStamp(row: SalesRow, changes: SalesRow, now: string): SalesRow {
  return hasChanged(row, { ...row, ...changes }) && !('updated_at' in changes) ? { updated_at: now } : {};
}

/** Whether a column of the row itself differs; what hangs below it does not count. */
function hasChanged(former: SalesRow, row: SalesRow): boolean {
  const isColumn = (value: unknown) => value === null || typeof value !== 'object';
  return Object.keys({ ...former, ...row }).some((column) => {
    const [before, after] = [former[column] ?? null, row[column] ?? null];
    return before !== after && isColumn(before) && isColumn(after);
  });
}

/**
 * An order as Magento saves it: the order and each of its lines move where one of their columns changed, and the addresses get
 * the e-mail address of the order again.
 *
 * Magento: recordings/2.4.8-p1/orders.json, the order with id 6, whose address was saved with another one.
 */
export function saved(former: OrderData, row: OrderData, now: string): OrderData {
  const items = row.items.map((item, index) => {
    const before = former.items[index];
    return before && before !== item && hasChanged(before, item) ? { ...item, updated_at: now } : item;
  });
  const email = row.customer_email;
  const [assignment] = row.extension_attributes.shipping_assignments ?? [];
  const shipping = assignment?.shipping.address;
  return withoutNulls({
    ...row,
    items,
    ...(email && row.billing_address ? { billing_address: { ...row.billing_address, email } } : {}),
    ...(email && shipping ? withShipping(row, { ...shipping, email }) : {}),
    ...(hasChanged(former, row) ? { updated_at: now } : {}),
  });
}

/** The members in which a row differs from what it was, null for those that are gone. */
export function changed(former: OrderData, row: OrderData): Partial<OrderData> {
  const names = Object.keys({ ...former, ...row }).filter((name) => former[name] !== row[name]);
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
