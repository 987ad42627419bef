import { expect, test } from 'vitest';
import { type RecordedExchange, readRecording, readRows } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { reasonToLeaveOut } from '../testing/second-shop.ts';
import type { DocumentData, OrderData, OrderItemData } from './records.ts';

type Exchange = RecordedExchange & { readonly note?: string };

const exchanges: readonly Exchange[] = readRecording('2.4.8-p1/writes-and-updated-at');

const ofSales = exchanges.filter((exchange) => !reasonToLeaveOut('writes-and-updated-at', exchange));

/** The recorder set every stamp to this before each write. */
const before = '2026-01-01 00:00:00';

/** The lists were recorded after the writes. */
const after = (file: string, id: number) =>
  readRows<OrderData & DocumentData>(`2.4.8-p1/${file}.ndjson`).find(({ entity_id }) => entity_id === id)!;

/** What the recorder did by SQL. */
const bySql: Readonly<Record<string, (shop: MagentoShop) => void>> = {
  'order: status by direct SQL': ({ sales }) => void sales.updateBySql(279, { status: 'complete' }),
  'order: item by direct SQL': ({ sales }) =>
    void sales.updateItemBySql(sales.order(279)!.items[0]!.item_id, { qty_canceled: 1 }),
  'order: deleted by SQL': ({ sales }) => void sales.removeOrder(279),
};

/** An order of the recording as it was while it was pending, with the members that pending orders have. */
function pending(order: OrderData, example: OrderData): OrderData {
  const like = <T extends object>(row: T, names: object): T =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name in names)) as T;
  const [item] = example.items;
  return {
    ...like(order, example),
    state: 'new',
    status: 'pending',
    customer_note_notify: 1,
    base_total_due: order['base_grand_total'],
    total_due: order.grand_total,
    items: order.items.map((line): OrderItemData => {
      const { parent_item: _copy, ...row } = like(line, { ...item, product_option: 1, parent_item_id: 1 });
      const amounts = ['amount_refunded', 'base_amount_refunded', 'row_invoiced', 'base_row_invoiced'];
      return {
        ...(row as unknown as OrderItemData),
        ...Object.fromEntries(amounts.map((name) => [name, 0])),
        qty_invoiced: 0,
        qty_shipped: 0,
        qty_refunded: 0,
        qty_canceled: 0,
      };
    }),
    payment: like(order.payment!, example.payment!),
    status_histories: [],
    extension_attributes: {
      ...order.extension_attributes,
      shipping_assignments: order.extension_attributes.shipping_assignments!.map(({ shipping }) => ({
        shipping,
      })),
    },
  };
}

/** Undoes the recorded writes. */
function rewind({ sales, customers }: MagentoShop): void {
  const six = sales.order(6)!;
  const last = sales.order(280)!;
  const example = sales.order(278)!;
  for (const id of [6, 280]) sales.removeOrder(id);
  const { counters, ...rest } = sales.snapshot();
  const other: OrderData = { ...pending(six, example), entity_id: 279, increment_id: '000000230' };
  sales.restoreSnapshot({
    ...rest,
    orders: [
      ...rest.orders,
      pending(six, example),
      pending(last, example),
      {
        ...other,
        items: other.items.map((item, index) => ({ ...item, order_id: 279, item_id: 900 + index })),
      },
    ],
    counters: new Map([
      ...counters,
      ['invoices', 137],
      ['invoice_items', 253],
      ['invoice_comments', 0],
      ['shipments', 69],
      ['shipment_items', 127],
      ['shipment_comments', 0],
      ['credit_memos', 23],
      ['credit_memo_items', 43],
      ['credit_memo_comments', 0],
      ['comments', 39],
    ]),
  });
  customers.create({ id: 10 });
  sales.updateSilently(234, { customer_id: 10 });
}

const documentKinds = { invoice: 'invoices', shipment: 'shipments', creditmemo: 'credit_memos' } as const;

