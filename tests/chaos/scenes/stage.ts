import type { CustomerData, MagentoShop } from '@magento-sync/magento-testkit';
import pg from 'pg';
import type { Stop, SyncContext } from '../../../apps/worker/src/sync/ports.ts';
import { type Act, attempt, noStop, whyNotSucceeded } from '../acts.ts';
import { compareSides } from '../equality.ts';
import type { Dice } from '../random.ts';
import { Crash, type WorkerOptions, type World } from '../world.ts';

/** Where a scene is played: a shop that was copied, and workers that read it. */
export interface Stage {
  readonly shop: MagentoShop;
  readonly world: World;
  readonly dice: Dice;
  /** Promises that were broken, one sentence each. */
  readonly broken: string[];
  /** Customers that were deleted at some time. */
  readonly everDeleted: ReadonlySet<number>;
  readonly rowsCompared: number;
  worker(options?: WorkerOptions): SyncContext;
  /** Groups of customers of such sizes, nobody in two of them. */
  groups(...sizes: number[]): number[][];
  /** So many minutes go by, by both clocks. */
  minutes(count: number): void;
  remove(id: number): CustomerData;
  /** Does what has to succeed; by a worker of its own when none is given. */
  must(act: Act, worker?: SyncContext): Promise<void>;
  /** Does what may fail, crash or end early. */
  may(act: Act, worker?: SyncContext, stop?: Stop): Promise<void>;
  /** Both sides have to be equal now. */
  equal(when: string): Promise<void>;
  /** Asks the copy's database: for what no command shows, and for what somebody does behind the worker's back. */
  sql<Row extends object>(query: string, ...values: unknown[]): Promise<Row[]>;
  /** Notes a broken promise unless it was kept. */
  promise(kept: boolean, sentence: string): void;
}

/** Sets the stage in a world. */
export function createStage(world: World, dice: Dice): Stage {
  const { shop } = world;
  const broken: string[] = [];
  const everDeleted = new Set<number>();
  let rowsCompared = 0;
  const unhurried = () => world.worker({ pageSize: 20 });
  return {
    shop,
    world,
    dice,
    broken,
    everDeleted,
    get rowsCompared() {
      return rowsCompared;
    },
    worker: (options) => world.worker(options),
    groups(...sizes) {
      const ids = dice.shuffle(shop.customers.ids());
      return sizes.map((size) => ids.splice(0, size).toSorted((one, other) => one - other));
    },
    minutes: (count) => shop.clock.advance(count * 60_000),
    remove(id) {
      everDeleted.add(id);
      return shop.customers.remove(id);
    },
    async must(act, worker = unhurried()) {
      const why = await whyNotSucceeded(worker, act);
      if (why !== undefined) broken.push(`what had to succeed ${why}`);
    },
    async may(act, worker = unhurried(), stop = noStop) {
      await attempt(worker, act, stop);
    },
    async equal(when) {
      const { rows, differences } = await compareSides(shop, world.copy.url, shop.poison);
      rowsCompared += rows;
      broken.push(...differences.map((difference) => `${when}: ${difference}`));
    },
    async sql<Row extends object>(query: string, ...values: unknown[]) {
      const client = new pg.Client({ connectionString: world.copy.url });
      await client.connect();
      try {
        return (await client.query<Row>(query, values)).rows;
      } finally {
        await client.end();
      }
    },
    promise(kept, sentence) {
      if (!kept) broken.push(sentence);
    },
  };
}

/** So many minutes that two overlaps do not reach back to their beginning. */
export const longAgo = ({ dice }: Pick<Stage, 'dice'>): number => 25 + dice.below(20);

/** What a worker does that is killed after its first page was committed. */
export const killedAfterFirstPage = async (): Promise<never> => {
  throw new Crash('killed');
};
