import { copySources } from './mutated-tree.ts';
import { mutations } from './mutations.ts';
import { tellElsewhere } from './tell-elsewhere.ts';

/** For every mutation, prints the first of the seeds whose story notices it and what it says. */
export async function findSeeds(
  postgresUrl: string,
  seeds: readonly number[],
  say: (line: string) => void,
): Promise<void> {
  await using tree = await copySources();
  for (const mutation of mutations) {
    await tree.apply(mutation);
    let found = 'no seed';
    for (const seed of [mutation.seed, ...seeds]) {
      const [report] = await tellElsewhere(postgresUrl, [seed], tree.program);
      if (!report || !report.broken.some((sentence) => mutation.says.test(sentence))) continue;
      found = `seed ${seed}: ${report.broken[0]}`;
      break;
    }
    say(`${mutation.defence}: ${found}`);
  }
}
