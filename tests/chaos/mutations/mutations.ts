import { budgetMutations } from './budget.ts';
import { copyMutations } from './copy.ts';
import { deletionMutations } from './deletions.ts';
import { entityMutations } from './entities.ts';
import type { Mutation } from './mutation.ts';
import { outageMutations } from './outages.ts';
import { pageMutations } from './pages.ts';
import { proofMutations } from './proof.ts';
import { quickMutations } from './quick.ts';
import { watermarkMutations } from './watermark.ts';

/** Every defence, and who shows that it is needed. */
export const mutations: readonly Mutation[] = [
  ...watermarkMutations,
  ...pageMutations,
  ...copyMutations,
  ...deletionMutations,
  ...outageMutations,
  ...budgetMutations,
  ...proofMutations,
  ...entityMutations,
  ...quickMutations,
];

/** The table of mutations for README.md: the defence, where it is, and whose story or scene misses it. */
export function mutationTable(): string {
  const rows = mutations.map(
    ({ defence, file, scene, probe, seed }) =>
      `| ${defence} | \`${file}\` | ${probe === undefined ? `${scene ?? 'story'} ${seed}` : `probe "${probe}"`} |`,
  );
  return ['| Defence | Where | Noticed by |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
