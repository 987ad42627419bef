import { startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import type { RequestBudget } from '../http/request-gate.ts';
import { type CustomerField, customAttribute } from '../search/fields.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { connectToShop } from '../testing/connected-shop.ts';
import { ActivationError } from './oauth1-token-exchange.ts';

const KEYS = {
  consumerKey: 'k'.repeat(32),
  consumerSecret: 's'.repeat(32),
  accessToken: 't'.repeat(32),
  accessTokenSecret: 'u'.repeat(32),
};
const POPULATION = { customers: 30, seed: 7 };

/** The releases at whose borders the way of computing signatures changed. */
describe.each(['2.3.7', '2.4.3', '2.4.5', '2.4.6', '2.4.7', '2.4.8'])(
  'release %s accepts the signature of',
  (release) => {
    const integrations = [{ name: 'Sync', active: true, resources: 'all', ...KEYS }] as const;
    const connect = () =>
      connectToShop({ kind: 'integration', ...KEYS }, { release, population: POPULATION, integrations });

    test('a request without a query', async () => {
      await using connection = await connect();
      const { client, ids } = connection;
      expect((await client.customers.get(ids[0]!)).id).toBe(ids[0]);
    });

    test('a search with ten groups of filters, spaces, percent signs and non-ASCII values', async () => {
      await using connection = await connect();
      const { client, ids } = connection;
      let criteria = searchCriteria<CustomerField>().where('updated_at', 'gteq', '2000-01-01 00:00:00');
      criteria = criteria.where('lastname', 'nlike', '%Größe & 50% + "x"=\'y\', (z)*!~%');
      for (const id of ids.slice(0, 8)) criteria = criteria.where('entity_id', 'neq', id);
      const result = await client.customers.search(criteria.sortBy('entity_id', 'ASC').pageSize(5));
      expect(result.items.map(({ id }) => id)).toEqual(ids.slice(8, 13));
    });

    test('keyset reads by id and by change', async () => {
      await using connection = await connect();
      const { client, ids } = connection;
      const read: number[] = [];
      for await (const page of client.customers.idsInRange({ afterId: 0 }, { pageSize: 7 }))
        read.push(...page.ids);
      expect(read).toEqual(ids);
      const changed: number[] = [];
      const everything = { updatedAt: '2000-01-01 00:00:00', id: 0 };
      for await (const page of client.customers.pagesChangedSince(everything, { pageSize: 11 }))
        changed.push(...page.items.map(({ id }) => id));
      expect(changed.toSorted((a, b) => a - b)).toEqual(ids);
    });

    test('a list of values in one filter', async () => {
      await using connection = await connect();
      const { client, ids } = connection;
      const some = searchCriteria<CustomerField>().where('entity_id', 'in', ids.slice(0, 25));
      expect(await client.customers.count(some)).toBe(25);
      const none = searchCriteria<CustomerField>().where(customAttribute('loyalty_code'), 'eq', 'a b/c?d&e');
      expect(await client.customers.count(none)).toBe(0);
    });

    test('SOAP, where the release signs it', async () => {
      await using connection = await connect();
      const { client, ids } = connection;
      const call = client.soap.call('customerCustomerRepositoryV1', 'GetById', { customerId: ids[0] });
      if (['2.3.7', '2.4.3'].includes(release)) await expect(call).rejects.toThrow(/401/);
      else await expect(call).resolves.toMatchObject({ id: ids[0] });
    });
  },
);

describe('activation', () => {
  const begin = async (budget?: RequestBudget) => {
    const shop = await startMagentoShop({ population: POPULATION });
    const guest = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'guest' },
      ...(budget === undefined ? {} : { budget }),
    });
    const listener = await guest.listenForActivation({ port: 0, host: '127.0.0.1', browserTimeoutMs: 1 });
    const address = `http://127.0.0.1:${listener.port}`;
    const urls = { callbackUrl: `${address}/callback`, identityLinkUrl: `${address}/identity` };
    shop.oauth.integrations.create({ name: 'Sync', resources: 'all', ...urls });
    return {
      shop,
      guest,
      listener,
      async [Symbol.asyncDispose]() {
        await listener.close();
        await guest[Symbol.asyncDispose]();
        await shop.stop();
      },
    };
  };

  test('yields credentials that work, and leaves the integration active', async () => {
    await using activation = await begin();
    const { shop, listener } = activation;
    const { callbackStatus } = await shop.oauth.activate('Sync');
    expect(callbackStatus).toBe(200);
    const credentials = await listener.credentials;
    await using client = createMagentoClient({ baseUrl: shop.url, auth: credentials });
    const id = shop.customers.ids()[0]!;
    expect((await client.customers.get(id)).id).toBe(id);
    expect(shop.oauth.integrations.get('Sync').active).toBe(true);
  });

  test('reauthorizing ends the old credentials', async () => {
    await using activation = await begin();
    const { shop, guest, listener } = activation;
    await shop.oauth.activate('Sync');
    const old = await listener.credentials;
    await using again = await guest.listenForActivation({
      port: 0,
      host: '127.0.0.1',
      browserTimeoutMs: 1,
    });
    shop.oauth.integrations.get('Sync').callbackUrl = `http://127.0.0.1:${again.port}/callback`;
    await shop.oauth.activate('Sync');
    expect((await again.credentials).accessToken).not.toBe(old.accessToken);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: old });
    await expect(client.customers.get(1)).rejects.toMatchObject({ reason: 'unknown_token' });
  });

  test('after five minutes it is too late', async () => {
    let release = () => undefined as void;
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Holds the exchange back after Magento's call has been answered.
    await using activation = await begin(async (task) => {
      await late;
      return task();
    });
    const { shop, listener } = activation;
    await shop.oauth.activate('Sync');
    shop.clock.advance(301_000);
    release();
    const error = await listener.credentials.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ActivationError);
    expect(error).toMatchObject({ reason: 'consumer_expired' });
  });
});
