import { copyMutations } from './copy.ts';
import { deletionMutations } from './deletions.ts';
import type { Mutation } from './mutation.ts';
import { outageMutations } from './outages.ts';
import { pageMutations } from './pages.ts';
import { proofMutations } from './proof.ts';
import { watermarkMutations } from './watermark.ts';

/** Every defence, and who shows that it is needed. */
export const mutations: readonly Mutation[] = [
  ...watermarkMutations,
  ...pageMutations,
  ...copyMutations,
  ...deletionMutations,
  ...outageMutations,
  ...proofMutations,
];
