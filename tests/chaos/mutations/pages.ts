import type { Mutation } from './mutation.ts';

const sync = 'apps/worker/src/sync';
const client = 'packages/magento-client/src';
const lost = /after the last pull: .*(differs|missing|in the shop)/;

/** What a page and a walk over pages must hold. */
export const pageMutations: readonly Mutation[] = [
  {
    defence: 'a keyset goes on within a second that many rows share',
    file: `${client}/search/keyset-pages.ts`,
    find: ".where('updated_at', 'gteq', updatedAt)",
    replace: ".where('updated_at', 'gt', updatedAt)",
    seed: 1,
    says: lost,
  },
  {
    defence: 'what a page leaves out is noticed by the count of the next one',
    file: `${sync}/read-account.ts`,
    find: 'if (before && before.totalCount - before.size !== page.totalCount) {',
    replace: 'if (before && before.totalCount < 0) {',
    scene: 'a hidden row',
    seed: 1,
    says: /after a hidden row: .*differs/,
  },
  {
    defence: 'a pull goes on from its position only when the part before adds up',
    file: `${sync}/pull.ts`,
    find: 'if (inShop <= inCopy) return true;',
    replace: 'if (inShop >= 0) return true;',
    scene: 'killed behind a hidden row',
    seed: 1,
    says: /after a pull went on: .*differs/,
  },
  {
    defence: 'a backfill goes on from its position only when the part before adds up',
    file: `${sync}/backfill-range.ts`,
    find: 'if (inShop <= inCopy) return position;',
    replace: 'if (inShop >= 0) return position;',
    scene: 'a backfill killed behind a hidden row',
    seed: 1,
    says: /after a backfill went on: .*missing/,
  },
  {
    defence: 'a page in another order than asked for is refused',
    file: `${client}/search/page-guards.ts`,
    find: 'if (compareKeys(previous, key) >= 0) {',
    replace: 'if (compareKeys(previous, key) >= 0 && index < 0) {',
    scene: 'an order that is forgotten',
    seed: 1,
    says: /after an order was forgotten: .*differs/,
  },
  {
    defence: 'a page that is shorter than its count says is not taken for the last one',
    file: `${client}/search/page-guards.ts`,
    find: 'return rows === pageSize ? totalCount >= rows : totalCount === rows;',
    replace: 'return rows <= pageSize && totalCount >= 0;',
    scene: 'a silent limit',
    seed: 1,
    says: /what had to succeed was incomplete/,
  },
  {
    defence: 'what lists count and never show is looked for by its id',
    file: `${sync}/read-account.ts`,
    find: 'await settleHidden(reads, stretch, shown, counted);',
    replace: '{ missing: counted - shown.size, denied: ids.slice(0, 0), settleHidden };',
    scene: 'never listed',
    seed: 1,
    says: /what had to succeed was incomplete/,
  },
  {
    defence: 'a pull that does not add up keeps its watermark',
    file: `${sync}/pull.ts`,
    find: 'const complete = page.last && !again && gaps.length === 0;',
    replace: 'const complete = page.last && !again && gaps.length >= 0;',
    scene: 'a gap in a pull',
    seed: 1,
    says: /after a module was mended: .*differs/,
  },
  {
    defence: 'a range that does not add up is read again',
    file: `${sync}/backfill-range.ts`,
    find: 'const complete = ended && gaps.length === 0;',
    replace: 'const complete = ended && gaps.length >= 0;',
    scene: 'a gap in a backfill',
    seed: 1,
    says: /after a module was mended: .*missing/,
  },
];
