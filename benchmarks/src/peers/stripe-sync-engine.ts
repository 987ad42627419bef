import { createRequire } from 'node:module';
import type * as Engine from '@supabase/stripe-sync-engine';
import { idPage, signIn } from '../running/sign-in.ts';
import type { Peer, SentCustomer } from './peer.ts';

/** Its build for `import` does not find its own migrations, that for `require` does. */
const { runMigrations, StripeSync } = createRequire(import.meta.url)(
  '@supabase/stripe-sync-engine',
) as typeof Engine;

type StripeCustomer = Parameters<Engine.StripeSync['upsertCustomers']>[0][number];

const pageSize = 300;

/**
 * The upsert of another engine that is held up as a model, fed with the customers of the shop in the form of its own. It knows
 * nothing of Magento: pages are read for it by the plain loop, one after the other.
 */
export const stripeSyncEngine: Peer = {
  name: 'stripe-sync-engine',
  title: '@supabase/stripe-sync-engine 0.48.5, upsertCustomers, fed page by page',
  reads: false,
  prepare: ({ databaseUrl }) => runMigrations({ databaseUrl, schema: 'stripe' }),
  async run({ shopUrl, databaseUrl }) {
    const shop = await signIn(shopUrl);
    const engine = new StripeSync({
      poolConfig: { connectionString: databaseUrl, max: 10 },
      stripeSecretKey: 'sk_test_benchmark',
      stripeWebhookSecret: 'whsec_benchmark',
    });
    let rows = 0;
    for (let afterId = 0; ; ) {
      const { items } = (await shop.get(
        '/rest/all/V1/customers/search',
        idPage(afterId, 2 ** 31, pageSize),
      )) as { items: readonly SentCustomer[] };
      await engine.upsertCustomers(items.map(inStripesWords));
      rows += items.length;
      afterId = items.at(-1)?.id ?? 0;
      if (items.length < pageSize) break;
    }
    await shop.close();
    await engine.postgresClient.close();
    return { rows, state: undefined };
  },
  shown: `select substr(id, 5)::bigint as id, email, split_part(name, '|', 2) as lastname,
                 metadata->>'updated_at' as updated_at from stripe.customers`,
};

function inStripesWords(customer: SentCustomer): StripeCustomer {
  const { id, email, firstname, lastname, created_at: createdAt, addresses, ...rest } = customer;
  const [address] = addresses;
  return {
    id: `cus_${id}`,
    object: 'customer',
    email,
    name: `${firstname}|${lastname}`,
    created: Math.floor(Date.parse(`${createdAt.replace(' ', 'T')}Z`) / 1000),
    address: address ?? null,
    shipping: addresses[1] ?? null,
    livemode: false,
    balance: 0,
    metadata: rest,
  } as unknown as StripeCustomer;
}
