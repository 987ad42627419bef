import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { variables } from './variables.ts';
import { withVariablesFromFiles } from './variables-from-files.ts';

async function folderOfSecrets() {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
}

test('every variable can be handed over as a file, and one that is set itself wins', async () => {
  const file = await folderOfSecrets();
  const password = await file('password', 'p w#1\n');
  for (const name of Object.keys(variables)) {
    expect(withVariablesFromFiles({ [`${name}_FILE`]: password })).toMatchObject({ [name]: 'p w#1' });
    expect(withVariablesFromFiles({ [`${name}_FILE`]: password, [name]: 'set' })).toMatchObject({
      [name]: 'set',
    });
    expect(withVariablesFromFiles({ [`${name}_FILE`]: password, [name]: '' })).toMatchObject({
      [name]: 'p w#1',
    });
    expect(withVariablesFromFiles({ [`${name}_FILE`]: '' })).not.toHaveProperty(name);
    // Else the file of one variable would be taken for the path in another.
    expect(variables).not.toHaveProperty(`${name}_FILE`);
  }
});

test('commands take secrets from files, and name every file that cannot be read with all else that is wrong', async () => {
  const file = await folderOfSecrets();
  const environment = {
    MAGENTO_BASE_URL: 'https://shop.example.com',
    MAGENTO_USERNAME: 'sync',
    DATABASE_URL_FILE: await file('database', 'postgres://sync:hidden@127.0.0.1:9/sync\n'),
    MAGENTO_PASSWORD_FILE: '/none/password',
    TOKEN_ENCRYPTION_KEY_FILE: await file('key', '\n'),
  };
  const wrong = { ...environment, MAGENTO_CONCURRENCY: 'many' };
  const failed = await runCommand(['pull'], wrong);
  expect(failed.exitCode).toBe(2);
  expect(failed.stderr).toContain('3 settings are wrong or missing:');
  expect(failed.stderr).toContain('MAGENTO_CONCURRENCY ');
  expect(failed.stderr).not.toContain('is missing');
  expect(failed.stderr).not.toContain('hidden');
  expect(failed.stderr).toContain(
    'MAGENTO_PASSWORD_FILE names a file that cannot be read (ENOENT); in a container it has to be mounted first.',
  );
  expect(failed.stderr).toContain('TOKEN_ENCRYPTION_KEY_FILE names a file that is empty.');

  const doctor = await runCommand(['doctor'], wrong);
  expect(doctor.exitCode).toBe(1);
  expect(doctor.stdout.match(/^PROBLEM configuration +MAGENTO_(CONCURRENCY|PASSWORD_FILE) /gm)).toHaveLength(
    2,
  );

  const status = await runCommand(['status'], {
    ...environment,
    MAGENTO_PASSWORD_FILE: await file('password', 'secret'),
    TOKEN_ENCRYPTION_KEY_FILE: '',
  });
  expect(status).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Nothing answers at 127.0.0.1:9'),
  });
});
