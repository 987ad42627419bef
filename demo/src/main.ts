import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { openEmptyCopy } from './copy.ts';
import { liveEdits } from './live-edits.ts';
import { closingWords, say, step } from './narration.ts';
import { freePort, openInBrowser, pageTitle } from './page.ts';
import { exitCode, startWorker, stopWorker } from './worker-process.ts';

const dataDirectory = fileURLToPath(new URL('../../.data/demo', import.meta.url));
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

/** Runs the demonstration from an empty database to live edits; ends early and cleanly when it is interrupted. */
async function demonstrate(signal: AbortSignal): Promise<void> {
  step('Starting a real PostgreSQL (unpacked from an npm package) and a stand-in Magento shop');
  await using server = await startEmbeddedPostgres({ dataDirectory });
  await using shop = await startMagentoShop({ latencyMs: 15 });
  const { url, copy: openedCopy } = await openEmptyCopy(server.url);
  await using copy = openedCopy;
  say(`the shop answers on ${shop.url} with the 2,500 customers of a recorded Magento 2.4.7`);

  const pagePort = await freePort();
  const page = `http://localhost:${pagePort}`;
  const environment = {
    MAGENTO_BASE_URL: shop.url,
    MAGENTO_SHOP: 'demo',
    MAGENTO_AUTH: 'admin',
    MAGENTO_USERNAME: 'admin',
    MAGENTO_PASSWORD: 'Passw0rd123!',
    DATABASE_URL: url,
    QUEUE_URL: url,
    DATA_DIRECTORY: dataDirectory,
    LOG_LEVEL: 'error',
    HTTP_PORT: '0',
    CONSOLE_PORT: String(pagePort),
    PULL_EVERY: '2s',
    SWEEP_PERIOD: '5s',
    RECONCILE_EVERY: '3s',
  };

  step('magento-sync backfill');
  await using _backfill = ending(startWorker(['backfill'], environment, 'inherit'), signal);
  await _backfill.succeeded();

  step('magento-sync daemon, while somebody works in the shop');
  await using _daemon = ending(startWorker(['daemon'], environment, 'ignore'), signal);
  say(`the page that shows how the shop stands: ${page} says "${await pageTitle(page, signal)}"`);
  if (process.stdout.isTTY) openInBrowser(page);
  for (const edit of liveEdits(shop)) {
    const started = performance.now();
    say(edit.title);
    edit.perform();
    const row = await copy.waitForRow(edit.query, edit.parameters, signal);
    say(
      `   arrived in PostgreSQL after ${((performance.now() - started) / 1000).toFixed(1)} s: ${JSON.stringify(row)}`,
    );
  }
  say(`the page says now: "${await pageTitle(page, signal)}"`);
  closingWords();
  if (process.stdout.isTTY) {
    step(`Have a look: ${page} stays until you press Ctrl-C`);
    await until(signal);
  }
  await _daemon.stop();
}

/** Resolves when the signal fires. */
async function until(signal: AbortSignal): Promise<void> {
  await new Promise<void>((fired) => {
    if (signal.aborted) fired();
    else signal.addEventListener('abort', () => fired(), { once: true });
  });
}

/** Couples a worker process to the demonstration: whatever happens, it has ended when the demonstration has. */
function ending(child: ReturnType<typeof startWorker>, signal: AbortSignal) {
  const stop = () => stopWorker(child);
  const onAbort = () => void stop();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    stop,
    async succeeded() {
      const code = await exitCode(child);
      signal.throwIfAborted();
      if (code !== 0) throw new Error(`${child.spawnargs.at(-1)} ended with exit code ${code}.`);
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', onAbort);
      await stop();
    },
  };
}

try {
  await demonstrate(interrupted.signal);
} catch (error) {
  if (interrupted.signal.aborted) say('stopped, everything is shut down');
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
