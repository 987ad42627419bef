import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from './logger.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function start(format: 'json' | 'text' = 'json', level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const log = createLogger({
    level,
    format,
    destination: { write: (line: string) => void lines.push(line) },
  });
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, entries };
}

const refused = (pid: number) => Object.assign(new Error(`refused at ${pid}`), { code: '53300' });

test('a line that is repeated 150,000 times in a second is written once, and once a minute with its count', () => {
  const { log, entries } = start();
  for (let time = 0; time < 150_000; time++) log.warn({ err: refused(time) }, 'the queue has a problem');
  expect(entries()).toMatchObject([{ msg: 'the queue has a problem', err: { code: '53300' } }]);
  vi.advanceTimersByTime(60_000);
  expect(entries()[1]).toMatchObject({ msg: 'the queue has a problem', repeated: 149_999 });
  log.warn({ err: refused(1) }, 'the queue has a problem');
  expect(entries()).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  expect(entries()[2]).toMatchObject({ repeated: 1 });
  vi.advanceTimersByTime(120_000);
  log.warn({ err: refused(1) }, 'the queue has a problem');
  expect(entries()).toHaveLength(4);
  expect(entries()[3]).not.toHaveProperty('repeated');
});

test('lines that differ in level, message, job, field or error are each written', () => {
  const { log, entries } = start();
  log.warn('one');
  log.error('one');
  log.warn('two');
  log.warn({ id: 1 }, 'two');
  log.warn({ id: 2 }, 'two');
  log.warn({ err: new Error('this') }, 'two');
  log.warn({ err: new Error('that') }, 'two');
  log.child({ job: 'pull' }).warn('two');
  log.child({ job: 'sweep' }).warn('two');
  expect(entries()).toHaveLength(9);
});

test('what is no warning is never held back', () => {
  const { log, entries } = start();
  for (let time = 0; time < 3; time++) log.info({ outcome: 'succeeded' }, 'job done');
  expect(entries()).toHaveLength(3);
});

test('however many kinds there are, memory stays bounded and nothing is lost', () => {
  const { log, entries } = start();
  for (let id = 0; id < 1_500; id++) log.warn({ id }, 'different');
  expect(entries()).toHaveLength(1_500);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1_000);
});

test('an error carries its stack at level error, and not at level warn', () => {
  const { log, entries } = start();
  const error = new Error('outer', { cause: new TypeError('inner') });
  log.warn({ err: error }, 'passing');
  log.error({ err: error }, 'lasting');
  const [warning, failure] = entries();
  expect(warning!['err']).toEqual({
    name: 'Error',
    message: 'outer',
    cause: { name: 'TypeError', message: 'inner' },
  });
  expect(failure!['err']).toMatchObject({
    stack: expect.stringContaining('logger.test.ts') as string,
    cause: { name: 'TypeError', stack: expect.stringContaining('logger.test.ts') as string },
  });
});

test('a refusal by all addresses of a host says so', () => {
  const { log, entries } = start();
  log.warn({ err: new AggregateError([new Error('connect ECONNREFUSED ::1:1')]) }, 'away');
  expect(entries()[0]!['err']).toMatchObject({ message: 'Error: connect ECONNREFUSED ::1:1' });
});

test('secrets are hidden at every level, also in lines that were held back', () => {
  const { log, lines } = start();
  for (let time = 0; time < 2; time++) log.error({ password: 'secret', a: { token: 'secret' } }, 'no');
  vi.advanceTimersByTime(60_000);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('secret');
});

test('for people an error is its message with its causes, and its stack at level error', () => {
  const { log, lines } = start('text');
  const error = new Error('outer', { cause: new Error('inner') });
  log.warn({ err: error }, 'passing');
  log.error({ err: error }, 'lasting');
  expect(lines[0]).toMatch(/^\S+ warn {2}passing outer \(inner\)\n$/);
  expect(lines[1]).toMatch(/^\S+ ERROR lasting Error: outer\n {4}at .*logger\.test\.ts/);
  expect(lines[1]).toContain('caused by Error: inner\n');
});
