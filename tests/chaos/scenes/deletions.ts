import { hideAndDeny } from '../lists.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** A module that leaves rows out of every list and its count; by their ids they are served. Returns its end. */
function hideFromLists({ its, shop }: Stage, ids: readonly number[]): () => void {
  let hidden: (() => void)[] = [];
  const show = () => {
    for (const showOne of hidden) showOne();
    hidden = [];
  };
  const end = shop.faults.add({
    match({ path }) {
      if (!path.endsWith(its.list)) show();
      else if (hidden.length === 0) hidden = ids.map((id) => its.remove(id));
      return false;
    },
    answer: { kind: 'reset' },
  });
  return () => {
    end();
    show();
  };
}

const someHidden = ({ groups, dice }: Stage) => groups(1 + dice.below(4))[0] ?? [];

/** Rows that are not in lists, and are not deleted. */
export const hiddenFromLists: Scene = {
  title: 'hidden from lists',
  async play(stage) {
    const show = hideFromLists(stage, someHidden(stage));
    await stage.may(stage.dice.pick([stage.sweepAll, stage.reconcileAll]));
    show();
    await stage.equal('after rows were hidden from lists');
  },
};

/** The same, and a gateway that has lost the route to single rows and says so in JSON. */
export const unknownToAGateway: Scene = {
  title: 'unknown to a gateway',
  async play(stage) {
    const { its, shop } = stage;
    const show = hideFromLists(stage, someHidden(stage));
    shop.faults.add({
      match: ({ path }) => its.single.test(path),
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'answer',
        status: 404,
        headers: { 'content-type': 'application/json' },
        body: '{"message":"No upstream takes this address."}',
      },
    });
    await stage.may(stage.dice.pick([stage.sweepAll, stage.reconcileAll]));
    show();
    await stage.equal('after a gateway knew no rows');
  },
};

/** A module that drops rows from lists after they were counted, and denies them by their ids as well. */
export const deniedAndCounted: Scene = {
  title: 'denied and counted',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [denied = []] = stage.groups(1 + dice.below(3));
    hideAndDeny(shop, its, denied);
    await stage.may(stage.sweepAll);
    await stage.equal('after rows were denied');
  },
};

/** More rows than may vanish at once are out of sight, by their ids too, until somebody mends the role. */
export const lostWebsite: Scene = {
  title: 'a role that lost a website',
  async play(stage) {
    const { its, dice } = stage;
    const [lost = []] = stage.groups(25 + dice.below(15));
    const kept = lost.map((id) => its.remove(id));
    for (const act of dice.shuffle([stage.sweepAll, stage.reconcileAll])) await stage.may(act);
    for (const restore of kept) restore();
    await stage.equal('after a role was mended');
  },
};

/** Rows are deleted, found to be so, and come back from a backup as they were. */
export const restoredRows: Scene = {
  title: 'restored rows',
  async play(stage) {
    const [deleted = []] = stage.groups(1 + stage.dice.below(6));
    const kept = deleted.map((id) => stage.remove(id));
    await stage.must(stage.reconcileAll);
    stage.minutes(5);
    for (const restore of kept) restore();
    await stage.must(stage.sweepAll);
    await stage.equal('after a backup came back');
  },
};

/** Rows are deleted, and a sweep alone looks for them. */
export const deletionsForASweep: Scene = {
  title: 'deletions for a sweep',
  async play(stage) {
    const [deleted = []] = stage.groups(1 + stage.dice.below(6));
    for (const id of deleted) stage.remove(id);
    await stage.must(stage.sweepAll);
    await stage.equal('after a sweep alone');
  },
};

/** Rows are deleted and others come back unstamped, and a reconcile alone looks for them. */
export const countsThatDiffer: Scene = {
  title: 'counts that differ',
  async play(stage) {
    const { dice } = stage;
    const [deleted = [], coming = []] = stage.groups(3 + dice.below(4), 1 + dice.below(2));
    const kept = coming.map((id) => stage.remove(id));
    await stage.must(stage.reconcileAll);
    stage.minutes(5);
    for (const id of deleted) stage.remove(id);
    for (const restore of kept) restore();
    await stage.must(stage.reconcileAll);
    await stage.equal('after a reconcile alone');
  },
};

/** Another person gets the id of somebody who was deleted. */
export const anotherPerson: Scene = {
  title: 'another person',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [[reused = 0] = []] = stage.groups(1);
    stage.minutes(60 + dice.below(60));
    its.replace(reused);
    const from = new Date(shop.clock.now());
    await stage.must(stage.pull);
    const [row] = await stage.sql<{ seen: Date }>(
      `select first_seen_at as seen from magento.${its.name} where ${its.key} = $1`,
      reused,
    );
    stage.promise(
      row !== undefined && row.seen >= from,
      `${its.record} ${reused} is another one and passes for the former one`,
    );
  },
};
