import { setMaxListeners } from 'node:events';
import type { Watchdog } from './watchdog.ts';

/** How a process is asked to end, step by step. */
export interface Shutdown extends Disposable {
  /** Fires at the first signal: begin nothing new, finish the page at hand. */
  readonly pause: AbortSignal;
  /** Fires when the grace is over: cut off what is still running. */
  readonly abort: AbortSignal;
  /** Resolves at the first signal with what asked for the shutdown. */
  readonly requested: Promise<string>;
  /** Asks for the shutdown from inside; asking again has no effect. With a failure the process ends as failed. */
  request(reason: string, failure?: Error): void;
  /** Why it was asked for from inside, when something has failed. */
  readonly failure: Error | undefined;
}

/** When the steps of a shutdown happen, and how the process is ended when they are not enough. */
export interface ShutdownOptions {
  readonly graceMs: number;
  readonly deadlineMs: number;
  /** Ends the process at once: called at the second signal or at the deadline, with the reason. */
  readonly forceExit: (reason: string) => void;
  /** Told when the shutdown begins; it ends the process when the timers of this one do not get their turn. */
  readonly watchdog?: Pick<Watchdog, 'expectEndWithin'>;
  /** Where the signals come from; the process by default. */
  readonly signals?: SignalSource;
}

/** The part of `process` that delivers signals. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: (signal: string) => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: (signal: string) => void): unknown;
}

/**
 * Listens for SIGINT and SIGTERM until it is disposed of.
 *
 * The first signal pauses, after the grace it aborts; a second signal or the deadline forces the exit.
 */
export function listenForShutdown(options: ShutdownOptions): Shutdown {
  const signals = options.signals ?? process;
  const pause = new AbortController();
  const abort = new AbortController();
  // Everything at hand listens to them, and Node takes more than ten listeners for a leak.
  setMaxListeners(0, pause.signal, abort.signal);
  const timers: NodeJS.Timeout[] = [];
  let announce: (reason: string) => void = () => {};
  const requested = new Promise<string>((resolve) => {
    announce = resolve;
  });

  let failure: Error | undefined;
  const request = (reason: string, because?: Error) => {
    if (pause.signal.aborted) return;
    failure = because;
    pause.abort(new Error(`The worker is shutting down (${reason}).`));
    // Both timers are unreferenced: a process that has nothing left to do ends at once.
    timers.push(
      setTimeout(() => abort.abort(pause.signal.reason), options.graceMs).unref(),
      setTimeout(
        () => options.forceExit(`The shutdown took longer than ${options.deadlineMs / 1_000} s.`),
        options.deadlineMs,
      ).unref(),
    );
    options.watchdog?.expectEndWithin(options.deadlineMs);
    announce(reason);
  };
  const onSignal = (signal: string) => {
    if (pause.signal.aborted) options.forceExit(`A second signal (${signal}) arrived during the shutdown.`);
    else request(signal);
  };

  signals.on('SIGINT', onSignal);
  signals.on('SIGTERM', onSignal);
  return {
    pause: pause.signal,
    abort: abort.signal,
    requested,
    request,
    get failure() {
      return failure;
    },
    [Symbol.dispose]() {
      signals.off('SIGINT', onSignal);
      signals.off('SIGTERM', onSignal);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
