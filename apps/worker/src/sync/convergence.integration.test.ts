import type { MagentoShop } from '@magento-sync/magento-testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customersOfCopy, customersOfShop } from '../../testing/compare-copy.ts';
import { noStop, startSync } from '../../testing/sync-harness.ts';
import { runBackfill } from './backfill.ts';
import { customers } from './customers.ts';
import { pullChanges } from './pull.ts';
import { reconcile } from './reconcile.ts';
import { sweep } from './sweep.ts';

type Edit = (shop: MagentoShop, pick: number, late: (() => void)[]) => void;

const some = (shop: MagentoShop, pick: number) => {
  const ids = shop.customers.ids();
  return ids[pick % ids.length]!;
};

/** Edits that move `updated_at`: pulls alone must find them. */
const moving: readonly Edit[] = [
  (shop, pick) => void shop.customers.create({ lastname: `New ${pick}` }),
  (shop, pick) => void shop.customers.save(some(shop, pick), { lastname: `Saved ${pick}` }),
  (shop, pick) => void shop.customers.save(some(shop, pick)),
  (shop, pick) =>
    shop.customers.saveMany(shop.customers.ids().slice(pick % 50, (pick % 50) + 25), {
      middlename: `Burst ${pick}`,
    }),
  (shop, pick) => void shop.customers.failLogin(some(shop, pick)),
  (shop, pick) => void shop.customers.updateBySql(some(shop, pick), { taxvat: `T${pick}` }),
  (shop, pick, late) => {
    const save = shop.customers.saveLate(some(shop, pick), { suffix: `Late ${pick}` });
    late.push(() => save.commit());
  },
  (shop, pick, late) => {
    const account = shop.customers.createLate({ lastname: `Late ${pick}` });
    late.push(() => account.commit());
  },
  // Whoever waited long enough commits now, out of order.
  (_shop, pick, late) => late.splice(pick % Math.max(1, late.length), 1)[0]?.(),
  (shop, pick) => shop.clock.advance((pick % 90) * 1_000),
];

/** Edits that leave no trace in `updated_at`: for the sweep and the reconcile. */
const silent: readonly Edit[] = [
  (shop, pick) => void shop.customers.editAddress(some(shop, pick), { city: `City ${pick}` }),
  (shop, pick) => void shop.customers.addAddress(some(shop, pick)),
  (shop, pick) => void shop.customers.subscribe(some(shop, pick), pick % 2 === 0),
  (shop, pick) => void shop.customers.updateSilently(some(shop, pick), { prefix: `P${pick}` }),
  (shop, pick) => void shop.customers.remove(some(shop, pick)),
];

const editsOf = (list: readonly Edit[]) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: list.length - 1 }), fc.nat(10_000)), {
    minLength: 20,
    maxLength: 60,
  });

interface Scenario {
  readonly edits: readonly (readonly [number, number])[];
  readonly list: readonly Edit[];
  readonly databaseSkewMs: number;
}

/** Edits the shop between the pages of a backfill and of the pulls after it, until no edit is left. */
async function editWhileReading({ edits, list, databaseSkewMs }: Scenario) {
  const harness = await startSync({ population: { customers: 150 } });
  const { shop } = harness;
  shop.clock.setDatabaseSkew(databaseSkewMs);
  const waiting = [...edits];
  const late: (() => void)[] = [];
  const sync = harness.context({
    pageSize: 10,
    // So small a shop loses a large share of its customers here; the brake has tests of its own.
    deletions: { keep: 'tombstone', maxShare: 1 },
    onPage() {
      for (const [kind, pick] of waiting.splice(0, 3)) list[kind]?.(shop, pick, late);
    },
  });
  await runBackfill(sync, customers, noStop(), { restart: false });
  do await pullChanges(sync, customers, noStop());
  while (waiting.length > 0);
  for (const commit of late) commit();
  await pullChanges(sync, customers, noStop());
  return { ...harness, sync };
}

const runs = { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 15), endOnFailure: true };

test('whatever is edited during backfill and pulls, afterwards every row whose updated_at moved is equal', async () => {
  await fc.assert(
    fc.asyncProperty(
      editsOf(moving),
      fc.constantFrom(0, -120_000, 120_000),
      async (edits, databaseSkewMs) => {
        const { shop, copy } = await editWhileReading({ edits, list: moving, databaseSkewMs });
        expect(await customersOfCopy(copy.url)).toEqual(await customersOfShop(shop));
      },
    ),
    runs,
  );
}, 300_000);

test('with silent edits and deletions, one sweep and one reconcile later both sides are equal', async () => {
  const every = [...moving, ...silent];
  await fc.assert(
    fc.asyncProperty(editsOf(every), fc.constantFrom(0, -120_000, 120_000), async (edits, databaseSkewMs) => {
      const { shop, copy, sync } = await editWhileReading({ edits, list: every, databaseSkewMs });
      await sweep(sync, customers, noStop(), { periodMs: 0 });
      await reconcile(sync, customers, noStop());
      expect(await customersOfCopy(copy.url)).toEqual(await customersOfShop(shop));
    }),
    runs,
  );
}, 300_000);
