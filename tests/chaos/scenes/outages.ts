import type { FaultAnswer } from '@magento-sync/magento-testkit';
import type { List } from '../lists.ts';
import { isRead } from '../troubles.ts';
import type { Scene } from './scene.ts';

/** The token ends in the middle of a walk. */
export const tokenEnds: Scene = {
  title: 'a token that ends',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(15 + dice.below(15));
    for (const id of edited) its.save(id, 'Edited');
    const page = 2 + dice.below(2);
    let written = 0;
    const worker = stage.worker({
      pageSize: 5,
      async afterWrite() {
        if (++written !== page) return;
        shop.revokeAdminTokens();
        // Magento revokes by time: a token of the same second would be refused as well.
        stage.minutes(1);
      },
    });
    await stage.must(stage.pull, worker);
    await stage.equal('after a token ended');
  },
};

/** An answer of a shop that is well again a moment later. */
export const passingTrouble: Scene = {
  title: 'a trouble that passes',
  async play(stage) {
    const { its, shop, dice } = stage;
    const { presets } = shop.faults;
    const [edited = []] = stage.groups(15 + dice.below(15));
    for (const id of edited) its.save(id, 'Edited');
    const answers: readonly FaultAnswer[] = [
      presets.tooManyRequests(0),
      presets.serviceUnavailable(),
      presets.badGateway(),
      presets.truncated(),
      presets.reset(),
      presets.answerLost(),
      presets.signInPage(),
    ];
    shop.faults.add({
      match: ({ path }) => isRead(its, path),
      after: 1 + dice.below(3),
      answer: dice.pick(answers),
    });
    await stage.must(stage.pull, stage.worker({ pageSize: 5 }));
    await stage.equal('after a trouble passed');
  },
};

/** From so many refused logins on Magento locks an account for everybody. */
const lockedAfter = 6;

/** Somebody changes the password and tells nobody. */
export const passwordChanged: Scene = {
  title: 'a password that was changed',
  async play(stage) {
    const { shop } = stage;
    const worker = stage.worker();
    let logins = 0;
    const setBack = shop.faults.add({
      match({ path }) {
        const isLogin = path.endsWith('/V1/integration/admin/token');
        if (isLogin) logins += 1;
        return isLogin;
      },
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'answer',
        status: 401,
        headers: { 'content-type': 'application/json' },
        body: '{"message":"The account sign-in was incorrect or your account is disabled temporarily."}',
      },
    });
    for (let times = 0; times < 12; times += 1) {
      await stage.may(stage.dice.pick([stage.pull, stage.sweepAll]), worker);
      stage.minutes(1);
    }
    stage.promise(
      logins < lockedAfter,
      `${logins} wrong logins: Magento locks the account after ${lockedAfter}`,
    );
    setBack();
    shop.requests.clear();
    stage.minutes(31);
    await stage.must(stage.pull, worker);
  },
};

/** The shop fails over one row, wherever that is in a list. */
export const brokenCustomer: Scene = {
  title: 'a broken customer',
  async play(stage) {
    const { its, dice } = stage;
    const [edited = []] = stage.groups(10 + dice.below(10));
    for (const id of edited) its.save(id, 'Edited');
    its.poison.add(dice.pick(edited));
    await stage.must(dice.pick([stage.pull, stage.sweepAll]));
    await stage.equal('around a broken customer');
  },
};

/** PHP prints a notice before every list that holds one row, whose own route is well. */
export const noticeBeforeAnswers: Scene = {
  title: 'a notice before answers',
  async play(stage) {
    const { its, shop, dice } = stage;
    const [edited = []] = stage.groups(10 + dice.below(10));
    const spoilt = dice.pick(edited);
    for (const id of edited) its.save(id, 'Edited');
    shop.faults.add({
      match: ({ path }) => path.endsWith(its.list),
      times: Number.POSITIVE_INFINITY,
      answer: {
        kind: 'change',
        change: (body) =>
          (JSON.parse(body) as Partial<List>).items?.some((row) => row[its.key] === spoilt)
            ? `<b>Deprecated</b>: null\n${body}`
            : body,
      },
    });
    for (const act of [stage.pull, stage.sweepAll]) await stage.must(act);
    shop.faults.clear();
    await stage.equal('around a spoilt answer');
  },
};
