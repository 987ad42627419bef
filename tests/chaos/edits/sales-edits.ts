import type { DocumentKind, OrderData } from '@magento-sync/magento-testkit';
import type { EditorsHand, Edits } from './editors-hand.ts';

/** Deletions of one story and kind: so many that the brake allows them in the smallest shop. */
const mostDeletions = 8;
const kindsOfDocuments = ['invoices', 'shipments', 'credit_memos'] as const;
const zeroDate = '0000-00-00 00:00:00';

/** What never may reach the copy; every order that is placed has it. */
export const secret = 'very-secret';

/** What people, imports and other systems do with orders and their documents. */
export function salesEdits({ shop, dice, genre, ...hand }: EditorsHand): Edits {
  const { name, stampedNow, shopStamp } = hand;
  const { sales } = shop;
  const kept: OrderData[] = [];
  const anyId = () => dice.pick(sales.orderIds());
  const anyKind = () => dice.pick(kindsOfDocuments);

  const loud: readonly (() => void)[] = [
    place,
    place,
    () => stampedNow(sales.placeLate({ email: `${name()}@example.com` }).commit),
    () => void sales.changeStatus(anyId(), name()),
    () => void sales.save(anyId(), { ext_order_id: name() }),
    () => stampedNow(sales.saveLate(anyId(), { coupon_code: name() }).commit),
    () => stampedNow(sales.saveLate(anyId(), { status: name() }).commit),
    () => void sales.updateBySql(anyId(), { remote_ip: `10.0.0.${dice.below(200)}` }),
    () => void sales.comment(anyId(), { comment: name(), status: name() }),
    () => onSome((id) => void sales.invoice(id)),
    () => onSome((id) => void sales.invoice(id)),
    () => onSome(ship),
    () => onSome(ship),
    () => onSome((id) => void sales.refund(id)),
    () => onSome((id) => void sales.cancel(id)),
    () => onSome((id) => void sales.hold(id)),
    () => onSome((id) => stampedNow(sales.makeLate('invoices', id).commit)),
    () => onDocument((kind, id) => void sales.updateDocumentBySql(kind, id, { increment_id: name() })),
    burst,
    removeOrder,
    () => sales.skipIds({ orders: 1 + dice.below(5) }),
  ];
  const silent: readonly (() => void)[] = [
    () => void sales.comment(anyId(), { comment: name() }),
    () => void sales.comment(anyId(), { comment: null }),
    editAddress,
    () => withPayment((id) => void sales.updatePaymentBySql(id, { last_trans_id: name() })),
    () => withPayment((id) => void sales.updatePaymentBySql(id, { cc_last4: secret })),
    () => void sales.updateSilently(anyId(), { customer_note: name() }),
    editLine,
    () => onDocument((kind, id) => void sales.commentDocument(kind, id, { comment: name() })),
    () => onDocument((kind, id) => void sales.updateDocumentSilently(kind, id, { increment_id: name() })),
    addTrack,
    addTrack,
    removeTrack,
    loseStore,
    loseCustomer,
    () => void sales.removePayment(anyId()),
    () => void sales.removeAddresses(anyId()),
    () => void sales.updateSilently(anyId(), { updated_at: zeroDate }),
    removeDocument,
    removeOrderOnly,
    keep,
    restore,
    futureStamp,
  ];

  function place(): void {
    const customer = dice.percent(60) ? shop.customers.get(dice.pick(shop.customers.ids())) : undefined;
    sales.place({
      ...(customer ? { customer } : { email: `${name()}@example.com` }),
      lines: [
        { sku: name(), price: 10 + dice.below(90), qty: 1 + dice.below(3), tax_percent: dice.pick([0, 20]) },
        {
          sku: 'BUNDLE',
          price: 30,
          children: [
            { sku: 'A', price: 10 },
            { sku: 'B', price: 20 },
          ],
        },
      ],
      virtual: dice.percent(10),
      payment_info: { method_title: secret },
      payment: { extension_attributes: { vault_payment_token: { gateway_token: secret } } },
      columns: { protect_code: secret },
    });
  }

  /** Does it to the first order, from a random one on, that is in a state for it. */
  function onSome(act: (id: number) => void): void {
    const ids = sales.orderIds();
    const first = dice.below(ids.length);
    for (const id of [...ids.slice(first), ...ids.slice(0, first)]) {
      try {
        act(id);
        return;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
  }

  /** A shipment moves its order only when the state changes: an ERP that notes it moves the order in any case. */
  function ship(id: number): void {
    sales.ship(id);
    if (genre === 'loud') sales.changeStatus(id, name());
  }

  function onDocument(act: (kind: DocumentKind, id: number) => void): void {
    const kind = anyKind();
    const all = sales.documents(kind);
    if (all.length > 0) act(kind, dice.pick(all).entity_id);
  }

  function withPayment(act: (id: number) => void): void {
    const paid = sales.orders().filter(({ payment }) => payment !== undefined);
    if (paid.length > 0) act(dice.pick(paid).entity_id);
  }

  function editAddress(): void {
    const known = sales.orders().filter(({ billing_address: address }) => address !== undefined);
    if (known.length > 0) sales.editAddress(dice.pick(known).entity_id, 'billing', { city: name() });
  }

  /** Direct SQL on a line moves the line alone. */
  function editLine(): void {
    const [line] = sales.order(anyId())?.items ?? [];
    if (line) sales.updateItemBySql(line.item_id, { name: name() });
  }

  function addTrack(): void {
    const all = sales.documents('shipments');
    if (all.length > 0) sales.addTrack(dice.pick(all).entity_id, { track_number: name() });
  }

  function removeTrack(): void {
    const tracks = sales.documents('shipments').flatMap(({ tracks: own = [] }) => own);
    if (tracks.length > 0) sales.removeTrack(dice.pick(tracks).entity_id);
  }

  function loseStore(): void {
    const { store_id: store } = sales.order(anyId()) ?? {};
    if (store !== undefined && dice.percent(20)) sales.forgetStores(new Set([store]));
  }

  function loseCustomer(): void {
    const { customer_id: customer } = sales.order(anyId()) ?? {};
    if (customer !== undefined) sales.forgetCustomer(customer);
  }

  /** Many saves within one second, more than fit on a page. */
  function burst(): void {
    const ids = sales.orderIds();
    const first = dice.below(Math.max(1, ids.length - 25));
    for (const id of ids.slice(first, first + 25)) sales.changeStatus(id, name());
  }

  const mayVanish = (entity: string, ids: readonly number[]) => {
    const before = hand.everDeleted(entity);
    return before.size + ids.length <= mostDeletions && ids.every((id) => !before.has(id));
  };

  /** A module, or SQL, deletes an order: its documents go with it. */
  function removeOrder(): void {
    const id = anyId();
    const going = kindsOfDocuments.map(
      (kind) =>
        [
          kind,
          sales
            .documents(kind)
            .filter(({ order_id }) => order_id === id)
            .map(({ entity_id }) => entity_id),
        ] as const,
    );
    if (![['orders', [id]] as const, ...going].every(([entity, ids]) => mayVanish(entity, ids))) return;
    sales.removeOrder(id);
    hand.deleted('orders', id);
    for (const [kind, ids] of going) for (const one of ids) hand.deleted(kind, one);
  }

  /** The same with foreign keys switched off: the documents stay as orphans. */
  function removeOrderOnly(): void {
    const id = anyId();
    if (!mayVanish('orders', [id])) return;
    sales.removeOrderOnly(id);
    hand.deleted('orders', id);
  }

  function removeDocument(): void {
    onDocument((kind, id) => {
      if (!mayVanish(kind, [id])) return;
      sales.removeDocument(kind, id);
      hand.deleted(kind, id);
    });
  }

  /** Takes a backup of one order. */
  function keep(): void {
    const order = sales.order(anyId());
    if (order) kept.push(order);
  }

  /** Restores the backup with its old stamp, whether the order still exists or not. */
  function restore(): void {
    const order = kept.pop();
    if (order) sales.restoreOrder(order);
  }

  /** An order with a stamp from the future: the clock of the database was a day ahead. */
  function futureStamp(): void {
    if (!dice.percent(20)) return;
    sales.updateSilently(anyId(), { status: name(), updated_at: shopStamp(86_400_000) });
  }

  return { loud, silent };
}
