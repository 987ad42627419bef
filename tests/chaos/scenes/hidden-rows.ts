import { changeLists, hideAndDeny, hideFromFullPages } from '../lists.ts';
import type { Scene } from './scene.ts';
import { killedAfterFirstPage, longAgo, type Stage } from './stage.ts';

/** Edits enough for several pages, and later some more; returns whom it edited first. */
function editLongAgoAndNow(stage: Stage): number[] {
  const { its } = stage;
  const [changed = [], others = []] = stage.groups(12 + stage.dice.below(6), 8);
  for (const id of changed) its.save(id, 'Edited');
  stage.minutes(longAgo(stage));
  for (const id of others) its.save(id, 'Shown');
  return changed;
}

const firstRows = new WeakMap<Stage, { readonly id: number; restore(): void }>();

/** Takes the row before the first page away … */
function removeFirst(stage: Stage): void {
  const [id = 0] = stage.its.ids();
  firstRows.set(stage, { id, restore: stage.its.remove(id) });
}

/** … that is restored without a stamp of today, so that no pull finds it; returns its id. */
function restoreFirst(stage: Stage): number {
  const { id = 0, restore } = firstRows.get(stage) ?? {};
  restore?.();
  return id;
}

/** A module leaves a row out of its page, which stays full, and still counts it; for one pull. */
export const hiddenRow: Scene = {
  title: 'a hidden row',
  async play(stage) {
    const { its, shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideFromFullPages(shop, its, dice.pick(changed.slice(0, 5)));
    await stage.may(stage.pull, stage.worker({ pageSize: 5 }));
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(stage.pull);
    await stage.equal('after a hidden row');
  },
};

/** A module that drops a row from every list after it was counted; by the id the shop serves it. */
export const neverListed: Scene = {
  title: 'never listed',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [changed = []] = stage.groups(3 + dice.below(12));
    const hidden = dice.pick(changed);
    for (const id of changed) its.save(id, 'Edited');
    changeLists(shop, its, (list) => ({
      ...list,
      items: list.items.filter((row) => row[its.key] !== hidden),
    }));
    await stage.must(dice.pick([stage.pull, stage.sweepAll, stage.backfillAgain]));
    await stage.equal('with a row that no list shows');
  },
};

/** A row that a module hides and denies while a pull goes by; later the module is mended. */
export const gapInAPull: Scene = {
  title: 'a gap in a pull',
  async play(stage) {
    const { its, shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideAndDeny(shop, its, [dice.pick(changed)]);
    await stage.may(stage.pull);
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(stage.pull);
    await stage.equal('after a module was mended');
  },
};

/** The same for a backfill, and a row that the copy does not have yet. */
export const gapInABackfill: Scene = {
  title: 'a gap in a backfill',
  before: removeFirst,
  async play(stage) {
    hideAndDeny(stage.shop, stage.its, [restoreFirst(stage)]);
    await stage.may(stage.backfillAgain);
    stage.shop.faults.clear();
    await stage.must(stage.backfill);
    await stage.equal('after a module was mended');
  },
};

/** The same for the first page of a pull that is killed behind it. */
export const killedBehindAHiddenRow: Scene = {
  title: 'killed behind a hidden row',
  async play(stage) {
    const { its, shop, dice } = stage;
    const changed = editLongAgoAndNow(stage);
    hideFromFullPages(shop, its, dice.pick(changed.slice(0, 5)));
    await stage.may(stage.pull, stage.worker({ pageSize: 5, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    stage.minutes(1);
    await stage.must(stage.pull);
    await stage.equal('after a pull went on');
  },
};

/** The same for a backfill, and a row that the copy does not have yet. */
export const backfillKilledBehindAHiddenRow: Scene = {
  title: 'a backfill killed behind a hidden row',
  before: removeFirst,
  async play(stage) {
    const { its, shop } = stage;
    hideFromFullPages(shop, its, restoreFirst(stage));
    await stage.may(stage.backfillAgain, stage.worker({ pageSize: 5, afterWrite: killedAfterFirstPage }));
    shop.faults.clear();
    await stage.must(stage.backfill);
    await stage.equal('after a backfill went on');
  },
};

/** A row that a module hides and denies while a sweep compares all others: of it nobody can say that it is equal. */
export const neverCompared: Scene = {
  title: 'never compared',
  async play(stage) {
    const { its, shop } = stage;
    const [[id = 0] = []] = stage.groups(1);
    stage.minutes(24 * 60);
    const begun = new Date(shop.clock.now());
    its.change(id, 'Nobody saw it');
    hideAndDeny(shop, its, [id]);
    await stage.may(stage.sweepAll);
    const [range] = await stage.sql<{ since: number; covers: number }>(
      `select count(*)::int as since, count(*) filter (where after_id < $2 and up_to_id >= $2)::int as covers
       from sync.verified_ranges where entity = $1 and verified_at >= $3`,
      its.name,
      id,
      begun,
    );
    stage.promise((range?.since ?? 0) > 0, 'a sweep remembered of no row that it was compared');
    stage.promise(range?.covers === 0, `${its.record} ${id} counts as compared, and nobody could read it`);
  },
};
