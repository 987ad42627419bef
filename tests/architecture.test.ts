import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which of our packages and which outside ones a folder may import; docs/architecture.md draws the same arrows. */
const layers = [
  { folder: 'packages/magento-client/src', ours: [], forbidden: ['pg', 'drizzle-orm', 'bullmq', 'ioredis'] },
  { folder: 'packages/db/src', ours: [], forbidden: ['undici', 'bullmq', 'ioredis'] },
  {
    folder: 'packages/embedded-postgres/src',
    ours: [],
    forbidden: ['undici', 'drizzle-orm', 'bullmq', 'ioredis'],
  },
  {
    folder: 'packages/magento-testkit/src',
    ours: [],
    forbidden: ['undici', 'pg', 'drizzle-orm', 'bullmq', 'ioredis'],
  },
  {
    folder: 'apps/worker/src',
    ours: ['@magento-sync/db', '@magento-sync/embedded-postgres', '@magento-sync/magento-client'],
    forbidden: ['undici'],
  },
];

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name));
}

const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/testing/');

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('layers (docs/architecture.md)', () => {
  test.each(layers)('$folder imports only what its layer allows', ({ folder, ours, forbidden }) => {
    const violations = sourceFiles(folder)
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (name) =>
              (name.startsWith('@magento-sync/') && !ours.some((allowed) => name === allowed)) ||
              forbidden.some((banned) => name === banned || name.startsWith(`${banned}/`)),
          )
          .map((name) => `${relative(root, file)} imports ${name}`),
      );
    expect(violations).toEqual([]);
  });

  test.each(layers)('$folder declares only what its layer allows', ({ folder, ours, forbidden }) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, '..', 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const violations = Object.keys(manifest.dependencies ?? {}).filter(
      (name) =>
        (name.startsWith('@magento-sync/') && !ours.some((allowed) => name === allowed)) ||
        forbidden.includes(name),
    );
    expect(violations).toEqual([]);
  });

  test('the use cases know neither the queue nor the command line', () => {
    const violations = sourceFiles('apps/worker/src/sync')
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            (name) =>
              /^(bullmq|ioredis|commander|cli-progress|prom-client)/.test(name) ||
              /\/(jobs|commands)\//.test(name),
          )
          .map((name) => `${relative(root, file)} imports ${name}`),
      );
    expect(violations).toEqual([]);
  });

  test('jobs do not know the commands', () => {
    const violations = sourceFiles('apps/worker/src/jobs')
      .filter((file) => !isTest(file))
      .flatMap((file) => importsOf(file).filter((name) => name.includes('/commands/')));
    expect(violations).toEqual([]);
  });

  test('the libraries and the use cases read no environment', () => {
    const readers = [
      ...layers.slice(0, 4).map(({ folder }) => folder),
      'apps/worker/src/sync',
      'apps/worker/src/jobs',
    ]
      .flatMap(sourceFiles)
      .filter((file) => !isTest(file) && !file.endsWith('/bin.ts'))
      .filter((file) => /process\.env\./.test(readFileSync(file, 'utf8')))
      .map((file) => relative(root, file));
    expect(readers).toEqual([]);
  });
});

test('no folder or file has a name that says nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|common|shared|lib|misc)(\/|\.ts$)/;
  const files = ['apps', 'packages', 'tests', 'demo', 'tools']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => !name.includes('node_modules') && !name.includes('/dist/') && vague.test(name));
  expect(files).toEqual([]);
});

test('nothing in the repository names a package registry host', () => {
  const registry = /registry\.(npmjs|yarnpkg)\.(org|com)|deb\.debian\.org/;
  const named = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'Dockerfile', 'docker-compose.yml', 'README.md']
    .filter((name) => statSync(join(root, name)).isFile())
    .filter((name) => registry.test(readFileSync(join(root, name), 'utf8')));
  expect(named).toEqual([]);
});

test('the package of the database carries its migrations wherever it is installed', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/db/package.json'), 'utf8')) as {
    files: string[];
  };
  expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'migrations']));
});
