import { expect, test } from 'vitest';
import { parseEnvironmentFile } from '../config/environment-file.ts';
import { checkEnvironment } from './environment-check.ts';

const file = (text: string) => ({ path: '.env', ...parseEnvironmentFile(text) });

test('a file that means the same everywhere is well, with what was passed over', () => {
  expect(checkEnvironment({}, undefined)).toEqual([]);
  expect(checkEnvironment({}, file('\uFEFFA=1\nB=2'))).toEqual([
    {
      check: 'environment',
      outcome: 'ok',
      detail: expect.stringMatching(/2 variables; line 1: .*byte order mark/) as string,
    },
  ]);
});

test('what other programs read differently is a problem with its line, without the value', () => {
  const findings = checkEnvironment({}, file('A=1\nMAGENTO_PASSWORD=sec$ret'));
  expect(findings).toEqual([
    {
      check: 'environment',
      outcome: 'problem',
      detail: expect.stringMatching(/^\.env line 2: MAGENTO_PASSWORD holds a "\$"/) as string,
    },
  ]);
  expect(JSON.stringify(findings)).not.toContain('sec');
});

test('values that came with quotation marks or comments are named', () => {
  const details = checkEnvironment(
    {
      MAGENTO_PASSWORD: '"secret"',
      MAGENTO_USERNAME: 'sync # the user',
      MAGENTO_STORE_CODE: 'de',
      OTHER: '"x"',
    },
    undefined,
  ).map(({ detail }) => detail);
  expect(details).toEqual([
    expect.stringContaining('MAGENTO_USERNAME holds " # "'),
    expect.stringContaining('MAGENTO_PASSWORD is wrapped in quotation marks'),
  ]);
});
