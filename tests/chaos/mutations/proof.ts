import { type Mutation, sync } from './mutation.ts';

const unequal = /differs|missing|addresses|in the shop/;

/** What finds, and proves, differences that nothing tells of. */
export const proofMutations: readonly Mutation[] = [
  {
    defence: 'the content hash covers everything but the stamp',
    file: `${sync}/entity/content-hash.ts`,
    find: 'write(canonical, raw, uncounted)',
    replace: "write(canonical, raw, [...uncounted, 'addresses', 'extension_attributes'])",
    seed: 2,
    says: unequal,
  },
  {
    defence: 'the sweep reads every row',
    file: `${sync}/sweep/sweep.ts`,
    find: 'const isIdle = state.completedAt !== null || !isBehind(context, state, options, from);',
    replace: 'const isIdle = state !== undefined && isBehind !== undefined;',
    seed: 2,
    says: unequal,
  },
  {
    defence: 'verify compares every column, not the hashes alone',
    file: `${sync}/entity/compare-records.ts`,
    find: '...(expected && stored ? alteredColumns(entity, expected, stored) : []),',
    replace: '',
    scene: 'differences to prove',
    seed: 1,
    says: /verify missed that a column/,
  },
  {
    defence: 'verify compares every address',
    file: `${sync}/entity/compare-records.ts`,
    find: '...parts.flatMap((part) => alteredPart(entity, part)),',
    replace: '',
    scene: 'differences to prove',
    seed: 1,
    says: /verify missed that the addresses/,
  },
];
