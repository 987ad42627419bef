import { randomUUID } from 'node:crypto';
import { withinMs } from '../time-limit.ts';
import type { RedisClient } from './redis-client.ts';

/** What a queue leaves for those who wait for its jobs: that there are some, or when the next one is due. */
export interface Marker {
  readonly member: string;
  /** Moment in milliseconds since 1970 of a delayed job; 0 for one that can begin. */
  readonly score: number;
}

/** The wait of one worker for the jobs of its queue. */
export interface QueueWait {
  /**
   * Waits until the queue has a job, for so many seconds at most; `null` when it has none by then or when the wait was
   * ended. Rejects with what the server refuses.
   */
  wait(seconds: number): Promise<Marker | null>;
  end(): void;
}

/** Waits for the jobs of many queues on one connection. */
export interface SharedWait extends Disposable {
  /** The wait of a worker for the marker under this key. */
  of(key: string): QueueWait;
}

interface Waiter {
  readonly key: string;
  readonly settle: (marker: Marker | null) => void;
  readonly fail: (error: unknown) => void;
}

/** For so long the server holds one question: longer ones outlive connections that broke without a word. */
const usualBlockSeconds = 10;
/** A question that is not answered so long after its time was lost on the way. */
const lateAfterMs = 2_000;
const readWithinMs = 100;
/** Queues that join at the same moment join together. */
const wakeAfterMs = 5;
/** What wakes us is gone by itself where nobody takes it. */
const wakeLivesMs = 60_000;

/**
 * One blocking read for all queues instead of a connection for each worker, of which a process for many shops has many.
 *
 * BullMQ puts a marker into a sorted set of each queue, and a worker waits for it by BZPOPMIN, which also takes many keys.
 * A queue that joins while the server holds a question ends it by a marker of our own. A marker that comes for a queue
 * whose worker has stopped waiting is put back for others. One that is lost with its connection is made up for by the
 * workers themselves, which look for jobs at the end of every wait.
 *
 * @param open makes a client for the questions, which is used for nothing else.
 * @param other a client for everything that must not wait; it is not closed.
 * @param seconds for so long the server holds one question, where not for as long as usual.
 */
export function createSharedWait(
  open: () => RedisClient,
  other: RedisClient,
  {
    prefix,
    onError,
    seconds: blockSeconds = usualBlockSeconds,
  }: { readonly prefix: string; readonly onError: (error: Error) => void; readonly seconds?: number },
): SharedWait {
  const wakeKey = `${prefix}:wake:${randomUUID()}`;
  /** In the order in which they began to wait. */
  const waiters = new Set<Waiter>();
  let client: RedisClient | undefined;
  /** What the server is asked for at the moment. */
  let asked: ReadonlySet<string> | undefined;
  let asking: Promise<void> | undefined;
  let waking: NodeJS.Timeout | undefined;
  let isOver = false;

  function wakeSoon(): void {
    waking ??= setTimeout(() => {
      const woken = other.multi().zadd(wakeKey, 0, 'wake').pexpire(wakeKey, wakeLivesMs).exec();
      woken.catch(onError);
    }, wakeAfterMs);
  }

  function sleepOn(): void {
    clearTimeout(waking);
    waking = undefined;
  }

  async function ask(): Promise<void> {
    while (waiters.size > 0 && !isOver) {
      // Who waits for longest stands first: no busy queue keeps another from its turn.
      const keys = new Set([...waiters].map(({ key }) => key));
      asked = keys;
      sleepOn();
      client ??= open();
      const question = client.bzpopmin(...keys, wakeKey, blockSeconds);
      try {
        const isAnswered =
          (await withinMs(question, blockSeconds * 1_000 + lateAfterMs)) ||
          // Where this process itself stood still, the answer may only wait to be read.
          (await withinMs(question, readWithinMs));
        if (isAnswered) deliver(await question);
        else giveUp(question);
      } catch (error) {
        if (!isOver) for (const { fail } of waiters) fail(error);
      } finally {
        asked = undefined;
      }
    }
  }

  function deliver(answer: readonly [string, string, string] | null): void {
    if (!answer) return;
    const [key, member, score] = answer;
    if (key === wakeKey) return;
    const waiter = [...waiters].find((each) => each.key === key);
    if (waiter) return waiter.settle({ member, score: Math.trunc(Number(score)) });
    other.zadd(key, score, member).catch(onError);
  }

  /** A client asks again what it has lost, and before everything else: another one has to go on. */
  function giveUp(question: Promise<[string, string, string] | null>): void {
    client?.disconnect();
    client = undefined;
    question.then(deliver, () => undefined);
  }

  function keepAsking(): void {
    asking ??= ask().finally(() => {
      asking = undefined;
      if (waiters.size > 0 && !isOver) keepAsking();
    });
  }

  function join(key: string, seconds: number, onJoined: (waiter: Waiter) => void): Promise<Marker | null> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        waiters.delete(waiter);
      };
      const timer = setTimeout(() => waiter.settle(null), seconds * 1_000);
      const waiter: Waiter = {
        key,
        settle(marker) {
          leave();
          resolve(marker);
        },
        fail(error) {
          leave();
          reject(error as Error);
        },
      };
      waiters.add(waiter);
      onJoined(waiter);
      if (asked && !asked.has(key)) wakeSoon();
      keepAsking();
    });
  }

  return {
    of(key) {
      let current: Waiter | undefined;
      return {
        wait: async (seconds) =>
          isOver
            ? null
            : join(key, seconds, (waiter) => {
                current = waiter;
              }),
        end: () => current?.settle(null),
      };
    },
    [Symbol.dispose]() {
      isOver = true;
      sleepOn();
      for (const { settle } of waiters) settle(null);
      client?.disconnect();
    },
  };
}
