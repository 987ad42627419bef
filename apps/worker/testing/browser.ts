import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

/** The user without rights, under whatever name. */
const nobody = 65_534;

/** Switches of the packaged browser that make it another one than people have. */
const unwanted =
  /single-process|no-zygote|disable-web-security|allow-running-insecure-content|site-isolation|IsolateOrigins/;

/** How long the browser waits for something; what takes longer hangs. */
export const longestMs = 300_000;

/** A browser of its own; disposing of it ends it and removes what it was unpacked to. */
export interface StartedBrowser extends AsyncDisposable {
  readonly browser: Browser;
  /** Another one of the same, by a user without any rights where the tests themselves are run by root. */
  launchUnprivileged(): Promise<Browser>;
  /** Names of the libraries that it takes from the machine, beside those that it brings. */
  librariesOfMachine(): Promise<readonly string[]>;
}

/**
 * Starts a real Chromium, which comes inside an npm package and brings the libraries that a bare machine lacks.
 *
 * Throws where it cannot run: tests in a browser are never skipped for want of one.
 */
export async function startBrowser(): Promise<StartedBrowser> {
  // Of its own, because two that unpack to one place at once would run half a program.
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-browser-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { executablePath, args } = await unpack(folder);
    const libraries = { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
    const launched: Browser[] = [];
    const launch = async (path: string, home: string) => {
      const browser = await chromium.launch({
        executablePath: path,
        timeout: longestMs,
        args: args.filter((each) => !unwanted.test(each)),
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: home,
          TMPDIR: home,
          ...libraries,
          FONTCONFIG_PATH: join(folder, 'fonts'),
        },
      });
      launched.push(browser);
      return browser;
    };
    return {
      browser: await launch(executablePath, folder),
      async launchUnprivileged() {
        const home = await mkdtemp(join(folder, 'unprivileged-'));
        return launch(await withoutRights(executablePath, folder, home), home);
      },
      async librariesOfMachine() {
        const { stdout } = await promisify(execFile)('ldd', [executablePath], {
          env: { PATH: process.env['PATH'] ?? '', ...libraries },
        });
        return stdout
          .split('\n')
          .filter((line) => line.trim() !== '' && !line.includes(folder))
          .map((line) => basename(line.trim().split(/\s/)[0] ?? ''));
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(launched.map((browser) => browser.close()));
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A program that runs the browser as a user who owns nothing but the folders that it writes to; for root alone. */
async function withoutRights(executablePath: string, folder: string, home: string): Promise<string> {
  if (process.getuid?.() !== 0) return executablePath;
  // Whoever unpacks it owns it; here that is root.
  for (const each of [folder, executablePath]) await chmod(each, 0o755);
  await chown(home, nobody, nobody);
  const path = join(home, 'browser');
  const script = `#!/bin/sh
for each in "$@"; do
  case "$each" in --user-data-dir=*) chown -R ${nobody}:${nobody} "\${each#*=}" ;; esac
done
exec setpriv --reuid=${nobody} --regid=${nobody} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs -- '${executablePath}' "$@"
`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}

/** The package unpacks where the environment says, and its libraries too when it takes this for the place it is made for. */
async function unpack(folder: string): Promise<{ executablePath: string; args: readonly string[] }> {
  const before = { ...process.env };
  Object.assign(process.env, {
    TMPDIR: folder,
    AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
  });
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return { executablePath: await packaged.executablePath(), args: packaged.args };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
