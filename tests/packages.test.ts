import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { subset } from 'semver';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readManifest = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const libraries = ['apps', 'packages'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
);
const folders = ['.', 'benchmarks', 'demo', 'tests', ...libraries];
const checkout = readManifest(root);

test.each(folders)('%s says what it is, for which Node and under which licence', (folder) => {
  const manifest = readManifest(join(root, folder));
  expect(manifest).toMatchObject({
    version: checkout.version,
    private: true,
    license: 'MIT',
    type: 'module',
    description: expect.stringMatching(/^[A-Z].{20,}\.$/),
    engines: { node: libraries.includes(folder) ? '>=20.18.1' : checkout.engines?.node },
  });
  // The project belongs to no host: nothing names a repository, a home page or an author.
  expect(Object.keys(manifest).filter((key) => /repository|homepage|bugs|author/.test(key))).toEqual([]);
});

test.each(libraries)('%s is installed with its build and nothing else', (folder) => {
  const { files, exports = {} } = readManifest(join(root, folder));
  expect(files).toContain('dist');
  for (const targets of Object.values(exports)) {
    expect(existsSync(join(root, folder, targets['source'] ?? ''))).toBe(true);
    expect(targets['types']).toBe(targets['default']?.replace(/\.js$/, '.d.ts'));
  }
});

test.each(folders)('%s promises no Node that one of its dependencies refuses', (folder) => {
  const { engines, dependencies, devDependencies } = readManifest(join(root, folder));
  // What a library needs while it is developed does not concern those who install it.
  const needed = { ...dependencies, ...(libraries.includes(folder) ? {} : devDependencies) };
  const refused = Object.keys(needed).filter((name) => {
    const range = readManifest(join(root, folder, 'node_modules', name)).engines?.node;
    return range !== undefined && !subset(engines?.node ?? '*', range);
  });
  expect(refused).toEqual([]);
});
