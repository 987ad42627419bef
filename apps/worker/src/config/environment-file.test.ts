import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parseEnvironmentFile } from './environment-file.ts';

const read = (text: string) => {
  const { values, notes } = parseEnvironmentFile(text);
  return {
    values,
    says: notes.map(({ line, says }) => `${line}: ${says}`),
    harmless: notes.every(({ harmless }) => harmless),
  };
};

test('what all programs read alike is read so, without a note', () => {
  const text = [
    '# a comment',
    '',
    'A=plain',
    ' B = with blanks around ',
    'C=value # a comment',
    'D="with # and blanks " # a comment',
    "E='with # and $'",
    'F=',
    'export G=exported',
    'H="two',
    'lines"',
    'I=a=b==',
  ].join('\n');
  const { values, says } = read(text);
  expect(values).toEqual(parseEnv(text));
  expect(says).toEqual([]);
});

test.each([
  ['a byte order mark', '\uFEFFA=1', { A: '1' }, /1: The file begins with a byte order mark/, true],
  ['lines of Windows', 'A=1\r\nB="2"\r\n', { A: '1', B: '2' }, /CR LF/, true],
  ['a "#" in the middle', 'A=pass#word', { A: 'pass#word' }, /1: A holds a "#".*Node cuts/, true],
  ['a colon for an equals sign', 'A: 1\nB=2', { A: '1', B: '2' }, undefined, true],
  ['a dollar without quotes', 'A=1\nB=pa$word', { A: '1', B: 'pa$word' }, /2: B holds a "\$"/, false],
  ['two dollars', 'A=pa$$word', { A: 'pa$$word' }, /A holds a "\$"/, false],
  ['a dollar in double quotes', 'A="x${Y}"', { A: 'x${Y}' }, /A holds a "\$"/, false],
  ['a dollar that is escaped', 'A="x\\$Y"', { A: 'x$Y' }, undefined, true],
  ['escapes in double quotes', 'A="a\\nb\\\\c\\"d"', { A: 'a\nb\\c"d' }, undefined, true],
  ['backticks', 'A=`1`', { A: '`1`' }, /A is wrapped in backticks/, false],
  [
    'a quote that is never closed',
    'A="1\nB=2',
    { A: '"1', B: '2' },
    /1: A begins with a quotation mark/,
    false,
  ],
  ['text behind the quote', 'A="1"2', { A: '1' }, /A has text behind/, false],
  ['a line that is nothing', 'A=1\nMAGENTO_PASSWORD', { A: '1' }, /2: This is no NAME=value/, false],
])('%s', (_name, text, values, says, harmless) => {
  const found = read(text);
  expect(found.values).toEqual(values);
  expect(found.says).toEqual(says ? [expect.stringMatching(says)] : []);
  expect(found.harmless).toBe(harmless);
});

test('no note shows a value', () => {
  const { says } = read('A=`secret$x`\nB="secret\nC="secret"secret\nD=secret#1\nsecret');
  expect(says.length).toBeGreaterThan(3);
  expect(says.join()).not.toContain('secret');
});
