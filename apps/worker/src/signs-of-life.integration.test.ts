import { utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../testing/cli-process.ts';
import { showSignsOfLife } from './signs-of-life.ts';

test('health says whether a daemon is alive, without a port, a database or a shop', async () => {
  const shop = `alive-${Math.random().toString(36).slice(2)}`;
  // Nothing answers there.
  const environment = { MAGENTO_SHOP: shop, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const health = async () => {
    const { exitCode, stdout } = await runCommand(['health'], environment);
    return `${exitCode} ${stdout.trim()}`;
  };
  expect(await health()).toBe(`1 ${shop}: no daemon runs here.`);
  const alive = await showSignsOfLife(shop, () => {});
  expect(await health()).toBe(`0 ${shop}: the daemon is alive.`);
  const longAgo = new Date(Date.now() - 120_000);
  await utimes(join(tmpdir(), `magento-sync-${shop}.alive`), longAgo, longAgo);
  expect(await health()).toMatch(/^1 .*silent for 2m/);
  await alive[Symbol.asyncDispose]();
  expect(await health()).toBe(`1 ${shop}: no daemon runs here.`);
});
