import { changeLists } from '../lists.ts';
import type { Scene } from './scene.ts';
import { killedAfterFirstPage, longAgo } from './stage.ts';

/** The database ends the connection of a write; what it should have written has left nobody a trace in the counts. */
export const tornWrite: Scene = {
  title: 'a torn write',
  async play(stage) {
    const { its, dice } = stage;
    const pageSize = 4 + dice.below(5);
    const [torn = [], moving = []] = stage.groups(pageSize, pageSize + 3);
    for (const id of moving) its.save(id, 'Here');
    await stage.must(stage.pull);
    stage.minutes(1);
    for (const id of torn) its.save(id, 'Torn');
    stage.minutes(longAgo(stage));
    for (const id of moving) its.save(id, 'There');
    stage.minutes(1);
    await stage.may(stage.pull, stage.worker({ pageSize, tornWrites: (write) => write === 0 }));
    stage.minutes(1);
    await stage.must(stage.pull);
    await stage.equal('after a torn write');
  },
};

/** The shop forgets the order that was asked for, and the worker is killed behind that page. */
export const orderForgotten: Scene = {
  title: 'an order that is forgotten',
  async play(stage) {
    const { its, shop, dice } = stage;
    const pageSize = 4 + dice.below(5);
    const [early = [], late = [], moving = []] = stage.groups(pageSize, pageSize, pageSize + 4);
    for (const id of moving) its.save(id, 'Here');
    await stage.must(stage.pull);
    stage.minutes(1);
    for (const id of early) its.save(id, 'Early');
    stage.minutes(longAgo(stage));
    for (const id of late) its.save(id, 'Late');
    stage.minutes(1);
    for (const id of moving) its.save(id, 'There');
    const backwards = its
      .listed()
      .filter((row) => late.includes(Number(row[its.key])))
      .toReversed();
    changeLists(shop, its, (list) => ({ ...list, items: backwards }));
    await stage.may(stage.pull, stage.worker({ pageSize, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    await stage.must(stage.pull);
    await stage.equal('after an order was forgotten');
  },
};

/** A limit in the shop that cuts every page without a word. */
export const silentLimit: Scene = {
  title: 'a silent limit',
  async play(stage) {
    const { its, shop, dice } = stage;
    const limit = 3 + dice.below(6);
    changeLists(shop, its, (list) => ({ ...list, items: list.items.slice(0, limit) }));
    for (const act of [stage.backfillAgain, stage.pull, stage.sweepAll, stage.reconcileAll])
      await stage.must(act);
    await stage.equal('under a silent limit');
  },
};

/** A cache that serves pages from before the last edits. */
export const staleCache: Scene = {
  title: 'a stale cache',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(4 + dice.below(8));
    const before = new Map(its.listed().map((row) => [row[its.key], row]));
    for (const id of edited) its.save(id, 'Fresh');
    await stage.must(stage.pull);
    // Not the lists of ids: those are asked for once more when a page looks old.
    changeLists(
      shop,
      its,
      (list) => ({ ...list, items: list.items.map((item) => before.get(item[its.key]) ?? item) }),
      {
        query: (query) => !query.includes('[condition_type]=in&'),
      },
    );
    await stage.must(dice.pick([stage.sweepAll, stage.backfillAgain]));
    shop.faults.clear();
    await stage.equal('after a stale cache');
  },
};

/** A page waits to be written while somebody reads and writes a newer one. */
export const overtakenPage: Scene = {
  title: 'an overtaken page',
  async play(stage) {
    const { its, dice } = stage;
    const [edited = []] = stage.groups(3 + dice.below(4));
    for (const id of edited) its.save(id, 'Recent');
    await stage.must(stage.pull);
    const worker = stage.worker({
      pageSize: 60,
      async beforeWrite() {
        stage.minutes(1);
        for (const id of edited) its.change(id, 'Newer');
        await stage.must(stage.pull);
        stage.minutes(1);
      },
    });
    await stage.may(dice.pick([stage.sweepAll, stage.backfillAgain]), worker);
    await stage.equal('after a page was overtaken');
  },
};

/** While a range is read, a second worker takes over a part of it; nothing but reading the rows would show what changed. */
export const splitRange: Scene = {
  title: 'a range that is split',
  async play(stage) {
    const { its } = stage;
    for (const id of its.ids()) its.change(id, 'Silent');
    stage.minutes(1);
    // One range that holds everything: a helper that finds no other one has to split it.
    const ofPlan = "kind = 'backfill' and entity = $1 and range = 'plan'";
    await stage.sql(
      "delete from sync.checkpoints where kind = 'backfill' and entity = $1 and range <> 'plan'",
      its.name,
    );
    await stage.sql(
      `insert into sync.checkpoints (shop, entity, kind, range, after_id, fence)
       select shop, entity, kind, '0-', 0, nextval('sync.fences') from sync.checkpoints where ${ofPlan}`,
      its.name,
    );
    await stage.sql(`update sync.checkpoints set completed_at = null where ${ofPlan}`, its.name);
    let hasHelped = () => {};
    const helped = new Promise<void>((resolve) => (hasHelped = resolve));
    const helper = stage.worker({ pageSize: 4, afterWrite: async () => hasHelped() });
    let helping: Promise<void> | undefined;
    let writes = 0;
    const worker = stage.worker({
      pageSize: 4,
      async beforeWrite() {
        writes += 1;
        if (writes < 2) return;
        helping ??= stage.must(stage.backfill, helper).finally(hasHelped);
        await helped;
      },
    });
    await stage.must(stage.backfill, worker);
    await helping;
    const cut = await stage.sql(
      "select range from sync.checkpoints where kind = 'backfill' and range not in ('plan', '0-')",
    );
    stage.promise(helping !== undefined && cut.length > 0, 'no range was split');
    await stage.equal('after a range was split');
  },
};
