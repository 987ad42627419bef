import { mutations } from './mutations.ts';

/** The table of mutations for README.md: the defence, where it is, and the seed that misses it. */
export function mutationTable(): string {
  const rows = mutations.map(({ defence, file, seed }) => `| ${defence} | \`${file}\` | ${seed} |`);
  return ['| Defence | Where | Seed |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
