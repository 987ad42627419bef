import {
  type Act,
  attempt,
  backfill,
  backfillAgain,
  noStop,
  pull,
  reconcileAll,
  sweepAll,
  whyNotSucceeded,
} from './acts.ts';
import { createEditor, type Genre } from './edits.ts';
import { compareSides } from './equality.ts';
import { createWitness, type Witness } from './invariants.ts';
import { type Dice, seededDice } from './random.ts';
import { endTroubles, letTroubleLoose } from './troubles.ts';
import { Crash, createWorld, type WorkerOptions, type World } from './world.ts';

/** Result of a story. */
export interface StoryReport {
  readonly seed: number;
  readonly genre: Genre;
  readonly edits: number;
  /** Troubles by kind, faults of the shop that struck, crashes. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly crashes: number;
  readonly rowsCompared: number;
  /** Broken promises, one sentence each; empty when all were kept. */
  readonly broken: readonly string[];
}

/** Length of a story. */
export interface StoryLength {
  readonly customers: number;
  readonly chapters: number;
}

const usualLength: StoryLength = { customers: 70, chapters: 14 };

/**
 * Runs one story, a deterministic simulation: a shop is edited at random while workers read it, crash, stall, lose their
 * locks and meet faults; afterwards one backfill, pull, sweep and reconcile have to make both sides equal.
 *
 * Every choice depends on the seed alone, and the clock stands still unless the story advances it.
 */
export async function tellStory(
  postgresUrl: string,
  seed: number,
  { customers: population, chapters }: StoryLength = usualLength,
): Promise<StoryReport> {
  await using world = await createWorld(postgresUrl, seed, population);
  const dice = seededDice(seed);
  const genre: Genre = seed % 2 === 1 ? 'loud' : 'all';
  const { shop } = world;
  shop.clock.setDatabaseSkew(Math.round((dice.fraction() - 0.5) * 60_000));
  const editor = createEditor(shop, dice, genre);
  const witness = createWitness(world, editor);
  const counts: Record<string, number> = {};
  const poisonForGood = new Set<number>();
  let crashes = 0;

  for (let chapter = 0; chapter < chapters; chapter += 1) {
    const busy = dice.percent(80);
    world.onRequest(() => {
      if (busy && dice.percent(60)) editor.edit();
      witness.observe();
    });
    if (dice.percent(45)) {
      const trouble = await letTroubleLoose(world, dice, genre);
      counts[trouble] = (counts[trouble] ?? 0) + 1;
    }
    if (genre === 'all' && chapter === 4 && dice.percent(50)) {
      const id = dice.pick(shop.customers.ids());
      poisonForGood.add(id);
      shop.poison.add(id);
    }
    const hiding = genre === 'all' && chapter > 2 && dice.percent(20);
    if (hiding) editor.hide();
    const crashed = await tellChapter(world, dice, witness, genre);
    if (crashed) crashes += 1;
    if (hiding) editor.show();
    endTroubles(shop, poisonForGood);
    world.rearm();
    await witness.look(`chapter ${chapter + 1}`);
    for (let more = dice.below(3); more > 0; more -= 1) editor.edit();
  }

  world.onRequest(witness.observe);
  editor.finish();
  shop.clock.advance(60_000);
  const broken = await calmDown(world, genre);
  const { rows, differences } = await compareSides(shop, world.copy.url, poisonForGood);
  await witness.look('the end');
  return {
    seed,
    genre,
    edits: editor.edits,
    troubles: counts,
    crashes,
    rowsCompared: rows,
    broken: [...new Set([...broken, ...witness.broken, ...differences])],
  };
}

/** Runs one act of one worker, which may crash, stall or be paused. Returns whether it crashed. */
async function tellChapter(world: World, dice: Dice, witness: Witness, genre: Genre): Promise<boolean> {
  const [fate, at] = [dice.pick(fates), dice.below(4)];
  const act = dice.pick(acts[genre]);
  const other = dice.pick(acts[genre]);
  const pause = new AbortController();
  let writes = 0;
  const strikes = () => writes++ === at;
  const options: Record<typeof fate, WorkerOptions> = {
    well: {},
    before: { beforeWrite: async () => void (strikes() && crash()) },
    after: { afterWrite: async () => void (strikes() && crash()) },
    // Between reading and writing a page, another worker takes over, reads on and writes.
    stall: {
      lostLock: true,
      beforeWrite: async () => {
        if (!strikes()) return;
        await attempt(world.worker({ pageSize: 11 }), other, noStop);
        await witness.look('a takeover');
      },
    },
    torn: { tornWrites: (write) => write === at },
    pause: { afterWrite: async () => void (strikes() && pause.abort()) },
  };
  const worker = world.worker({ ...options[fate], pageSize: 5 + dice.below(9) });
  return (await attempt(worker, act, { ...noStop, pause: pause.signal })) instanceof Crash;
}

const fates = ['well', 'well', 'before', 'after', 'torn', 'stall', 'stall', 'pause'] as const;

function crash(): never {
  throw new Crash('killed');
}

const acts: Readonly<Record<Genre, readonly Act[]>> = {
  // No sweep here: it would repair what a pull has lost.
  loud: [pull, pull, pull, pull, pull, backfill, backfillAgain],
  all: [pull, pull, pull, pull, sweepAll, sweepAll, reconcileAll, backfill, backfillAgain],
};

/**
 * Runs the final backfill, pull, sweep and reconcile. After the pull everything that moved `updated_at` has to be in the
 * copy, after sweep and reconcile everything else too. Returns what went wrong.
 */
async function calmDown(world: World, genre: Genre): Promise<string[]> {
  const worker = world.worker({ pageSize: 20 });
  const broken: string[] = [];
  const calm = async (title: string, act: Act) => {
    const why = await whyNotSucceeded(worker, act);
    if (why !== undefined) broken.push(`the last ${title} ${why}`);
  };
  await calm('backfill', backfill);
  await calm('pull', pull);
  if (genre === 'loud') {
    const { differences } = await compareSides(world.shop, world.copy.url, await quarantined(world));
    // Deletions move no `updated_at`.
    const lost = differences.filter((difference) => !difference.includes('gone from the shop'));
    broken.push(...lost.map((difference) => `after the last pull: ${difference}`));
  }
  await calm('sweep', sweepAll);
  await calm('reconcile', reconcileAll);
  return broken;
}

/** Ids in quarantine. */
async function quarantined({ store }: World): Promise<Set<number>> {
  return new Set((await store.quarantine.list('chaos')).map(({ id }) => id));
}

/** Consecutive seeds from the first one. */
export function storySeeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
