import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('the page is served without a daemon, and says that there is none', async () => {
  const { environment } = await startCliShop({ population: { customers: 1 } });
  const command = await startCli(['console'], { ...environment, CONSOLE_PORT: '0' });
  await command.untilOutput('The page of');
  const address = /http:\S+/.exec(command.stdout)?.[0] ?? '';
  const text = await (await fetch(address)).text();
  expect(text).toContain('No worker has reported yet');
  expect(text).toContain(environment['MAGENTO_SHOP']);
  command.kill('SIGTERM');
  expect(await command.ended).toBe(0);
});

test('tables that are older are not touched: it says what to do', async () => {
  const { environment, query } = await startCliShop({ population: { customers: 1 } });
  await query('drop schema sync cascade');
  const { exitCode, stderr } = await runCommand(['console'], { ...environment, CONSOLE_PORT: '0' });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('run "magento-sync migrate" first')]);
});

test('without --shop it shows all shops of the file that are switched on', async () => {
  const { environment } = await startCliShop({ population: { customers: 1 } });
  expect((await runCommand(['backfill'], { ...environment, MAGENTO_SHOP: 'eu' })).exitCode).toBe(0);
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'shops.yaml');
  const shop = (name: string) =>
    `  - name: ${name}\n    base_url: ${environment['MAGENTO_BASE_URL']}\n    auth: { password: { env: NOT_HERE } }\n`;
  await writeFile(path, `version: 1\nshops:\n${shop('eu')}${shop('de')}${shop('fr')}    enabled: false\n`);
  const { MAGENTO_BASE_URL: _, MAGENTO_SHOP: __, ...around } = environment;
  const command = await startCli(['console'], { ...around, SHOPS_FILE: path, CONSOLE_PORT: '0' });
  await command.untilOutput(`The page of ${path}`);
  const address = /http:\S+/.exec(command.stdout)?.[0] ?? '';
  const text = await (await fetch(address)).text();
  for (const name of ['eu', 'de']) expect(text).toContain(`href="/shops/${name}"`);
  expect(text).not.toContain('/shops/fr');
  command.kill('SIGTERM');
  expect(await command.ended).toBe(0);
});
