import { copy, type Mutation } from './mutation.ts';

const tooMany = /requests were in flight at once, 3 are allowed/;
const budget = 'apps/worker/src/shop-budget';

/** What keeps all workers of a shop within one budget. */
export const budgetMutations: readonly Mutation[] = [
  {
    defence: 'no share is taken twice: it grows only by what others have given way for',
    file: `${budget}/move.ts`,
    find: 'grown(held.places, target.places, division.places - placesOfOthers)',
    replace: 'grown(held.places, target.places, division.places)',
    again: {
      file: `${budget}/move.ts`,
      find: 'grown(held.rate, target.rate, division.rate - rateOfOthers)',
      replace: 'grown(held.rate, target.rate, division.rate)',
    },
    scene: 'one budget',
    seed: 1,
    says: tooMany,
  },
  {
    defence: 'of two workers that look at the same shares only one may take what is free',
    file: `${copy}/shops/budget-repository.ts`,
    find: 'where shop = ${shop} and version = ${state.version} returning shop',
    replace: 'where shop = ${shop} and version >= ${state.version} returning shop',
    scene: 'one budget',
    seed: 1,
    says: tooMany,
  },
  {
    defence: 'who hears no more of PostgreSQL stops sending before its share is given away',
    file: `${budget}/shop-budget.ts`,
    find: 'isOpen: () => this.#isOpen(),',
    replace: 'isOpen: () => true,',
    scene: 'one budget',
    seed: 1,
    says: tooMany,
  },
];
