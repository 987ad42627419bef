import { startWorker, type WorkerProcess } from './worker-process.ts';

/** Keeps daemons running, as an init system would. */
export interface Supervisor extends AsyncDisposable {
  /** Kills one the hard way; it is started again by the next look. */
  killOne(index: number): void;
  /** Starts again what has ended. */
  tend(): Promise<void>;
  /** Asks all to end in order. Returns what was not in order. */
  stop(): Promise<string[]>;
}

/** Starts so many daemons. One that ends by itself is started again, as it may when its servers are gone. */
export async function superviseDaemons(
  count: number,
  environment: Readonly<Record<string, string>>,
): Promise<Supervisor> {
  const start = () => startWorker(['daemon'], environment);
  const daemons: WorkerProcess[] = [];
  for (let index = 0; index < count; index += 1) daemons.push(await start());
  const tend = async () => {
    for (const [index, daemon] of daemons.entries()) {
      if (daemon.isRunning) continue;
      await daemon[Symbol.asyncDispose]();
      daemons[index] = await start();
    }
  };
  return {
    killOne: (index) => daemons[index % count]?.kill('SIGKILL'),
    tend,
    async stop() {
      for (const daemon of daemons) daemon.kill('SIGTERM');
      const codes = await Promise.all(daemons.map(({ ended }) => ended));
      return daemons.flatMap(({ complaint }, index) =>
        // One that was killed a moment ago, or had only just begun to load, has nothing to put in order.
        ['SIGKILL', 'SIGTERM', 0].includes(codes[index] ?? 0)
          ? []
          : [`a daemon did not stop in order (${codes[index]}): ${complaint.trim()}`],
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(daemons.map((daemon) => daemon[Symbol.asyncDispose]()));
    },
  };
}
