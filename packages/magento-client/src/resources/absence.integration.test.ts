import { creditMemos, invoices, orders, shipments } from '@magento-sync/entities';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { MagentoResponseError, NotFoundError, RouteMissingError } from '../errors.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { integration } from '../testing/strategies.ts';

const english = "The entity that was requested doesn't exist. Verify the entity and try again.";
const german = 'Die angeforderte Entität existiert nicht. Prüfen Sie sie und versuchen Sie es erneut.';

async function start(options: ShopOptions = {}) {
  const shop = await startMagentoShop({
    population: { customers: 5 },
    orders: 12,
    translations: { [english]: german },
    ...options,
  });
  const magento = createMagentoClient({
    baseUrl: shop.url,
    auth: integration('Full access'),
    budget: { concurrency: 4, requestsPerSecond: 1_000 },
    retry: { attempts: 1 },
  });
  onTestFinished(async () => {
    await magento[Symbol.asyncDispose]();
    await shop.stop();
  });
  const outcome = (id: number) =>
    magento
      .records(orders)
      .get(id)
      .then(
        () => 'served',
        (error: unknown) => error,
      );
  return { shop, magento, outcome };
}

/** What there is, by the lists. */
async function idsOf(magento: Awaited<ReturnType<typeof start>>['magento']): Promise<number[]> {
  const ids: number[] = [];
  for await (const page of magento.records(orders).idsInRange({ afterId: 0 }, { pageSize: 100 }))
    ids.push(...page.ids);
  return ids;
}

/** Answers reads of single orders, all or some, with a 404 in JSON. */
function deny(shop: MagentoShop, ids: RegExp, body: object) {
  shop.faults.add({
    match: ({ path }) => ids.test(path),
    times: Infinity,
    answer: {
      kind: 'answer',
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  });
}

const singles = /\/V1\/orders\/\d+$/;

describe('a shop that says in its own language that there is no such record', () => {
  test('is believed, once it was seen to say so of what cannot be, and to serve what there is', async () => {
    const { shop, magento } = await start();
    const [order, other] = [3, 4];
    shop.sales.removeOrder(order);
    shop.sales.removeOrder(other);
    const gone = magento.records(orders).get(order);
    await expect(gone).rejects.toThrow(NotFoundError);
    await expect(gone).rejects.toThrow(german);
    const before = shop.requests.count('/V1/orders');
    await expect(magento.records(orders).get(other)).rejects.toThrow(NotFoundError);
    // The sentence is known by now: the record and the list are asked.
    expect(shop.requests.count('/V1/orders') - before).toBe(2);
  });

  test.each([invoices, shipments, creditMemos])('of $name too', async (entity) => {
    const { magento } = await start({ orders: 40 });
    await expect(magento.records(entity).get(4_000)).rejects.toThrow(NotFoundError);
  });

  test.each([
    ['a proxy that denies everything', singles, { message: 'no Route matched with those values' }],
    ['a module that says something else of one order', /\/orders\/3$/, { message: 'Produkt fehlt.' }],
    ['a sentence that names something', /\/orders\/3$/, { message: german, parameters: { fieldName: 'x' } }],
    ['a module that hides the order from its own route only', /\/orders\/3$/, { message: german }],
    ['all orders being denied in those words', singles, { message: german }],
  ])('%s proves nothing', async (_what, ids, body) => {
    const { shop, outcome } = await start();
    deny(shop, ids, body);
    const said = await outcome(3);
    expect(said).toBeInstanceOf(MagentoResponseError);
    expect(said).not.toBeInstanceOf(NotFoundError);
    expect((said as Error).message).toContain('nothing is known of it');
  });

  test('a list that shows nothing proves nothing', async () => {
    const { shop, magento, outcome } = await start();
    shop.sales.removeOrder(3);
    for (const id of await idsOf(magento)) shop.sales.troubles.orders.hidden.add(id);
    expect(await outcome(3)).not.toBeInstanceOf(NotFoundError);
  });

  test('a shop without any order proves nothing', async () => {
    const { shop, magento, outcome } = await start();
    for (const id of await idsOf(magento)) shop.sales.removeOrder(id);
    expect(await outcome(3)).not.toBeInstanceOf(NotFoundError);
  });

  test('a newest order that the shop fails over keeps nobody from the proof', async () => {
    const { shop, magento, outcome } = await start();
    shop.sales.removeOrder(3);
    shop.sales.troubles.orders.poison.add(Math.max(...(await idsOf(magento))));
    expect(await outcome(3)).toBeInstanceOf(NotFoundError);
  });
});

describe('a list that the shop does not have', () => {
  const list = (magento: Awaited<ReturnType<typeof start>>['magento']) =>
    magento.records(orders).search(searchCriteria().pageSize(1));

  test.each([{}, { 'Request does not match any route.': 'Keine passende Route.' }])(
    'is known by what is said of every route that is missing: %o',
    async (translations) => {
      const { magento } = await start({ disabledModules: ['Magento_Sales'], translations });
      const error = await list(magento).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RouteMissingError);
      expect(error).toMatchObject({ code: 'route_missing', entity: 'orders' });
      expect((error as Error).message).toMatch(/bin\/magento module:enable Magento_Sales/);
    },
  );

  test('is not taken for missing when a module says of one of its rows that something does not exist', async () => {
    const { shop, magento } = await start();
    deny(shop, /\/V1\/orders$/, { message: "Requested product doesn't exist" });
    const error = await list(magento).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).not.toBeInstanceOf(RouteMissingError);
  });
});
