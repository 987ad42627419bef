import { backfill, backfillAgain, pull, sweepAll } from '../acts.ts';
import { changeLists, hideAndDeny, hideFromFullPages } from '../lists.ts';
import type { Scene } from './scene.ts';
import { killedAfterFirstPage, longAgo, type Stage } from './stage.ts';

/** Edits enough for several pages, and later some more; returns whom it edited first. */
function editLongAgoAndNow(stage: Stage): number[] {
  const [changed = [], others = []] = stage.groups(12 + stage.dice.below(6), 8);
  for (const id of changed) stage.shop.customers.save(id, { lastname: 'Edited' });
  stage.minutes(longAgo(stage));
  for (const id of others) stage.shop.customers.save(id, { lastname: 'Shown' });
  return changed;
}

const hiddenId = 3;

/** Makes room for a row before the first page … */
function removeFirst({ shop }: Stage): void {
  const ids = shop.customers.ids();
  for (const id of ids.filter((other) => other <= hiddenId)) shop.customers.remove(id);
}

/** … that is restored without a stamp of today, so that no pull finds it. */
function restoreFirst({ shop }: Stage): void {
  const [model] = shop.customers.all();
  if (!model) throw new RangeError('The shop is empty.');
  shop.customers.restore({ ...model, id: hiddenId, email: 'restored@example.com', addresses: [] });
}

/** A module leaves a row out of its page, which stays full, and still counts it; for one pull. */
export const hiddenRow: Scene = {
  title: 'a hidden row',
  async play(stage) {
    const { shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideFromFullPages(shop, dice.pick(changed.slice(0, 5)));
    await stage.may(pull, stage.worker({ pageSize: 5 }));
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(pull);
    await stage.equal('after a hidden row');
  },
};

/** A module that drops a customer from every list after it was counted; by the id the shop serves it. */
export const neverListed: Scene = {
  title: 'never listed',
  async play(stage) {
    const { shop, dice } = stage;
    const [changed = []] = stage.groups(3 + dice.below(12));
    const hidden = dice.pick(changed);
    for (const id of changed) shop.customers.save(id, { lastname: 'Edited' });
    changeLists(shop, (list) => ({ ...list, items: list.items.filter(({ id }) => id !== hidden) }));
    await stage.must(dice.pick([pull, sweepAll, backfillAgain]));
    await stage.equal('with a customer whom no list shows');
  },
};

/** A row that a module hides and denies while a pull goes by; later the module is mended. */
export const gapInAPull: Scene = {
  title: 'a gap in a pull',
  async play(stage) {
    const { shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideAndDeny(shop, [dice.pick(changed)]);
    await stage.may(pull);
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(pull);
    await stage.equal('after a module was mended');
  },
};

/** The same for a backfill, and a row that the copy does not have yet. */
export const gapInABackfill: Scene = {
  title: 'a gap in a backfill',
  before: removeFirst,
  async play(stage) {
    restoreFirst(stage);
    hideAndDeny(stage.shop, [hiddenId]);
    await stage.may(backfillAgain);
    stage.shop.faults.clear();
    await stage.must(backfill);
    await stage.equal('after a module was mended');
  },
};

/** The same for the first page of a pull that is killed behind it. */
export const killedBehindAHiddenRow: Scene = {
  title: 'killed behind a hidden row',
  async play(stage) {
    const { shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideFromFullPages(shop, dice.pick(changed.slice(0, 5)));
    await stage.may(pull, stage.worker({ pageSize: 5, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(pull);
    await stage.equal('after a pull went on');
  },
};

/** The same for a backfill, and a row that the copy does not have yet. */
export const backfillKilledBehindAHiddenRow: Scene = {
  title: 'a backfill killed behind a hidden row',
  before: removeFirst,
  async play(stage) {
    const { shop } = stage;
    restoreFirst(stage);
    hideFromFullPages(shop, hiddenId);
    await stage.may(backfillAgain, stage.worker({ pageSize: 5, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    await stage.must(backfill);
    await stage.equal('after a backfill went on');
  },
};
