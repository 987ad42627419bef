import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './mutations/mutation.ts';

/** A copy of the sources in which one defence at a time is switched off. */
export interface MutatedTree extends AsyncDisposable {
  /** Program of the copy that tells a story; see simulate.ts. */
  readonly program: string;
  /** Applies one mutation to untouched sources; throws when its text is not found exactly once. */
  apply(mutation: Mutation): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = [
  'apps/worker',
  'packages/db',
  'packages/magento-client',
  'packages/magento-testkit',
  'tests',
];
const unchangedPackages = ['packages/embedded-postgres', 'packages/exact-json'];
const copied = ['package.json', 'src', 'migrations', 'chaos'];

/** Copies the sources into a folder of their own, with dependencies linked; siblings find each other's copies. */
export async function copySources(): Promise<MutatedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-mutations-'));
  for (const name of packages) await copyPackage(folder, name);
  await mkdir(join(folder, 'packages'), { recursive: true });
  for (const name of unchangedPackages) await symlink(join(root, name), join(folder, name));
  await symlink(join(root, 'recordings'), join(folder, 'recordings'));
  const untouched = new Map<string, string>();
  return {
    program: join(folder, 'tests/chaos/simulate.ts'),
    async apply({ defence, again, ...change }) {
      for (const [file, source] of untouched) await writeFile(file, source);
      untouched.clear();
      for (const { file, find, replace } of again ? [change, again] : [change]) {
        const source = await readFile(join(root, file), 'utf8');
        const parts = source.split(find);
        if (parts.length !== 2) {
          throw new Error(
            `The text of the mutation "${defence}" stands ${parts.length - 1} times in ${file}; ` +
              'write it anew after the code has changed.',
          );
        }
        untouched.set(join(folder, file), source);
        await writeFile(join(folder, file), parts.join(replace));
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function copyPackage(folder: string, name: string): Promise<void> {
  const [from, to] = [join(root, name), join(folder, name)];
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from)) {
    if (copied.includes(entry)) await cp(join(from, entry), join(to, entry), { recursive: true });
  }
  await linkDependencies(from, to, folder);
}

async function linkDependencies(from: string, to: string, folder: string): Promise<void> {
  const modules = join(from, 'node_modules');
  await mkdir(join(to, 'node_modules/@magento-sync'), { recursive: true });
  for (const entry of await readdir(modules).catch(() => [])) {
    if (entry.startsWith('.')) continue;
    if (entry !== '@magento-sync') {
      await symlink(join(modules, entry), join(to, 'node_modules', entry));
      continue;
    }
    for (const sibling of await readdir(join(modules, entry))) {
      await symlink(join(folder, 'packages', sibling), join(to, 'node_modules/@magento-sync', sibling));
    }
  }
}
