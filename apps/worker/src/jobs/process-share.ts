import type { Stop } from '../sync/ports.ts';
import { type JobName, type Processor, type Processors, queueOf } from './contract.ts';

/** How many jobs a process runs at once, beside those that every shop may always run. */
export interface ProcessShareLimits {
  /** Places that all shops share. */
  readonly shared: number;
  /** How many of these one shop may have at most. */
  readonly sharedOfOne: number;
}

/** What keeps the copy fresh, and everything else. */
type Lane = 'fresh' | 'other';

interface ShopPlaces {
  readonly isOwnTaken: Record<Lane, boolean>;
  shared: number;
}

interface Waiting {
  readonly shop: ShopPlaces;
  readonly lane: Lane;
  /** Called with what gives the place back. */
  readonly begin: (leave: () => void) => void;
}

/**
 * Shares one process among shops. Returns what wraps the handlers of another shop.
 *
 * Each shop may always run one job that keeps its copy fresh and one other, so that no number of slow shops delays it.
 * More than that comes out of places that all shops share: none gets all of them, and the one that has fewest is next.
 */
export function createProcessShare({ shared, sharedOfOne }: ProcessShareLimits) {
  const waiting: Waiting[] = [];
  let taken = 0;

  function give({ shop, lane, begin }: Waiting): boolean {
    if (!shop.isOwnTaken[lane]) {
      shop.isOwnTaken[lane] = true;
      begin(() => {
        shop.isOwnTaken[lane] = false;
        giveOut();
      });
      return true;
    }
    if (taken >= shared || shop.shared >= sharedOfOne) return false;
    shop.shared += 1;
    taken += 1;
    begin(() => {
      shop.shared -= 1;
      taken -= 1;
      giveOut();
    });
    return true;
  }

  function giveOut(): void {
    let given: Waiting | undefined;
    do {
      given = waiting.toSorted((one, other) => one.shop.shared - other.shop.shared).find(give);
      if (given) waiting.splice(waiting.indexOf(given), 1);
    } while (given);
  }

  function take(shop: ShopPlaces, lane: Lane, { signal, pause }: Stop): Promise<() => void> {
    const stop = AbortSignal.any([signal, pause]);
    return new Promise((resolve, reject) => {
      const onStop = () => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
        reject(stop.reason as Error);
      };
      const entry: Waiting = {
        shop,
        lane,
        begin: (leave) => {
          stop.removeEventListener('abort', onStop);
          resolve(leave);
        },
      };
      if (stop.aborted) return onStop();
      stop.addEventListener('abort', onStop, { once: true });
      waiting.push(entry);
      giveOut();
    });
  }

  return (processors: Processors): Processors => {
    const shop: ShopPlaces = { isOwnTaken: { fresh: false, other: false }, shared: 0 };
    const inTurn = (name: JobName, processor: Processor<JobName>): Processor<JobName> => {
      const lane = queueOf[name] === 'fresh' ? 'fresh' : 'other';
      return async (data, context) => {
        const leave = await take(shop, lane, context);
        try {
          return await processor(data, context);
        } finally {
          leave();
        }
      };
    };
    const wrapped = Object.entries(processors).map(([name, processor]) => [
      name,
      inTurn(name as JobName, processor as Processor<JobName>),
    ]);
    return Object.fromEntries(wrapped) as Processors;
  };
}
