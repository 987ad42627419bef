import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { environmentExample, environmentTable } from './documentation.ts';
import { variables } from './variables.ts';

test('the table and the example name every variable', () => {
  for (const name of Object.keys(variables)) {
    expect(environmentTable()).toContain(`| \`${name}\` |`);
    expect(environmentExample()).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
  }
});

test('the example is a configuration that is accepted as it is', () => {
  const lines = environmentExample()
    .split('\n')
    .filter((line) => /^[A-Z_]+=/.test(line));
  const environment = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  expect(parseConfig(environment).magento.auth.kind).toBe('admin');
});

test.each(Object.entries(variables))('the example of %s is accepted', (_name, variable) => {
  expect(variable.schema.safeParse(variable.example).error).toBeUndefined();
});
