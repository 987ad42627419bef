import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Switches of the packaged browser that make it another one than people have. */
const unwanted =
  /single-process|no-zygote|disable-web-security|allow-running-insecure-content|site-isolation|IsolateOrigins/;

/** How long the browser waits for something; what takes longer hangs. */
export const longestMs = 300_000;

/** A browser of its own; disposing of it ends it and removes what it was unpacked to. */
export interface StartedBrowser extends AsyncDisposable {
  readonly browser: Browser;
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
    const browser = await chromium.launch({
      executablePath,
      timeout: longestMs,
      args: args.filter((each) => !unwanted.test(each)),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        TMPDIR: folder,
        LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
        FONTCONFIG_PATH: join(folder, 'fonts'),
      },
    });
    return {
      browser,
      async [Symbol.asyncDispose]() {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
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
