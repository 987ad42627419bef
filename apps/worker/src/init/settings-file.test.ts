import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseEnvironmentFile } from '../config/environment-file.ts';
import { changedNames, requirePlace, withSettings, writeSettings } from './settings-file.ts';

test.each([
  'plain',
  'with blanks',
  'p#ss$word',
  "it's",
  'back\\slash',
  'a "quoted" one',
  `'"$\\ all`,
  'ends with blank ',
  '',
  '`tick`',
  'a=b:c@d%20',
])('the value %j is read back as it was', (value) => {
  const text = withSettings(undefined, { MAGENTO_PASSWORD: value });
  expect(parseEnvironmentFile(text).values).toEqual({ MAGENTO_PASSWORD: value });
});

test('what else stands in the file stays, and what is set again is replaced', () => {
  const before = `# ours\nLOG_LEVEL=debug\n\nexport MAGENTO_USERNAME = old\nMAGENTO_PASSWORD="two\nlines"\nHTTP_PORT=9000\n`;
  const settings = { MAGENTO_USERNAME: 'new', MAGENTO_PASSWORD: 'x', ENTITIES: 'orders' };
  expect(withSettings(before, settings)).toBe(
    '# ours\nLOG_LEVEL=debug\n\nHTTP_PORT=9000\nMAGENTO_USERNAME=new\nMAGENTO_PASSWORD=x\nENTITIES=orders\n',
  );
  expect(changedNames(before, settings)).toEqual(['MAGENTO_USERNAME', 'MAGENTO_PASSWORD']);
  expect(changedNames(undefined, settings)).toEqual([]);
});

test('the file is written as a whole, for its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-init-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, '.env');
  await writeFile(path, 'A=1\n', { mode: 0o644 });
  await writeSettings(path, 'A=2\n');
  expect(await readFile(path, 'utf8')).toBe('A=2\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['.env']);
  await expect(writeSettings(join(folder, 'none', '.env'), 'A=3\n')).rejects.toThrow('ENOENT');
  await requirePlace(path);
  await expect(requirePlace(join(folder, 'none', '.env'))).rejects.toThrow(
    `Nothing can be written into ${join(folder, 'none')} (ENOENT). Name a file in a folder that may be written to by --file`,
  );
});