function resetStamps({ sales }: MagentoShop): void {
  for (const id of [6, 234, 279, 280]) {
    if (!sales.order(id)) continue;
    sales.updateSilently(id, { updated_at: before });
    for (const { item_id } of sales.order(id)!.items)
      sales.updateItemSilently(item_id, { updated_at: before });
  }
  for (const kind of Object.values(documentKinds))
    for (const { entity_id, order_id } of sales.documents(kind))
      if (order_id === 6) sales.updateDocumentSilently(kind, entity_id, { updated_at: before });
}

/** What the recorder noted about a row, such as `order 6: did not move`. */
function movement({ sales }: MagentoShop, what: string, id: number): string {
  const said = (stamps: readonly string[]) =>
    stamps.every((stamp) => stamp === before) ? 'did not move' : 'moved';
  const order = sales.order(id);
  if (what === 'order') return order ? said([order.updated_at]) : 'gone';
  if (what === 'items') return said(order!.items.map(({ updated_at }) => updated_at));
  return said([sales.document(documentKinds[what as keyof typeof documentKinds], id)!.updated_at]);
}

/** The minute of the recording, and the time of stamps that were made then. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/2026-11-26 11:34:3\d/g, '<then>'));

test('every recorded write to sales: its answer, which stamps it moves, and what the lists show afterwards', async () => {
  await using shop = await startMagentoShop({ recorded: '2.4.8-p1' });
  shop.clock.set(new Date('2026-11-26T11:34:32Z'));
  shop.clock.freeze(true);
  rewind(shop);
  const noted: string[] = [];
  for (const { title, request, response, note = '' } of ofSales) {
    resetStamps(shop);
    if (request.method === 'SQL') bySql[title]!(shop);
    else {
      const answer = await fetch(shop.url + request.path, {
        method: request.method,
        headers: { ...request.headers, Authorization: 'Bearer all-rights' },
        ...(request.body ? { body: request.body } : {}),
      });
      expect({ title, status: answer.status, body: comparable(await answer.json()) }).toEqual({
        title,
        status: response.status,
        body: comparable(JSON.parse(response.body)),
      });
    }
    for (const [, what = '', id, moved] of note.matchAll(
      /(order|items|invoice|shipment|creditmemo) (\d+): ([a-z ]+)/g,
    )) {
      noted.push(`${title}: ${what} ${id} ${moved}`);
      expect(`${title}: ${what} ${id} ${movement(shop, what, Number(id))}`).toBe(noted.at(-1));
    }
  }
  expect(noted).toHaveLength(55);

  const shown = async (path: string) => {
    const answer = await fetch(`${shop.url}/rest/V1/${path}`, {
      headers: { authorization: 'Bearer all-rights' },
    });
    return comparable(await answer.json());
  };
  const { customer_id: _gone, ...ofDeletedCustomer } = shop.sales.order(234)!;
  expect(shop.sales.order(234)).toEqual(ofDeletedCustomer);
  for (const [path, kind, id] of [
    ['invoices', 'invoices', 138],
    ['shipment', 'shipments', 70],
    ['creditmemo', 'creditmemos', 24],
  ] as const)
    expect(await shown(`${path}/${id}`), path).toEqual(comparable(after(kind, id)));
  resetStamps(shop);
  expect(await shown('orders/6')).toEqual(comparable(after('orders', 6)));
});

test('a cancelled order is the recorded one', async () => {
  await using shop = await startMagentoShop({ recorded: '2.4.8-p1' });
  shop.clock.set(new Date('2026-11-26T11:34:33Z'));
  rewind(shop);
  resetStamps(shop);
  shop.sales.cancel(280);
  const answer = await fetch(`${shop.url}/rest/V1/orders/280`, {
    headers: { authorization: 'Bearer all-rights' },
  });
  expect(comparable(await answer.json())).toEqual(comparable(after('orders', 280)));
});
