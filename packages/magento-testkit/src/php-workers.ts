/** Workers of the shop: so many requests are worked on at a time, the others wait for their turn. */
export interface Workers {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Creates workers; `Infinity` lets nobody wait. */
export function createWorkers(count: number): Workers {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (busy >= count) await new Promise<void>((resolve) => waiting.push(resolve));
      else busy += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // The place goes to whoever waits longest, without being free in between.
        if (next) next();
        else busy -= 1;
      }
    },
  };
}
