import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './mutations.ts';

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
const unchangedPackage = 'packages/embedded-postgres';
const copied = ['package.json', 'src', 'migrations', 'chaos'];

/** Copies the sources into a folder of their own, with dependencies linked; siblings find each other's copies. */
export async function copySources(): Promise<MutatedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-mutations-'));
  for (const name of packages) await copyPackage(folder, name);
  await mkdir(join(folder, 'packages'), { recursive: true });
  await symlink(join(root, unchangedPackage), join(folder, unchangedPackage));
  await symlink(join(root, 'recordings'), join(folder, 'recordings'));
  let undo: (() => Promise<void>) | undefined;
  return {
    program: join(folder, 'tests/chaos/simulate.ts'),
    async apply(mutation) {
      await undo?.();
      const file = join(folder, mutation.file);
      const source = await readFile(join(root, mutation.file), 'utf8');
      const parts = source.split(mutation.find);
      if (parts.length !== 2) {
        throw new Error(
          `The text of the mutation "${mutation.defence}" stands ${parts.length - 1} times in ${mutation.file}; ` +
            'write it anew after the code has changed.',
        );
      }
      await writeFile(file, parts.join(mutation.replace));
      undo = () => writeFile(file, source);
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
