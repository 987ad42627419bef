import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { administrator } from '../apps/worker/testing/sync-harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

let folder: string;
let files: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magento-sync-installation-'));
  await run(process.execPath, ['tools/package.mjs', join(folder, 'packed')], { cwd: root });
  files = await readdir(join(folder, 'packed'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program to its end; what it printed, or an error with all of it. */
async function run(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${printed}${complaint}`);
  return printed;
}

test('the packed file installs a program that keeps a copy without anything else on the machine', async () => {
  const prefix = join(folder, 'prefix');
  const home = join(folder, 'home');
  await mkdir(home);
  const file = files.find((name) => /^magento-sync-\d/.test(name));
  // No install script runs: npm may be told so, and asks before it runs one by default in newer versions.
  await run(
    'npm',
    [
      'install',
      '--global',
      '--ignore-scripts',
      '--prefer-offline',
      '--prefix',
      prefix,
      join(folder, 'packed', file!),
    ],
    {
      cwd: home,
      env: {
        HOME: home,
        npm_config_userconfig: process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
        npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
      },
    },
  );
  const shop = await startMagentoShop({ population: { customers: 60 } });
  onTestFinished(() => shop.stop());
  const installed = async (...args: string[]) =>
    run(join(prefix, 'bin', 'magento-sync'), args, {
      cwd: home,
      env: {
        HOME: home,
        MAGENTO_BASE_URL: shop.url,
        MAGENTO_SHOP: 'installed',
        MAGENTO_USERNAME: administrator.username,
        MAGENTO_PASSWORD: administrator.password,
        MAGENTO_REQUESTS_PER_SECOND: '500',
        DATA_DIRECTORY: join(folder, 'data'),
      },
    });
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await installed('--version')).toBe(`${version}\n`);
  await installed('backfill');
  await installed('verify');
  expect(JSON.parse(await installed('status', '--json'))).toMatchObject({
    shop: 'installed',
    entities: [{ entity: 'customers', totals: { live: 60 } }],
  });
});

test.each(['magento-sync', 'magento-sync-magento-client'])(
  'what %s says of its entries and types is true',
  async (name) => {
    const file = files.find((candidate) => candidate.replace(/-\d.*$/, '') === name);
    const tarball = await readFile(join(folder, 'packed', file!));
    const { messages } = await publint({ pack: { tarball: tarball.buffer as ArrayBuffer } });
    expect(messages).toEqual([]);
    const types = await checkPackage(createPackageFromTarballData(tarball));
    // The packages are ESM alone, which `require` of Node 20.19 and newer loads: no resolution of before counts.
    const concerned = ['node16-esm', 'bundler'];
    expect(types).toMatchObject({ problems: expect.any(Array) });
    const problems = 'problems' in types ? types.problems : [];
    expect(
      problems.filter(
        (problem) => !('resolutionKind' in problem) || concerned.includes(problem.resolutionKind),
      ),
    ).toEqual([]);
  },
);
