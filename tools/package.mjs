// `npm run package`: makes the files that people install, `magento-sync-<version>.tgz` and the client's own, in the
// folder `packed` or the one named. The workspace's packages travel inside of them, as they were built and tested;
// what comes from npm is named with the versions that were tested.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { install, root } from './install.mjs';

const destination = resolve(process.argv[2] ?? 'packed');

/** Folders of the workspace's packages by name. */
const folders = new Map(
  ['entities', 'exact-json', 'magento-client', 'db', 'embedded-postgres']
    .map((name) => [`@magento-sync/${name}`, join(root, 'packages', name)])
    .concat([['@magento-sync/worker', join(root, 'apps', 'worker')]]),
);

const published = [
  {
    from: '@magento-sync/worker',
    as: 'magento-sync',
    documents: ['README.md', 'CHANGELOG.md', '.env.example'],
  },
  { from: '@magento-sync/magento-client', as: '@magento-sync/magento-client', documents: ['CHANGELOG.md'] },
];

install();
run(join(root, 'node_modules', '.bin', 'tsc'), ['-b'], root);
mkdirSync(destination, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'magento-sync-package-'));
try {
  for (const one of published) {
    const folder = join(work, one.as);
    assemble(one, folder);
    console.log(
      join(destination, run('npm', ['pack', '--silent', '--pack-destination', destination], folder)),
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Lays out a package with those of the workspace that it needs in its own `node_modules`. */
function assemble({ from, as, documents }, folder) {
  const manifest = manifestOf(from);
  const bundled = [...neededBy(from)].filter((name) => name !== from);
  const manifests = [manifest, ...bundled.map(manifestOf)];
  copyBuilt(from, folder);
  for (const name of bundled) {
    const inside = join(folder, 'node_modules', name);
    copyBuilt(name, inside);
    // The outer package alone names what comes from npm: npm takes what a bundled manifest names for bundled as well,
    // and leaves an empty folder for it.
    const { dependencies: _, optionalDependencies: __, ...inner } = withoutWorkspace(manifestOf(name));
    writeJson(join(inside, 'package.json'), inner);
  }
  const own = folders.get(from);
  for (const document of documents) cpSync(join(root, document), join(folder, document));
  if (!existsSync(join(folder, 'README.md'))) cpSync(join(own, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeJson(join(folder, 'package.json'), {
    ...withoutWorkspace(manifest),
    name: as,
    files: [...manifest.files, '.env.example', 'CHANGELOG.md'],
    dependencies: {
      ...versionsOf(manifests, 'dependencies'),
      ...Object.fromEntries(bundled.map((name) => [name, manifestOf(name).version])),
    },
    optionalDependencies: versionsOf(manifests, 'optionalDependencies'),
    bundleDependencies: bundled,
  });
}

/** A package of the workspace and all those that it needs, directly or not. */
function neededBy(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of Object.keys(manifestOf(name).dependencies ?? {})) {
    if (folders.has(other)) neededBy(other, found);
  }
  return found;
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(folders.get(name), 'package.json'), 'utf8'));
}

/** A manifest as somebody outside of the workspace can read it. */
function withoutWorkspace({ private: _, scripts: __, devDependencies: ___, ...manifest }) {
  const dependencies = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
    name,
    folders.has(name) ? manifestOf(name).version : range,
  ]);
  return {
    ...manifest,
    exports: withoutSource(manifest.exports),
    dependencies: Object.fromEntries(dependencies),
  };
}

/** Entries that lead to TypeScript sources exist in the workspace only, as do those for tests. */
function withoutSource(entries) {
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([path]) => path !== './testing')
      .map(([path, { source: _, ...conditions }]) => [path, conditions]),
  );
}

function versionsOf(manifests, kind) {
  const versions = manifests.flatMap((manifest) => Object.entries(manifest[kind] ?? {}));
  return Object.fromEntries(
    versions.filter(([name]) => !folders.has(name)).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Copies what was built; without what only tests load, and what is left of sources that are gone. */
function copyBuilt(name, folder) {
  const own = folders.get(name);
  const built = join(own, 'dist');
  const belongs = (path) => {
    if (!path.startsWith(built)) return true;
    const source = relative(built, path).replace(/(\.d\.ts|\.js)(\.map)?$/u, '.ts');
    return !/^testing\b/u.test(source) && existsSync(join(own, 'src', source));
  };
  for (const part of manifestOf(name).files) {
    cpSync(join(own, part), join(folder, part), { recursive: true, filter: belongs });
  }
}

function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Runs a program to its end and gives what it printed; ends this one where it fails. */
function run(program, args, cwd) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return stdout.trim();
  console.error(`${stdout ?? ''}${stderr ?? ''}\n${program} ${args.join(' ')} failed in ${cwd}.`);
  process.exit(1);
}
