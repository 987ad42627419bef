import { expect, test } from 'vitest';
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
