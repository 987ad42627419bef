import { copySources } from './mutated-tree.ts';
import type { Mutation } from './mutations/mutation.ts';
import { mutations } from './mutations/mutations.ts';
import { type Report, tellElsewhere } from './tell-elsewhere.ts';

/** Mutations that are looked at side by side, and seeds that one process tells before it is asked. */
const trees = 2;
const seedsAtOnce = 4;

/** For every mutation, prints the first of the seeds whose story, or scene, notices it and what it says. */
export async function findSeeds(
  postgresUrl: string,
  seeds: readonly number[],
  say: (line: string) => void,
): Promise<void> {
  const waiting = [...mutations];
  const search = async () => {
    await using tree = await copySources();
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
      const { scene, defence } = mutation;
      await tree.apply(mutation);
      const candidates = [mutation.seed, ...seeds.filter((seed) => seed !== mutation?.seed)];
      const found = await firstToNotice(mutation, candidates, (some) =>
        tellElsewhere(postgresUrl, some, { source: tree.program, scene }),
      );
      say(`${defence}: ${found}`);
    }
  };
  await Promise.all(Array.from({ length: trees }, search));
}

async function firstToNotice(
  mutation: Mutation,
  seeds: readonly number[],
  tell: (seeds: readonly number[]) => Promise<Report[]>,
): Promise<string> {
  for (let start = 0; start < seeds.length; start += seedsAtOnce) {
    for (const { seed, broken } of await tell(seeds.slice(start, start + seedsAtOnce))) {
      const noticed = broken.find((sentence) => mutation.says.test(sentence));
      if (noticed !== undefined) return `seed ${seed}: ${noticed}`;
    }
  }
  return 'no seed';
}
