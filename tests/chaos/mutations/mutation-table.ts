import { mutations } from './mutations.ts';

/** The table of mutations for README.md: the defence, where it is, and whose story or scene misses it. */
export function mutationTable(): string {
  const rows = mutations.map(
    ({ defence, file, scene, seed }) => `| ${defence} | \`${file}\` | ${scene ?? 'story'} ${seed} |`,
  );
  return ['| Defence | Where | Noticed by |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
