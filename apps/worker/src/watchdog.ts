import { Worker } from 'node:worker_threads';

/** A thread that ends the process when its event loop has no turn for anything any more. */
export interface Watchdog extends Disposable {
  /** Resolves when the thread runs. */
  readonly running: Promise<void>;
  /** From now on the process must have ended by itself within so many milliseconds. */
  expectEndWithin(ms: number): void;
}

/** How often the event loop shows that it turns, and how often the thread looks. */
const beatMs = 1_000;
/** Shorter silences are those of a machine that has too much to do. */
const leastLooks = 5;
/** The process has its own timer for the deadline, with a better farewell; the thread comes after it. */
const graceMs = 1_000;

/**
 * Runs in a thread of its own, where a busy event loop can't hold it up. It counts its own looks instead of the time:
 * a process that was stopped or a machine that slept is no busy one.
 */
const thread = `
const { workerData: { state, beatMs, looks, signal } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
let seen = -1;
let silent = 0;
setInterval(() => {
  const beats = Atomics.load(state, 0);
  silent = beats === seen ? silent + 1 : 0;
  seen = beats;
  const left = Atomics.load(state, 1) > 0 ? Atomics.sub(state, 1, 1) : 0;
  if (left === 1) end('The shutdown took longer than its deadline');
  else if (silent >= looks) end('The process was too busy to hear a signal for ' + (looks * beatMs) / 1000 + ' s');
}, beatMs);
function end(reason) {
  try {
    writeSync(2, 'magento-sync: ' + reason + '. Ending at once; nothing that was committed is lost.\\n');
  } finally {
    process.kill(process.pid, signal);
    // The first process of a container goes on: the kernel lets nobody inside kill it. A trap of the processor does end it.
    setFlagsFromString('--allow-natives-syntax');
    new Function('%SystemBreak()')();
  }
}
`;

/**
 * Starts the thread. It kills the process (SIGKILL, there is nothing milder left) when a shutdown is not over in time,
 * or when the event loop has not turned for `deadlineMs`: a signal that came meanwhile could not even be heard.
 *
 * @param signal tests choose one that is ignored, as SIGKILL is by the first process of a container; that one ends by SIGTRAP.
 */
export function startWatchdog(deadlineMs: number, signal: 'SIGKILL' | 0 = 'SIGKILL'): Watchdog {
  /** Beats of the event loop; looks until the end, 0 while none is expected. */
  const state = new Int32Array(new SharedArrayBuffer(8));
  const looks = Math.max(leastLooks, Math.ceil(deadlineMs / beatMs));
  // Without the options of the process: a loader among them would need the event loop that is watched.
  const worker = new Worker(thread, {
    eval: true,
    execArgv: [],
    workerData: { state, beatMs, looks, signal },
  });
  // Without the thread the timers of the process itself are left; it is no reason to end.
  worker.on('error', () => undefined);
  worker.unref();
  const beat = setInterval(() => Atomics.add(state, 0, 1), beatMs).unref();
  return {
    running: new Promise((resolve) => worker.once('online', resolve)),
    expectEndWithin(ms) {
      Atomics.store(state, 1, Math.ceil((ms + graceMs) / beatMs) + 1);
    },
    [Symbol.dispose]() {
      clearInterval(beat);
      worker.terminate().catch(() => undefined);
    },
  };
}
