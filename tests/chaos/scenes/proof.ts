import { verify } from '../../../apps/worker/src/sync/verify/verify.ts';
import { customers } from '../../../apps/worker/testing/customers.ts';
import { noStop } from '../acts.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** Edits in the shop that nobody was told of, and a copy that somebody has altered behind the worker's back. */
export const differencesToProve: Scene = {
  title: 'differences to prove',
  names: ['customers'],
  async play(stage) {
    const { shop } = stage;
    stage.promise(
      (await idsThatDiffer(stage, false)).size === 0,
      'verify finds differences where there are none',
    );
    const withAddress = shop.customers.all().filter(({ addresses }) => addresses.length > 0);
    const [losing, ...others] = stage.dice.shuffle(withAddress.map(({ id }) => id));
    const [edited, altered] = others;
    if (losing === undefined || edited === undefined || altered === undefined) {
      throw new RangeError('The population has too few addresses.');
    }
    shop.customers.editAddress(edited, { city: 'Elsewhere' });
    await stage.sql(`update magento.customers set lastname = lastname || '!' where id = $1`, altered);
    await stage.sql('delete from magento.customer_addresses where customer_id = $1', losing);
    const found = await idsThatDiffer(stage, true);
    stage.promise(found.has(edited), `verify missed that an address of customer ${edited} was edited`);
    stage.promise(found.has(altered), `verify missed that a column of customer ${altered} was altered`);
    stage.promise(found.has(losing), `verify missed that the addresses of customer ${losing} were deleted`);
    await stage.equal('after a repair');
  },
};

/** Verifies everything; returns the ids that differed at first. */
async function idsThatDiffer(stage: Stage, repair: boolean): Promise<Set<number>> {
  const scope = { from: 0, share: 1, seed: 1, countsOnly: false };
  const done = await verify(stage.worker(), customers, noStop, { ...scope, repair });
  if (done.kind !== 'verified') throw new Error(`Nothing was verified: ${done.kind}.`);
  return new Set(done.result.found.map(({ id }) => id));
}
