import { expect, test } from 'vitest';
import { customersOfCopy, customersOfShop } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { randomEditor } from '../../../testing/random-edits.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { seededRandom } from '../verify/verify-ranges.ts';
import { pullChanges } from './pull.ts';

const seeds = Array.from({ length: 12 }, (_, index) => 1_000 + index);

test.each(seeds)(
  'seed %i: whatever is edited during backfill and pulls, one more pull makes both sides equal',
  async (seed) => {
    const { shop, copy, context } = await startSync({ population: { customers: 80, seed } });
    // The clocks of the web server and of the database differ by up to half a minute, either way.
    shop.clock.setDatabaseSkew(Math.round((seededRandom(seed)() - 0.5) * 60_000));
    const editor = randomEditor(shop, seed);
    const whileEdited = context({ pageSize: 7, onPage: () => editor.edits < 150 && editor.edit() });
    await runBackfill(whileEdited, customers, noStop(), { restart: false });
    for (let round = 0; round < 4; round++) {
      await pullChanges(whileEdited, customers, noStop());
      editor.edit();
    }
    editor.finish();
    shop.clock.advance(60_000);
    expect(await pullChanges(context(), customers, noStop())).toMatchObject({ kind: 'pulled' });

    const living = await customersOfShop(shop);
    const byId = new Map((await customersOfCopy(copy.url)).map((customer) => [customer.id, customer]));
    // What was deleted meanwhile is found by the reconciliation, not by pulls.
    expect(living.map(({ id }) => byId.get(id))).toEqual(living);
  },
);
