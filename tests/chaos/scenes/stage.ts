import type { MagentoShop } from '@magento-sync/magento-testkit';
import pg from 'pg';
import type { Stop, SyncContext } from '../../../apps/worker/src/sync/ports.ts';
import { type Act, type Acts, actsOf, attempt, noStop, whyNotSucceeded } from '../acts.ts';
import { compareSides } from '../equality.ts';
import type { Played } from '../played/played.ts';
import type { Dice } from '../random.ts';
import { Crash, type WorkerOptions, type World } from '../world.ts';

/** Where a scene is played: a shop that was copied, and workers that read it. */
export interface Stage extends Acts {
  readonly shop: MagentoShop;
  readonly world: World;
  /** The entity that the scene is about; the acts of the stage are its. */
  readonly its: Played;
  readonly dice: Dice;
  /** Promises that were broken, one sentence each. */
  readonly broken: string[];
  /** Rows of an entity that were deleted at some time. */
  everDeleted(name: string): ReadonlySet<number>;
  readonly rowsCompared: number;
  worker(options?: WorkerOptions): SyncContext;
  /** Groups of ids of such sizes, none in two of them. */
  groups(...sizes: number[]): number[][];
  /** So many minutes go by, by both clocks. */
  minutes(count: number): void;
  /** Deletes a row; the returned function brings it back as it was. */
  remove(id: number): () => void;
  /** Notes that a row of another entity was deleted. */
  deleted(name: string, id: number): void;
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

/** Sets the stage in a world, for the first of its entities. */
export function createStage(world: World, dice: Dice): Stage {
  const { cast, shop } = world;
  const [its] = cast;
  if (!its) throw new RangeError('A scene needs an entity.');
  const broken: string[] = [];
  const deletions = new Map(cast.map(({ name }) => [name, new Set<number>()]));
  const everDeleted = (name: string) => deletions.get(name) ?? new Set<number>();
  let rowsCompared = 0;
  const unhurried = () => world.worker({ pageSize: 20 });
  return {
    ...actsOf(its.name),
    shop,
    world,
    its,
    dice,
    broken,
    everDeleted,
    get rowsCompared() {
      return rowsCompared;
    },
    worker: (options) => world.worker(options),
    groups(...sizes) {
      const ids = dice.shuffle(its.ids());
      return sizes.map((size) => ids.splice(0, size).toSorted((one, other) => one - other));
    },
    minutes: (count) => shop.clock.advance(count * 60_000),
    remove(id) {
      everDeleted(its.name).add(id);
      return its.remove(id);
    },
    deleted: (name, id) => void everDeleted(name).add(id),
    async must(act, worker = unhurried()) {
      const why = await whyNotSucceeded(worker, act);
      if (why !== undefined) broken.push(`what had to succeed ${why}`);
    },
    async may(act, worker = unhurried(), stop = noStop) {
      await attempt(worker, act, stop);
    },
    async equal(when) {
      const { rows, differences } = await compareSides(cast, world.copy.url, ({ poison }) => poison);
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
