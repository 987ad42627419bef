import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { prepareRelease } from '../tools/release.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const { version: present } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  version: string;
};

/** A checkout with what a release reads and writes, in a repository of its own. */
function copyOfCheckout() {
  const root = mkdtempSync(join(tmpdir(), 'magento-sync-release-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const manifests = ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(checkout, parent)).map((name) => `${parent}/${name}/package.json`),
  );
  for (const file of [
    'package.json',
    'benchmarks/package.json',
    'demo/package.json',
    'tests/package.json',
    ...manifests,
    'deploy/kubernetes/magento-sync.yaml',
    'packages/db/migrations',
  ]) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(checkout, file), join(root, file), { recursive: true });
  }
  const migrations = readdirSync(join(root, 'packages/db/migrations')).filter((name) =>
    name.endsWith('.sql'),
  );
  mkdirSync(join(root, 'docs'));
  writeFileSync(
    join(root, 'docs/releases.md'),
    migrations.map((name) => `| \`${name.replace('.sql', '')}\` | nothing |\n`).join(''),
  );
  writeFileSync(join(root, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n### Added\n\n- Something.\n');
  const git = (...args: string[]) => {
    const settings = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr, stdout } = spawnSync('git', [...settings, ...args], {
      cwd: root,
      encoding: 'utf8',
    });
    expect([args[0], status, stderr]).toEqual([args[0], 0, expect.any(String)]);
    return stdout;
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'All');
  let built = 0;
  const build = () => void (built += 1);
  const release = (version: string, dryRun = false) =>
    prepareRelease({ root, version, day: '2026-12-01', dryRun, build });
  return {
    root,
    git,
    release,
    builds: () => built,
    read: (file: string) => readFileSync(join(root, file), 'utf8'),
  };
}

test('a release sets one version everywhere, dates the changes, builds, and says what is left to do', () => {
  const { release, git, builds, read } = copyOfCheckout();
  expect(release('7.1.0-rc.1', true).join('\n')).toContain('would change apps/worker/package.json');
  expect([git('status', '--porcelain'), builds()]).toEqual(['', 0]);

  const lines = release('7.1.0-rc.1');
  expect(lines).toContain('changed CHANGELOG.md');
  expect(lines.join('\n')).toContain('git tag --annotate v7.1.0-rc.1');
  expect(builds()).toBe(1);
  expect(read('CHANGELOG.md')).toBe(
    '# Changelog\n\n## Unreleased\n\n## 7.1.0-rc.1 (2026-12-01)\n\n### Added\n\n- Something.\n',
  );
  expect(read('deploy/kubernetes/magento-sync.yaml')).toContain('image: magento-sync:7.1.0-rc.1\n');
  const changed = git('status', '--porcelain').trim().split('\n');
  expect(changed.length).toBe(lines.filter((line) => line.startsWith('changed ')).length);
  for (const file of changed
    .map((line) => line.slice(3).trim())
    .filter((each) => each.endsWith('package.json')))
    expect(JSON.parse(read(file))).toMatchObject({ version: '7.1.0-rc.1' });
});

test('a release is refused with every reason', () => {
  const { release, git, builds, root, read } = copyOfCheckout();
  expect(() => release('7.1')).toThrow('is no version such as 0.2.0');
  expect(() => release('0.0.9')).toThrow(`0.0.9 comes before ${present}.`);
  git('tag', 'v7.1.0');
  writeFileSync(
    join(root, 'CHANGELOG.md'),
    read('CHANGELOG.md').replace('- Something.', '## 7.1.0 (2026-11-01)\n\n- Old.'),
  );
  writeFileSync(join(root, 'packages/db/migrations/9999_later.sql'), 'select 1;');
  expect(() => release('7.1.0')).toThrow(
    [
      'CHANGELOG.md has 7.1.0 already.',
      'CHANGELOG.md has nothing under "## Unreleased".',
      'The tree is not clean: commit or put away what "git status" shows.',
      'There is a tag v7.1.0 already.',
      'docs/releases.md does not say what the migration 9999_later costs.',
    ].join('\n'),
  );
  expect(builds()).toBe(0);
});

test.each([
  ['1.10.0', '1.9.0', true],
  ['1.9.0', '1.10.0', false],
  ['1.0.0', '1.0.0-rc.2', true],
  ['1.0.0-rc.2', '1.0.0', false],
  ['1.0.0-rc.10', '1.0.0-rc.9', true],
])('%s may follow %s: %s', (version, before, may) => {
  const { release, root, git } = copyOfCheckout();
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
  writeFileSync(join(root, 'package.json'), `${JSON.stringify({ ...manifest, version: before }, null, 2)}\n`);
  git('commit', '--quiet', '--all', '--message', 'Version');
  const prepare = () => release(version, true);
  if (may) expect(prepare().length).toBeGreaterThan(5);
  else expect(prepare).toThrow(`${version} comes before ${before}.`);
});
