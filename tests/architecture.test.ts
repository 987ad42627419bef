import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entities } from '@magento-sync/entities';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which of our packages and which outside ones a folder may import; docs/architecture.md draws the same arrows. */
interface Layer {
  readonly folder: string;
  readonly ours: readonly string[];
  /** Packages that it must not import; `all` when it imports none at all. */
  readonly forbidden: readonly string[] | 'all';
}

const layers: readonly Layer[] = (
  [
    { folder: 'packages/entities/src', ours: [], forbidden: 'all' },
    {
      folder: 'packages/exact-json/src',
      ours: [],
      forbidden: ['undici', 'pg', 'drizzle-orm', 'bullmq', 'ioredis'],
    },
    {
      folder: 'packages/magento-client/src',
      ours: ['@magento-sync/entities', '@magento-sync/exact-json'],
      forbidden: ['pg', 'drizzle-orm', 'bullmq', 'ioredis'],
    },
    {
      folder: 'packages/db/src',
      ours: ['@magento-sync/entities', '@magento-sync/exact-json'],
      forbidden: ['undici', 'bullmq', 'ioredis'],
    },
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
      ours: [
        '@magento-sync/db',
        '@magento-sync/embedded-postgres',
        '@magento-sync/entities',
        '@magento-sync/exact-json',
        '@magento-sync/magento-client',
      ],
      forbidden: [],
    },
  ] satisfies Layer[]
).filter(({ folder }) => existsSync(join(root, folder)));

const worker = 'apps/worker/src';

/** What a folder or file of the worker must not import: folders and files of the worker, and packages. */
const arrows = [
  {
    from: 'sync',
    never: ['commands', 'jobs', 'http', 'doctor', 'authorization', 'services.ts', 'daemon.ts', 'cli.ts'],
    packages: ['bullmq', 'ioredis', 'commander', 'cli-progress', 'prom-client'],
  },
  { from: 'jobs', never: ['commands', 'http', 'doctor', 'cli.ts'], packages: ['commander', 'cli-progress'] },
  { from: 'http', never: ['commands', 'cli.ts'], packages: ['commander', 'cli-progress'] },
  { from: 'config', never: ['commands', 'jobs', 'sync', 'http', 'services.ts'], packages: ['bullmq', 'pg'] },
  { from: 'services.ts', never: ['commands', 'jobs', 'http', 'cli.ts'], packages: ['commander'] },
  {
    from: 'process-services.ts',
    never: ['commands', 'jobs', 'http', 'services.ts'],
    packages: ['commander'],
  },
  { from: 'shop-work.ts', never: ['commands', 'http', 'daemon.ts', 'shops-daemon.ts'], packages: ['bullmq'] },
];

/** Folders of the worker whose files are known outside, tests included, by one of them alone. */
const rooms = [{ room: 'sync/reading', door: 'index.ts' }];

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => join(root, folder, name));
}

const isTest = (file: string) => file.endsWith('.test.ts') || file.includes('/testing/');

/** What a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

/** What is loaded with a file: files of ours and names of packages, neither types nor what is imported when it is needed. */
function loadedBy(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)';/gm,
  );
  for (const [, name = ''] of statements) {
    const [, ours, door = 'index'] = /^@magento-sync\/([\w-]+)(?:\/(\w+))?$/.exec(name) ?? [];
    if (ours !== undefined) loadedBy(join(root, 'packages', ours, 'src', `${door}.ts`), loaded);
    else if (name.startsWith('.')) loadedBy(resolve(dirname(file), name), loaded);
    else loaded.add(name);
  }
  return loaded;
}

const isOf = (name: string, packageName: string) =>
  name === packageName || name.startsWith(`${packageName}/`);

function isForbidden({ ours, forbidden }: Layer, name: string): boolean {
  // Errors alone can be had without the package that throws them.
  if (name.startsWith('@magento-sync/')) return !ours.includes(name.replace(/\/errors$/, ''));
  if (forbidden === 'all') return !name.startsWith('.');
  return forbidden.some((banned) => isOf(name, banned));
}

