import { startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { type CustomerField, customAttribute } from '../search/fields.ts';
import { searchCriteria } from '../search/search-criteria.ts';
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
    const connect = async () => {
      const integrations = [{ name: 'Sync', active: true, resources: 'all', ...KEYS }] as const;
      const shop = await startMagentoShop({ release, population: POPULATION, integrations });
      const client = createMagentoClient({
        baseUrl: shop.url,
        auth: { kind: 'integration', ...KEYS },
        budget: { concurrency: 4, requestsPerSecond: 1_000 },
      });
      return { shop, client };
    };

    test('a request without a query', async () => {
      const { shop, client } = await connect();
      await using _shop = shop;
      expect((await client.customers.get(1)).id).toBe(1);
    });

    test('a search with ten groups of filters, spaces, percent signs and non-ASCII values', async () => {
      const { shop, client } = await connect();
      await using _shop = shop;
      let criteria = searchCriteria<CustomerField>().where('updated_at', 'gteq', '2000-01-01 00:00:00');
      criteria = criteria.where('lastname', 'nlike', '%Größe & 50% + "x"=\'y\', (z)*!~%');
      for (let id = 0; id < 8; id += 1) criteria = criteria.where('entity_id', 'neq', id);
      const result = await client.customers.search(criteria.sortBy('entity_id', 'ASC').pageSize(5));
      expect(result.items[0]!.id).toBe(8);
    });

    test('a keyset read and a filter of fields', async () => {
      const { shop, client } = await connect();
      await using _shop = shop;
      const ids: number[] = [];
      for await (const page of client.customers.idsInRange({ afterId: 0 }, { pageSize: 7 }))
        ids.push(...page.ids);
      expect(ids).toHaveLength(30);
      let changed = 0;
      for await (const page of client.customers.pagesChangedSince(
        { updatedAt: '2000-01-01 00:00:00', id: 0 },
        { pageSize: 11 },
      )) {
        changed += page.items.length;
      }
      expect(changed).toBe(30);
    });

    test('a list of values in one filter', async () => {
      const { shop, client } = await connect();
      await using _shop = shop;
      const ids = Array.from({ length: 25 }, (_, index) => index + 1);
      expect(
        await client.customers.count(searchCriteria<CustomerField>().where('entity_id', 'in', ids)),
      ).toBe(25);
      const none = searchCriteria<CustomerField>().where(customAttribute('loyalty_code'), 'eq', 'a b/c?d&e');
      expect(await client.customers.count(none)).toBe(0);
    });

    test('SOAP, where the release signs it', async () => {
      const { shop, client } = await connect();
      await using _shop = shop;
      const call = client.soap.call('customerCustomerRepositoryV1', 'GetById', { customerId: 3 });
      if (['2.3.7', '2.4.3'].includes(release)) await expect(call).rejects.toThrow(/401/);
      else await expect(call).resolves.toMatchObject({ id: 3 });
    });
  },
);

describe('activation', () => {
  const begin = async () => {
    const shop = await startMagentoShop({ population: POPULATION });
    const guest = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const listener = await guest.listenForActivation({ port: 0, host: '127.0.0.1', browserTimeoutMs: 1 });
    const address = `http://127.0.0.1:${listener.port}`;
    const urls = { callbackUrl: `${address}/callback`, identityLinkUrl: `${address}/identity` };
    shop.oauth.integrations.create({ name: 'Sync', resources: 'all', ...urls });
    return { shop, guest, listener };
  };

  test('yields credentials that work, and none that are left over', async () => {
    const { shop, listener } = await begin();
    await using _shop = shop;
    const { callbackStatus } = await shop.oauth.activate('Sync');
    expect(callbackStatus).toBe(200);
    const credentials = await listener.credentials;
    await using client = createMagentoClient({ baseUrl: shop.url, auth: credentials });
    expect((await client.customers.get(1)).id).toBe(1);
    expect(shop.oauth.integrations.get('Sync').active).toBe(true);
  });

  test('reauthorizing ends the old credentials', async () => {
    const { shop, guest, listener } = await begin();
    await using _shop = shop;
    await shop.oauth.activate('Sync');
    const old = await listener.credentials;
    const again = await guest.listenForActivation({ port: 0, host: '127.0.0.1', browserTimeoutMs: 1 });
    shop.oauth.integrations.get('Sync').callbackUrl = `http://127.0.0.1:${again.port}/callback`;
    await shop.oauth.activate('Sync');
    expect((await again.credentials).accessToken).not.toBe(old.accessToken);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: old });
    await expect(client.customers.get(1)).rejects.toMatchObject({ reason: 'unknown_token' });
  });

  test('after five minutes it is too late', async () => {
    const { shop, listener } = await begin();
    await using _shop = shop;
    shop.faults.add({ match: '/oauth/token/request', answer: { kind: 'delay', milliseconds: 50 } });
    const activation = shop.oauth.activate('Sync');
    // The callback has been answered, the exchange waits: time passes meanwhile.
    await activation;
    shop.clock.advance(301_000);
    const error = await listener.credentials.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ActivationError);
    expect(error).toMatchObject({ reason: 'consumer_expired' });
  });
});
