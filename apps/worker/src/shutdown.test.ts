import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForShutdown } from './shutdown.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const signals = new EventEmitter();
  const forced: string[] = [];
  const shutdown = listenForShutdown({
    graceMs: 1_000,
    deadlineMs: 5_000,
    forceExit: (reason) => forced.push(reason),
    signals,
  });
  return { signals, forced, shutdown };
}

test('the first signal pauses, the grace aborts, the deadline forces the exit', async () => {
  const { signals, forced, shutdown } = start();
  signals.emit('SIGTERM', 'SIGTERM');
  await expect(shutdown.requested).resolves.toBe('SIGTERM');
  expect([shutdown.pause.aborted, shutdown.abort.aborted]).toEqual([true, false]);
  vi.advanceTimersByTime(1_000);
  expect([shutdown.abort.aborted, forced]).toEqual([true, []]);
  vi.advanceTimersByTime(4_000);
  expect(forced).toEqual(['The shutdown took longer than 5 s.']);
});

test('a second signal forces the exit at once', () => {
  const { signals, forced } = start();
  signals.emit('SIGINT', 'SIGINT');
  signals.emit('SIGINT', 'SIGINT');
  expect(forced).toEqual(['A second signal (SIGINT) arrived during the shutdown.']);
});

test('asking from inside twice is the same as once', () => {
  const { forced, shutdown } = start();
  shutdown.request('the work is done');
  shutdown.request('again', new Error('late'));
  expect(shutdown.failure).toBeUndefined();
  expect(shutdown.pause.aborted).toBe(true);
  expect(forced).toEqual([]);
});

test('a finished shutdown listens to nothing and forces nothing', () => {
  const { signals, forced, shutdown } = start();
  signals.emit('SIGTERM', 'SIGTERM');
  shutdown[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect([signals.listenerCount('SIGTERM'), signals.listenerCount('SIGINT'), forced]).toEqual([0, 0, []]);
});

test('many may listen, as every request of a large budget does, and Node warns of no leak', async () => {
  vi.useRealTimers();
  const warned: string[] = [];
  const onWarning = (warning: Error) => void warned.push(warning.message);
  process.on('warning', onWarning);
  const { shutdown } = start();
  for (let listener = 0; listener < 40; listener += 1)
    for (const signal of [shutdown.pause, shutdown.abort]) signal.addEventListener('abort', () => {});
  // Node tells warnings in a later turn, in the order in which they came.
  process.emitWarning('the last one');
  await expect.poll(() => warned).toContain('the last one');
  process.off('warning', onWarning);
  expect(warned).toEqual(['the last one']);
});
