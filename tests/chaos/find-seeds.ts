import type { Mutation } from './mutations/mutation.ts';
import { mutations } from './mutations/mutations.ts';
import { type Report, tellMutated } from './tell-mutated.ts';

/** Mutations that are looked at side by side, and seeds that one process tells before it is asked. */
const mutationsAtOnce = 2;
const seedsAtOnce = 4;

/** For every mutation, prints the first of the seeds whose story, or scene, notices it and what it says. */
export async function findSeeds(
  postgresUrl: string,
  seeds: readonly number[],
  say: (line: string) => void,
): Promise<void> {
  const waiting = [...mutations];
  const search = async () => {
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
      const { seed: known, defence } = mutation;
      const candidates = [known, ...seeds.filter((seed) => seed !== known)];
      say(`${defence}: ${await firstToNotice(postgresUrl, mutation, candidates)}`);
    }
  };
  await Promise.all(Array.from({ length: mutationsAtOnce }, search));
}

async function firstToNotice(
  postgresUrl: string,
  mutation: Mutation,
  seeds: readonly number[],
): Promise<string> {
  for (let start = 0; start < seeds.length; start += seedsAtOnce) {
    const reports: Report[] = await tellMutated(
      postgresUrl,
      mutation,
      seeds.slice(start, start + seedsAtOnce),
    );
    for (const { seed, broken } of reports) {
      const noticed = broken.find((sentence) => mutation.says.test(sentence));
      if (noticed !== undefined) return `seed ${seed}: ${noticed}`;
    }
  }
  return 'no seed';
}
