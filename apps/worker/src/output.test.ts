import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { textTable, watchOutput } from './output.ts';

test('columns are as wide as their widest cell', () => {
  expect(
    textTable(
      ['a', 'long'],
      [
        ['wide cell', 'x'],
        ['y', ''],
      ],
    ),
  ).toBe('a          long\nwide cell  x\ny');
});

describe('errors of standard output', () => {
  const streams = () => {
    const notes: string[] = [];
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    stderr.on('data', (chunk) => notes.push(String(chunk)));
    return { stdout, stderr, notes };
  };
  const fail = (stream: PassThrough, code: string) =>
    stream.emit('error', Object.assign(new Error(`write ${code}`), { code }));

  test('a reader that has seen enough is no failure', () => {
    const { stdout, stderr, notes } = streams();
    const code = watchOutput({ stdout, stderr } as never);
    fail(stdout, 'EPIPE');
    fail(stderr, 'EPIPE');
    expect([code(), notes]).toEqual([0, []]);
  });

  test('a disk that is full is one, and said once', () => {
    const { stdout, stderr, notes } = streams();
    const code = watchOutput({ stdout, stderr } as never);
    fail(stdout, 'ENOSPC');
    fail(stdout, 'ENOSPC');
    expect([code(), notes]).toEqual([1, ['magento-sync: The output could not be written: write ENOSPC.\n']]);
  });
});
