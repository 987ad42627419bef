import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { listenForHangups, type WhyAgain, watchShops } from './watch-shops.ts';

/** Watches contents that follow each other, one a look; ends when it was asked so often to read again. */
async function watch(contents: readonly string[], often: number, process = new EventEmitter()) {
  using hangups = listenForHangups(process);
  const ended = new AbortController();
  const asked: (readonly [WhyAgain, string | undefined])[] = [];
  let looks = 0;
  const content = () => contents[Math.min(looks++, contents.length - 1)] ?? '';
  await watchShops(
    { content, seen: 'a', hangups, everyMs: 1, settledMs: 1 },
    (why) => {
      asked.push([why, contents[Math.min(looks - 1, contents.length - 1)]]);
      if (asked.length === often) ended.abort();
    },
    ended.signal,
  );
  return { asked, listeners: () => process.listenerCount('SIGHUP') };
}

test('what changes is read again as soon as it stands still, and once', async () => {
  const { asked, listeners } = await watch(['a', 'a', 'half', 'more', 'b', 'b', 'b', 'b', 'c', 'c'], 2);
  expect(asked).toEqual([
    ['its content changed', 'b'],
    ['its content changed', 'c'],
  ]);
  expect(listeners()).toBe(0);
});

test('SIGHUP reads again what is equal, also one that came before the watch', async () => {
  const process = new EventEmitter();
  const watching = watch(['a'], 1, process);
  process.emit('SIGHUP');
  expect((await watching).asked).toEqual([['SIGHUP', 'a']]);
});
