import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

const dayMs = 86_400_000;

/** Saves that commit minutes after their stamp, while pulls go on. */
export const lateCommits: Scene = {
  title: 'late commits',
  async play(stage) {
    const { its, dice } = stage;
    const [slow = [], others = []] = stage.groups(1 + dice.below(4), 3 + dice.below(5));
    const open = slow.map((id) => its.saveLate(id, 'Late'));
    const created = its.createLate('New');
    stage.minutes(6 + dice.below(3));
    for (const id of others) its.save(id, 'Quick');
    await stage.must(stage.pull);
    for (const commit of [...open, created]) commit?.();
    await stage.must(stage.pull);
    await stage.equal('after late commits');
  },
};

/** A database whose clock is slow, and one row that a clock from tomorrow has stamped. */
export const stampFromTheFuture: Scene = {
  title: 'a stamp from the future',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [[ahead = 0] = [], before = [], after = []] = stage.groups(1, 2 + dice.below(5), 2 + dice.below(5));
    shop.clock.setDatabaseSkew(-(15 + dice.below(20)) * 60_000);
    const tomorrow = new Date(shop.clock.now() + dayMs).toISOString().slice(0, 19).replace('T', ' ');
    its.change(ahead, 'ahead', tomorrow);
    for (const id of before) its.saveBySql(id, 'before');
    await stage.must(stage.pull);
    stage.minutes(1);
    for (const id of after) its.saveBySql(id, 'after');
    await stage.must(stage.pull);
    await stage.equal('after stamps of a slow clock');
  },
};

/** A quiet shop whose database clock is half an hour slow. */
export const slowClockInAQuietShop: Scene = {
  title: 'a slow clock in a quiet shop',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(2 + dice.below(5));
    shop.clock.setDatabaseSkew(-(15 + dice.below(40)) * 60_000);
    stage.minutes(120);
    await stage.must(stage.pull);
    stage.minutes(1);
    for (const id of edited) its.saveBySql(id, 'slow');
    await stage.must(stage.pull);
    await stage.equal('after stamps of a slow clock');
  },
};

/** The shop's database is hours behind its web server: no pull looks where it stamps. */
export const stampsHoursLate: Scene = {
  title: 'stamps that are hours late',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(2 + dice.below(5));
    await stage.must(stage.sweepAll);
    shop.clock.setDatabaseSkew(-(2 + dice.below(12)) * 3_600_000);
    stage.minutes(10);
    for (const id of edited) its.saveBySql(id, 'late');
    await stage.must(stage.pull);
    await stage.must(stage.sweepSlice);
    await stage.equal('after stamps that were hours late');
  },
};

/** A pull that is interrupted, and saves that commit behind its back while as many rows have left its part. */
export const lateCommitBehindAResumedPull: Scene = {
  title: 'a late commit behind a resumed pull',
  async play(stage) {
    const { its, dice } = stage;
    const [slow = [], others = [], leaving = []] = stage.groups(1 + dice.below(3), 12 + dice.below(9), 4);
    for (const id of leaving) its.save(id, 'Here');
    await stage.must(stage.pull);
    const open = slow.map((id) => its.saveLate(id, 'Late'));
    stage.minutes(1);
    for (const id of others) its.save(id, 'Quick');
    stage.minutes(1);
    for (const id of leaving) its.save(id, 'There');
    const pause = new AbortController();
    const worker = stage.worker({ pageSize: 5, afterWrite: async () => pause.abort() });
    await stage.may(stage.pull, worker, { signal: new AbortController().signal, pause: pause.signal });
    for (const commit of open) commit();
    await stage.must(stage.pull);
    await stage.equal('after one pull');
  },
};

/** The web server's clock is set back by hours. */
export const clockSetBack: Scene = {
  title: 'a clock that is set back',
  async play(stage) {
    const { its, dice } = stage;
    const [edited = []] = stage.groups(2 + dice.below(5));
    for (const id of edited) its.save(id, 'Edited');
    stage.minutes(10);
    await stage.must(stage.pull);
    const before = await watermarkOf(stage);
    stage.minutes(-60 * (2 + dice.below(10)));
    await stage.must(stage.pull);
    const after = await watermarkOf(stage);
    stage.promise(after >= before, `the watermark moved back from ${before} to ${after}`);
  },
};

async function watermarkOf(stage: Stage): Promise<string> {
  const [row] = await stage.sql<{ watermark: string }>(
    `select watermark::text as watermark from sync.checkpoints where kind = 'pull'`,
  );
  return row?.watermark ?? '';
}