describe('layers (docs/architecture.md)', () => {
  test('every package has its layer', () => {
    const folders = ['packages', 'apps'].flatMap((parent) =>
      readdirSync(join(root, parent)).map((name) => `${parent}/${name}/src`),
    );
    expect(layers.map(({ folder }) => folder).toSorted()).toEqual(folders.toSorted());
  });

  test.each(layers)('$folder imports only what its layer allows', (layer) => {
    const violations = sourceFiles(layer.folder)
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => isForbidden(layer, name))
          .map((name) => `${relative(root, file)} imports ${name}`),
      );
    expect(violations).toEqual([]);
  });

  test.each(layers)('$folder declares only what its layer allows', (layer) => {
    const manifest = JSON.parse(readFileSync(join(root, layer.folder, '..', 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const violations = Object.keys(manifest.dependencies ?? {}).filter((name) => isForbidden(layer, name));
    expect(violations).toEqual([]);
  });

  test.each(arrows)('in the worker $from does not know $never', ({ from, never, packages }) => {
    const files = from.endsWith('.ts') ? [join(root, worker, from)] : sourceFiles(`${worker}/${from}`);
    const violations = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => {
            if (!name.startsWith('.')) return packages.some((banned) => isOf(name, banned));
            const target = relative(join(root, worker), resolve(dirname(file), name));
            return never.some((banned) => isOf(target, banned));
          })
          .map((name) => `${relative(root, file)} imports ${name}`),
      );
    expect(files).not.toEqual([]);
    expect(violations).toEqual([]);
  });

  test('the worker reaches the shop through the client: only alerts go elsewhere by HTTP', () => {
    const callers = sourceFiles(worker)
      .filter((file) => !isTest(file) && importsOf(file).some((name) => isOf(name, 'undici')))
      .map((file) => relative(join(root, worker), file));
    expect(callers).toEqual(['alerts/webhook.ts']);
  });

  test.each(rooms)('in the worker $room is entered by its door alone', ({ room, door }) => {
    const folder = join(root, worker, room);
    const isInside = (path: string) => path.startsWith(`${folder}/`);
    const violations = sourceFiles(worker)
      .filter((file) => !isInside(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => resolve(dirname(file), name))
          .filter((target) => isInside(target) && target !== join(folder, door))
          .map((target) => `${relative(root, file)} imports ${relative(root, target)}`),
      );
    expect(existsSync(join(folder, door))).toBe(true);
    expect(violations).toEqual([]);
  });

  test.each([
    { start: 'cli.ts', without: ['undici', 'pg', 'drizzle-orm', 'bullmq', 'ioredis', 'zod', 'yaml'] },
    {
      start: 'commands/health.ts',
      without: ['undici', 'pg', 'drizzle-orm', 'bullmq', 'ioredis', 'yaml', '@opentelemetry/api'],
    },
    {
      start: 'commands/backfill.ts',
      without: ['bullmq', 'ioredis', 'nodemailer', 'yaml', 'fast-xml-parser', '@opentelemetry/api'],
    },
  ])('$start loads nothing that it does not need', ({ start, without }) => {
    const loaded = loadedBy(join(root, worker, start));
    expect(loaded.size).toBeGreaterThan(5);
    expect([...loaded].filter((name) => without.some((banned) => isOf(name, banned)))).toEqual([]);
  });

  test('the libraries and the use cases read no environment', () => {
    const readers = [
      ...layers.map(({ folder }) => folder).filter((folder) => folder !== worker),
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

/** Where nothing is said about one entity only: what is particular stands in its definition. */
const machinery = ['packages/db/src', 'apps/worker/src/sync'];

/**
 * Names of entities, of their tables and of their views, in code and in SQL; `singular` as far as the words mean nothing
 * else: `order` is also SQL, and Magento calls a kind of attributes `customer`.
 */
const namesOfEntities = (() => {
  const names = entities.flatMap(({ name, table, children, attributes }) => [
    name,
    table.name,
    ...children.map((child) => child.name),
    ...(attributes ? [attributes.view.name] : []),
  ]);
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
  const singular = entities
    .map(({ record }) => camel(record.replaceAll(' ', '_')))
    .filter((word) => word !== 'order' && word !== 'customer');
  const small = new Set([...names, ...names.map(camel), ...singular]);
  const big = new Set([...small].map((name) => capital(camel(name))));
  return new RegExp(`(?<![A-Za-z])(?:${[...small].join('|')})(?![a-z])|(?:${[...big].join('|')})(?![a-z])`);
})();

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

describe('the machinery names no entity', () => {
  test.each([
    'from magento.customers c where c.deleted_at is null',
    "import { creditMemos } from '@magento-sync/entities';",
    'export function refreshCustomersFlat() {}',
    "if (entity.name === 'shipments') return;",
    "const view = 'customers_flat';",
    'join magento.order_items i on i.order_id = o.id',
    'function invoiceOf() {}',
  ])('a name is found in: %s', (line) => expect(line).toMatch(namesOfEntities));

  test.each([
    'select id from t order by id',
    "replaceGroups(customerGroups, 'customer_groups')",
    "'customer' in person",
  ])('none is found in: %s', (line) => expect(line).not.toMatch(namesOfEntities));

  test.each(machinery)('%s', (folder) => {
    const found = sourceFiles(folder)
      .filter((file) => !isTest(file) && !file.endsWith('/testing.ts'))
      .flatMap((file) =>
        withoutComments(readFileSync(file, 'utf8'))
          .split('\n')
          .filter((line) => namesOfEntities.test(line))
          .map((line) => `${relative(root, file)}: ${line.trim()}`),
      );
    expect(found).toEqual([]);
  });
});

/** Files by the files that they import. */
type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** One way round per cycle: `a -> b -> a`. A file that was looked at from everywhere is not looked at again. */
function cyclesIn(graph: ImportGraph): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}

describe('no file imports itself by way of others, types included', () => {
  test('a cycle is found wherever it begins, and what is only reached by two ways is none', () => {
    const graphOf = (imports: Record<string, string[]>) => new Map(Object.entries(imports));
    expect(cyclesIn(graphOf({ a: ['b', 'c'], b: ['c'], c: [] }))).toEqual([]);
    expect(cyclesIn(graphOf({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual(['b -> c -> b']);
  });

  test.each(['apps', 'packages', 'tests', 'demo', 'tools', 'benchmarks'])('in %s', (folder) => {
    const files = sourceFiles(folder);
    const graph = new Map(
      files.map((file) => [
        relative(root, file),
        importsOf(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => relative(root, resolve(dirname(file), name))),
      ]),
    );
    expect(graph.size).toBeGreaterThan(0);
    expect(cyclesIn(graph)).toEqual([]);
  });
});

test('no folder or file has a name that says nothing', () => {
  const vague = /(^|\/)(utils?|helpers?|common|shared|lib|misc)(\/|\.ts$)/;
  const files = ['apps', 'packages', 'tests', 'demo', 'tools', 'benchmarks']
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

test('tests look at sessions and locks of their own database or role, because they share its server', () => {
  const files = ['apps', 'packages', 'tests']
    .flatMap(sourceFiles)
    .filter((file) => /\.test\.ts$|\/testing|\/tests\//.test(file));
  const asked = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(/(['`])[^'`\n]*\bfrom pg_(?:stat_activity|locks)\b[^`]*?\1/g),
    ].map(([statement]) => ({ file: relative(root, file), statement })),
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ statement }) => !/current_database\(\)|usename = /.test(statement))).toEqual([]);
});

test('the package of the database carries its migrations wherever it is installed', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/db/package.json'), 'utf8')) as {
    files: string[];
  };
  expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'migrations']));
});
