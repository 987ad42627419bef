import { backfillAgain, pull, reconcileAll, sweepAll } from '../acts.ts';
import { changeLists } from '../lists.ts';
import type { Scene } from './scene.ts';
import { killedAfterFirstPage, longAgo } from './stage.ts';

/** The database ends the connection of a write; what it should have written has left nobody a trace in the counts. */
export const tornWrite: Scene = {
  title: 'a torn write',
  async play(stage) {
    const { shop, dice } = stage;
    const pageSize = 4 + dice.below(5);
    const [torn = [], moving = []] = stage.groups(pageSize, pageSize + 3);
    for (const id of moving) shop.customers.save(id, { lastname: 'Here' });
    await stage.must(pull);
    stage.minutes(1);
    for (const id of torn) shop.customers.save(id, { lastname: 'Torn' });
    stage.minutes(longAgo(stage));
    for (const id of moving) shop.customers.save(id, { lastname: 'There' });
    stage.minutes(1);
    await stage.may(pull, stage.worker({ pageSize, tornWrites: (write) => write === 0 }));
    stage.minutes(1);
    await stage.must(pull);
    await stage.equal('after a torn write');
  },
};

/** The shop forgets the order that was asked for, and the worker is killed behind that page. */
export const orderForgotten: Scene = {
  title: 'an order that is forgotten',
  async play(stage) {
    const { shop, dice } = stage;
    const pageSize = 4 + dice.below(5);
    const [early = [], late = [], moving = []] = stage.groups(pageSize, pageSize, pageSize + 4);
    for (const id of moving) shop.customers.save(id, { lastname: 'Here' });
    await stage.must(pull);
    stage.minutes(1);
    for (const id of early) shop.customers.save(id, { lastname: 'Early' });
    stage.minutes(longAgo(stage));
    for (const id of late) shop.customers.save(id, { lastname: 'Late' });
    stage.minutes(1);
    for (const id of moving) shop.customers.save(id, { lastname: 'There' });
    const backwards = shop.customers
      .all()
      .filter(({ id }) => late.includes(id))
      .toReversed();
    changeLists(shop, (list) => ({ ...list, items: backwards }));
    await stage.may(pull, stage.worker({ pageSize, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    await stage.must(pull);
    await stage.equal('after an order was forgotten');
  },
};

/** A limit in the shop that cuts every page without a word. */
export const silentLimit: Scene = {
  title: 'a silent limit',
  async play(stage) {
    const { shop, dice } = stage;
    const limit = 3 + dice.below(6);
    changeLists(shop, (list) => ({ ...list, items: list.items.slice(0, limit) }));
    for (const act of [backfillAgain, pull, sweepAll, reconcileAll]) await stage.must(act);
    await stage.equal('under a silent limit');
  },
};

/** A cache that serves pages from before the last edits. */
export const staleCache: Scene = {
  title: 'a stale cache',
  async play(stage) {
    const { shop, dice } = stage;
    const [edited = []] = stage.groups(4 + dice.below(8));
    const before = new Map(shop.customers.all().map((customer) => [customer.id, customer]));
    for (const id of edited) shop.customers.save(id, { lastname: 'Fresh' });
    await stage.must(pull);
    // Not the lists of ids: those are asked for once more when a page looks old.
    changeLists(shop, (list) => ({ ...list, items: list.items.map((item) => before.get(item.id) ?? item) }), {
      query: (query) => !query.includes('[condition_type]=in&'),
    });
    await stage.must(dice.pick([sweepAll, backfillAgain]));
    shop.faults.clear();
    await stage.equal('after a stale cache');
  },
};

/** A page waits to be written while somebody reads and writes a newer one. */
export const overtakenPage: Scene = {
  title: 'an overtaken page',
  async play(stage) {
    const { shop, dice } = stage;
    const [edited = []] = stage.groups(3 + dice.below(4));
    for (const id of edited) shop.customers.save(id, { lastname: 'Recent' });
    await stage.must(pull);
    const worker = stage.worker({
      pageSize: 60,
      async beforeWrite() {
        stage.minutes(1);
        for (const id of edited) shop.customers.updateSilently(id, { lastname: 'Newer' });
        await stage.must(pull);
        stage.minutes(1);
      },
    });
    await stage.may(dice.pick([sweepAll, backfillAgain]), worker);
    await stage.equal('after a page was overtaken');
  },
};
