import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Mutation } from './mutations/mutation.ts';
import { mutations } from './mutations/mutations.ts';
import type { Probe } from './probes/probe.ts';

/** What is known of a story or a scene that was told by a process of its own. */
export interface Report {
  readonly seed: number;
  /** Broken promises, one sentence each. */
  readonly broken: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('./simulate.ts', import.meta.url));
/** Not an import, which the runner of the tests would first make over. */
const load = createRequire(import.meta.url);
const probes = fileURLToPath(new URL('./probes', import.meta.url));
const builtShop = fileURLToPath(new URL('../../packages/magento-testkit/dist/index.js', import.meta.url));
const longestMs = 600_000;

/**
 * Tells the stories of the seeds, or plays the mutation's scene with them, with its defence switched off; a probe is
 * made in this process, and once.
 *
 * The sources are bundled with the changed text into a program of its own, so that nothing is copied and any number of
 * mutations can be told side by side. Throws when a text of the mutation is not found exactly once, or when a seed did
 * not come to its end.
 */
export async function tellMutated(
  postgresUrl: string,
  mutation: Mutation,
  seeds: readonly number[] = [mutation.seed],
): Promise<Report[]> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-mutation-'));
  try {
    const bundle = join(folder, 'mutated.mjs');
    const { probe } = mutation;
    await bundleMutated(mutation, bundle);
    if (probe === undefined) return await run(bundle, postgresUrl, mutation, seeds);
    const its = load(bundle) as { probe: Probe };
    return [{ seed: mutation.seed, broken: await its.probe(postgresUrl) }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundleMutated(mutation: Mutation, outfile: string): Promise<void> {
  const changed = await mutatedSources(mutation);
  await build({
    entryPoints: [mutation.probe === undefined ? program : join(probes, `${mutation.probe}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [dependenciesStayOutside, sourcesWith(changed)],
  });
}

/** Changed sources by their file, from the root of the repository. */
async function mutatedSources({ defence, again, ...change }: Mutation): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const { file, find, replace } of again ? [change, again] : [change]) {
    const parts = (sources.get(file) ?? (await readFile(join(root, file), 'utf8'))).split(find);
    if (parts.length !== 2) {
      throw new Error(
        `The text of the mutation "${defence}" stands ${parts.length - 1} times in ${file}; ` +
          'write it anew after the code has changed.',
      );
    }
    sources.set(file, parts.join(replace));
  }
  return sources;
}

/** Our packages are bundled from their sources; what is installed is loaded from where it is. */
const dependenciesStayOutside: Plugin = {
  name: 'dependencies stay outside',
  setup({ onResolve, resolve }) {
    const resolving = {};
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...importer }) => {
      if (pluginData === resolving) return undefined;
      // The stand-in shop has no defence that could be switched off: it is loaded as it was built with the program.
      if (path === '@magento-sync/magento-testkit') return { path: builtShop, external: true };
      const found = await resolve(path, { ...importer, pluginData: resolving });
      return found.path.includes('node_modules') ? { path: found.path, external: true } : found;
    });
  },
};

/** The sources, some of them changed; `import.meta.url` is that of the source and not that of the bundle. */
function sourcesWith(changed: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'mutation',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const source = changed.get(relative(root, path)) ?? (await readFile(path, 'utf8'));
        const url = JSON.stringify(pathToFileURL(path).href);
        return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
      });
    },
  };
}

async function run(
  bundle: string,
  postgresUrl: string,
  { scene, names = ['customers'] }: Mutation,
  seeds: readonly number[],
): Promise<Report[]> {
  const flags = [
    '--entities',
    names.join(','),
    ...(scene === undefined ? [] : ['--scene', scene]),
    ...seeds.flatMap((seed) => ['--seed', String(seed)]),
  ];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--enable-source-maps', bundle, '--postgres-url', postgresUrl, ...flags],
      { timeout: longestMs, maxBuffer: 64 * 1_024 * 1_024 },
      // A broken promise is an exit code, and what was printed is the answer all the same.
      (_error, out, err) => resolve({ stdout: out, stderr: err }),
    );
  });
  const reports = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Report);
  if (reports.length !== seeds.length) {
    throw new Error(
      `Of ${seeds.length} stories or scenes only ${reports.length} came to their end:\n${stderr}`,
    );
  }
  return reports;
}

/** Mutations that are tried side by side, and seeds per process. */
const mutationsAtOnce = 2;
const seedsAtOnce = 4;

/** For every mutation, prints the first of the seeds whose story, or scene, fails, and its reason. */
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
