// `npm run release -- <version>`: makes a version ready: checks, one version in every manifest, the date in CHANGELOG.md,
// the files that people install. Commits and publishes nothing: it prints what is left to do. `--dry-run` only says it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What is asked for. */
export interface ReleaseOptions {
  /** Folder of the checkout. */
  readonly root: string;
  /** Such as `0.2.0`, or `0.2.0-rc.1`. */
  readonly version: string;
  /** Day of the release, such as `2026-12-01`. */
  readonly day: string;
  readonly dryRun: boolean;
  /** Makes the files that people install, in the folder `packed`. */
  readonly build: () => void;
}

/** Thrown where a release must not be made; the message has every reason. */
export class ReleaseRefusedError extends Error {
  override readonly name = 'ReleaseRefusedError';
}

const versionPattern = /^(\d+)\.(\d+)\.(\d+)(?:-([a-z]+)\.(\d+))?$/;
const unreleased = '## Unreleased\n';

/** Makes a release ready; returns what was done, and then what is left to do, one line each. */
export function prepareRelease(options: ReleaseOptions): string[] {
  const { root, version, day, dryRun, build } = options;
  refuse(problemsOf(options));
  const changes = [
    ...manifestsAt(root, version),
    imageAt(root, version),
    changelogAt(root, version, day),
  ].filter(({ before, after }) => before !== after);
  const verb = dryRun ? 'would change' : 'changed';
  const done = changes.map(({ file }) => `${verb} ${file}`);
  if (!dryRun) {
    for (const { file, after } of changes) writeFileSync(join(root, file), after);
    build();
  }
  const tag = `v${version}`;
  return [
    ...done,
    dryRun ? 'would build the packages into packed/' : 'built the packages into packed/',
    '',
    dryRun
      ? 'Nothing was written. After the release itself, do:'
      : 'Look at "git diff" and CHANGELOG.md; then do:',
    `  git commit --all --message "Release ${version}" && git tag --annotate ${tag} --message ${tag}`,
    '  npm test',
    `  git push --follow-tags`,
    `  npm publish packed/magento-sync-${version}.tgz && npm publish packed/magento-sync-magento-client-${version}.tgz`,
    `  docker build --tag <registry>/magento-sync:${version} . && docker push <registry>/magento-sync:${version}`,
  ];
}

interface Change {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

function problemsOf({ root, version }: ReleaseOptions): string[] {
  const present = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
    .version;
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const problems: string[] = [];
  if (!versionPattern.test(version)) problems.push(`"${version}" is no version such as 0.2.0 or 0.2.0-rc.1.`);
  // The first release has the version that stands in the checkout already.
  else if (comparable(version) < comparable(present)) problems.push(`${version} comes before ${present}.`);
  if (new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b(?!-)`, 'm').test(changelog))
    problems.push(`CHANGELOG.md has ${version} already.`);
  const news = changelog.split(/^## /m).find((part) => part.startsWith('Unreleased\n'));
  if (!/^- /m.test(news ?? '')) problems.push('CHANGELOG.md has nothing under "## Unreleased".');
  if (git(root, 'status', '--porcelain') !== '')
    problems.push('The tree is not clean: commit or put away what "git status" shows.');
  if (git(root, 'tag', '--list', `v${version}`) !== '') problems.push(`There is a tag v${version} already.`);
  return [...problems, ...missingNotes(root)];
}

/** Every migration has its cost, and its way back, in docs/releases.md. */
function missingNotes(root: string): string[] {
  const notes = readFileSync(join(root, 'docs', 'releases.md'), 'utf8');
  return readdirSync(join(root, 'packages', 'db', 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
    .filter((name) => !notes.includes(`\`${name}\``))
    .map((name) => `docs/releases.md does not say what the migration ${name} costs.`);
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ReleaseRefusedError(problems.join('\n'));
}

/** A text that sorts as versions do, those before a release first. */
function comparable(version: string): string {
  const [, major = '', minor = '', patch = '', word = '~', number = ''] = versionPattern.exec(version) ?? [];
  const numbers = [major, minor, patch].map((part) => part.padStart(9, '0'));
  // `~` sorts behind every letter.
  return [...numbers, word.padEnd(9), number.padStart(9, '0')].join('.');
}

/** The manifests of the checkout; all packages have one version, that of the checkout. */
function manifestsAt(root: string, version: string): Change[] {
  const folders = ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return ['.', 'benchmarks', 'demo', 'tests', ...folders]
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)))
    .map((file) => replaced(root, file, /^(\s*"version": ")[^"]+(")/m, `$1${version}$2`));
}

function imageAt(root: string, version: string): Change {
  return replaced(root, 'deploy/kubernetes/magento-sync.yaml', /(image: magento-sync:)\S+/, `$1${version}`);
}

function changelogAt(root: string, version: string, day: string): Change {
  return replaced(root, 'CHANGELOG.md', unreleased, `${unreleased}\n## ${version} (${day})\n`);
}

function replaced(root: string, file: string, what: RegExp | string, by: string): Change {
  const before = readFileSync(join(root, file), 'utf8');
  return { file, before, after: before.replace(what, by) };
}

function git(root: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0)
    throw new ReleaseRefusedError(`git ${args.join(' ')} failed: ${stderr ?? 'git is not there.'}`);
  return stdout.trim();
}

/** What the command line asks for. */
function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const root = fileURLToPath(new URL('..', import.meta.url));
  const [version = ''] = positionals;
  const day = new Date().toISOString().slice(0, 10);
  const build = () => {
    const { status } = spawnSync(process.execPath, [join(root, 'tools', 'package.mjs')], {
      stdio: 'inherit',
    });
    if (status !== 0)
      throw new ReleaseRefusedError(
        'The packages could not be built; "git checkout ." takes the changes back.',
      );
  };
  try {
    for (const line of prepareRelease({ root, version, day, dryRun: values['dry-run'], build }))
      console.log(line);
  } catch (error) {
    if (!(error instanceof ReleaseRefusedError)) throw error;
    console.error(`${error.message}\nUsage: npm run release -- <version> [--dry-run]`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
