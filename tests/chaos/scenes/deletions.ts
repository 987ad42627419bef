import type { MagentoShop } from '@magento-sync/magento-testkit';
import { pull, reconcileAll, sweepAll } from '../acts.ts';
import { hideAndDeny } from '../lists.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

const isList = (path: string) => path.endsWith('/V1/customers/search');

/** A module that leaves customers out of every list and its count; by their ids they are served. Returns its end. */
function hideFromLists(shop: MagentoShop, ids: readonly number[]): () => void {
  const rows = shop.customers.all().filter(({ id }) => ids.includes(id));
  const show = () => {
    for (const row of rows) if (!shop.customers.get(row.id)) shop.customers.restore(row);
  };
  const remove = shop.faults.add({
    match({ path }) {
      if (!isList(path)) show();
      else for (const { id } of rows) if (shop.customers.get(id)) shop.customers.remove(id);
      return false;
    },
    answer: { kind: 'reset' },
  });
  return () => {
    remove();
    show();
  };
}

const someHidden = ({ groups, dice }: Stage) => groups(1 + dice.below(4))[0] ?? [];

/** Customers who are not in lists, and are not deleted. */
export const hiddenFromLists: Scene = {
  title: 'hidden from lists',
  async play(stage) {
    const show = hideFromLists(stage.shop, someHidden(stage));
    await stage.may(stage.dice.pick([sweepAll, reconcileAll]));
    show();
    await stage.equal('after customers were hidden from lists');
  },
};

/** The same, and a gateway that has lost the route to single customers and says so in JSON. */
export const unknownToAGateway: Scene = {
  title: 'unknown to a gateway',
  async play(stage) {
    const { shop } = stage;
    const show = hideFromLists(shop, someHidden(stage));
    shop.faults.add({
      match: ({ path }) => /\/V1\/customers\/\d+$/.test(path),
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'answer',
        status: 404,
        headers: { 'content-type': 'application/json' },
        body: '{"message":"No upstream takes this address."}',
      },
    });
    await stage.may(stage.dice.pick([sweepAll, reconcileAll]));
    show();
    await stage.equal('after a gateway knew no customers');
  },
};

/** A module that drops customers from lists after they were counted, and denies them by their ids as well. */
export const deniedAndCounted: Scene = {
  title: 'denied and counted',
  async play(stage) {
    const { shop, dice } = stage;
    const [denied = []] = stage.groups(1 + dice.below(3));
    hideAndDeny(shop, denied);
    await stage.may(sweepAll);
    await stage.equal('after customers were denied');
  },
};

/** More customers than may vanish at once are out of sight, by their ids too, until somebody mends the role. */
export const lostWebsite: Scene = {
  title: 'a role that lost a website',
  async play(stage) {
    const { shop, dice } = stage;
    const [lost = []] = stage.groups(25 + dice.below(15));
    const kept = lost.map((id) => shop.customers.remove(id));
    for (const act of dice.shuffle([sweepAll, reconcileAll])) await stage.may(act);
    for (const row of kept) shop.customers.restore(row);
    await stage.equal('after a role was mended');
  },
};

/** Customers are deleted, found to be so, and come back from a backup as they were. */
export const restoredRows: Scene = {
  title: 'restored rows',
  async play(stage) {
    const [deleted = []] = stage.groups(1 + stage.dice.below(6));
    const kept = deleted.map((id) => stage.remove(id));
    await stage.must(reconcileAll);
    stage.minutes(5);
    for (const row of kept) stage.shop.customers.restore(row);
    await stage.must(sweepAll);
    await stage.equal('after a backup came back');
  },
};

/** Customers are deleted, and a sweep alone looks for them. */
export const deletionsForASweep: Scene = {
  title: 'deletions for a sweep',
  async play(stage) {
    const [deleted = []] = stage.groups(1 + stage.dice.below(6));
    for (const id of deleted) stage.remove(id);
    await stage.must(sweepAll);
    await stage.equal('after a sweep alone');
  },
};

/** Customers are deleted and others come back unstamped, and a reconcile alone looks for them. */
export const countsThatDiffer: Scene = {
  title: 'counts that differ',
  async play(stage) {
    const { dice } = stage;
    const [deleted = [], coming = []] = stage.groups(3 + dice.below(4), 1 + dice.below(2));
    const kept = coming.map((id) => stage.remove(id));
    await stage.must(reconcileAll);
    stage.minutes(5);
    for (const id of deleted) stage.remove(id);
    for (const row of kept) stage.shop.customers.restore(row);
    await stage.must(reconcileAll);
    await stage.equal('after a reconcile alone');
  },
};

/** Another person gets the id of somebody who was deleted. */
export const anotherPerson: Scene = {
  title: 'another person',
  async play(stage) {
    const { shop, dice } = stage;
    const [[reused = 0] = []] = stage.groups(1);
    stage.minutes(60 + dice.below(60));
    shop.customers.reuseId(reused, { firstname: 'Somebody', lastname: 'Else' });
    const from = new Date(shop.clock.now());
    await stage.must(pull);
    const [row] = await stage.sql<{ seen: Date }>(
      'select first_seen_at as seen from magento.customers where id = $1',
      reused,
    );
    stage.promise(
      row !== undefined && row.seen >= from,
      `customer ${reused} is another person and passes for the former one`,
    );
  },
};
