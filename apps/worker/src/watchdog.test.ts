import { expect, test } from 'vitest';
import { runScript } from '../testing/ts-program.ts';

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
const listening = (deadlineMs: number) => `
  const { startWatchdog } = await import(${url('./watchdog.ts')});
  const { listenForShutdown } = await import(${url('./shutdown.ts')});
  const watchdog = startWatchdog(${deadlineMs});
  const shutdown = listenForShutdown({
    graceMs: 1, deadlineMs: ${deadlineMs}, watchdog, forceExit: () => process.exit(1),
  });
  const alive = setInterval(() => {}, 1_000);
  await watchdog.running;
`;

test('a shutdown whose event loop is busy ends at its deadline nevertheless', async () => {
  const { child, ended, untilReady, stderr } = runScript(`${listening(1_000)}
    console.log('ready');
    await shutdown.requested;
    const spin = () => queueMicrotask(spin);
    spin();
  `);
  await untilReady;
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGKILL');
  expect(stderr()).toContain('The shutdown took longer than its deadline. Ending at once');
});

test('an event loop that is too busy to hear a signal ends the process after the deadline', async () => {
  const { child, ended, untilReady, stderr } = runScript(`${listening(5_000)}
    console.log('ready');
    setTimeout(() => { for (;;); }, 10);
  `);
  // As the first process of a container, which no signal from inside ends.
  const first = runScript(`
    const { startWatchdog } = await import(${url('./watchdog.ts')});
    const alive = setInterval(() => {}, 1_000);
    await startWatchdog(5_000, 0).running;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  `);
  await untilReady;
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGKILL');
  expect(stderr()).toContain('too busy to hear a signal for 5 s');
  expect(await first.ended).toBe('SIGTRAP');
  expect(first.stderr()).toContain('too busy to hear a signal for 5 s');
});

test('it neither keeps a process alive nor disturbs one that turns', async () => {
  const { ended, stderr } = runScript(`${listening(4_000)}
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    clearInterval(alive);
    shutdown[Symbol.dispose]();
  `);
  expect(await ended).toBe(0);
  expect(stderr()).toBe('');
});
