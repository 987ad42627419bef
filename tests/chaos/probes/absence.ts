import { orders } from '@magento-sync/entities';
import { createMagentoClient, NotFoundError } from '@magento-sync/magento-client';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { administrator } from '../administrator.ts';
import type { Probe } from './probe.ts';

/** In a shop that speaks Dutch a gateway denies every order by its id in its own words, or one in those of the shop. */
export const probe: Probe = async () => {
  const sentence = 'De opgevraagde entiteit bestaat niet.';
  const shop = await startMagentoShop({
    population: { customers: 3 },
    orders: 4,
    translations: {
      "The entity that was requested doesn't exist. Verify the entity and try again.": sentence,
    },
  });
  const broken: string[] = [];
  try {
    await using magento = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'admin', ...administrator },
      budget: { concurrency: 1, requestsPerSecond: 100_000 },
      retry: { attempts: 2, baseDelayMs: 1, maxDelayMs: 2 },
    });
    for (const [denied, message] of [
      [/\/orders\/\d+$/, 'No upstream takes this address.'],
      [/\/orders\/2$/, sentence],
    ] as const) {
      const undo = shop.faults.add({
        match: ({ path }) => denied.test(path),
        times: Number.POSITIVE_INFINITY,
        answer: {
          kind: 'answer',
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ message }),
        },
      });
      const answer = await magento
        .records(orders)
        .get(2)
        .catch((error: unknown) => error);
      if (answer instanceof NotFoundError)
        broken.push(`an order counts as gone because a gateway says "${message}"`);
      undo();
    }
  } finally {
    await shop.stop();
  }
  return broken;
};
