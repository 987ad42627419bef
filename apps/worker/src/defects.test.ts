import { expect, test } from 'vitest';
import { startCli } from '../testing/cli-process.ts';
import { runScript } from '../testing/ts-program.ts';
import { farewell } from './defects.ts';

const defects = JSON.stringify(new URL('./defects.ts', import.meta.url).href);

test.each([
  ['an exception', `setImmediate(() => { throw new TypeError('what was wrong'); })`],
  ['a rejection', `Promise.reject(new TypeError('what was wrong'))`],
  [
    'an emitter without a listener',
    `new (await import('node:events')).EventEmitter().emit('error', new TypeError('what was wrong'))`,
  ],
  [
    'a stream without a listener',
    `new (await import('node:stream')).PassThrough().destroy(new TypeError('what was wrong'))`,
  ],
])(
  '%s that nobody listens to ends the process in one sentence, with its stack in the log',
  async (_what, code) => {
    const { ended, stderr } = runScript(`
    const { endOnDefect } = await import(${defects});
    endOnDefect({ LOG_FORMAT: 'json' });
    setInterval(() => {}, 1_000);
    ${code};
  `);
    expect(await ended).toBe(1);
    const [line = '', sentence = '', ...rest] = stderr().split('\n');
    expect(JSON.parse(line)).toMatchObject({
      level: 60,
      err: {
        name: 'TypeError',
        message: 'what was wrong',
        stack: expect.stringContaining('    at ') as string,
      },
    });
    expect(sentence).toMatch(
      /^magento-sync: An error that nobody listened to ended the process: what was wrong\. /,
    );
    expect(rest).toEqual(['']);
  },
);

test('every command ends like that', async () => {
  const code = `setImmediate(function wait() {
    if (process.listenerCount('unhandledRejection') === 0) setImmediate(wait);
    else Promise.reject(new Error('what was wrong'));
  })`;
  const program = `data:text/javascript,${encodeURIComponent(code)}`;
  const command = await startCli(['status', '--json'], { NODE_OPTIONS: `--import=${program}` });
  expect(await command.ended).toBe(1);
  expect(command.stderr).toContain('ended the process: what was wrong. Nothing that was committed is lost');
});

test('what is thrown without being an error is said too', () => {
  expect(farewell('a text', { LOG_FORMAT: 'text' })).toMatch(
    /FATAL .*a text\n.*ended the process: a text\. /,
  );
});
