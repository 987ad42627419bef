import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ShopControl, ShopSetup } from './shop-control.ts';

/** The stand-in shop in a process of its own. */
export type ShopProcess = {
  readonly [Name in Exclude<keyof ShopControl, 'start'>]: Remote<Name>;
} & AsyncDisposable & {
    readonly url: string;
    /** The largest id of the records that are read: orders where some were asked for, else customers. */
    readonly largestId: number;
    readonly rows: number;
  };

/** What the process of the shop does, called from this one. */
type Remote<Name extends keyof ShopControl> = (
  ...args: Parameters<ShopControl[Name]>
) => Promise<ReturnType<ShopControl[Name]>>;

/** Starts a shop; it is gone when it is disposed of, and also when the benchmarks die. */
export async function startShop(setup: ShopSetup): Promise<ShopProcess> {
  const child = fork(fileURLToPath(new URL('shop-process.ts', import.meta.url)), {
    // Without the condition `source`: the built package starts in a third of the time.
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const call = caller(child);
  const remote =
    <Name extends keyof ShopControl>(name: Name): Remote<Name> =>
    (...args) =>
      call(name, ...args) as Promise<ReturnType<ShopControl[Name]>>;
  return {
    ...(await remote('start')(setup)),
    checksum: remote('checksum'),
    traffic: remote('traffic'),
    clearTraffic: remote('clearTraffic'),
    startEdits: remote('startEdits'),
    stopEdits: remote('stopEdits'),
    digests: remote('digests'),
    removeCustomers: remote('removeCustomers'),
    usage: remote('usage'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

function caller(child: ChildProcess) {
  let last = 0;
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  child.on('message', ({ id, value, error }: Answer) => {
    const waiting = open.get(id);
    open.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(`The shop says: ${error}`));
  });
  child.once('exit', () => {
    for (const { reject } of open.values()) reject(new Error('The process of the shop has ended.'));
  });
  return (name: string, ...args: unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      last += 1;
      open.set(last, { resolve, reject });
      child.send({ id: last, name, args });
    });
}
