import { type Act, type Acts, actsOf, attempt, noStop, whyNotSucceeded } from './acts.ts';
import { createEditor } from './edits/editor.ts';
import type { Genre } from './edits/editors-hand.ts';
import { compareSides } from './equality.ts';
import { createWitness, type Witness } from './invariants.ts';
import { allNames } from './played/cast.ts';
import type { Played } from './played/played.ts';
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

const chapters = 14;
/** Every kind of row comes in numbers that dice can do something with; of customers alone there may be more. */
const populationOf = (names: readonly string[]) =>
  names.length === 1 && names[0] === 'customers'
    ? { names, customers: 70 }
    : { names, customers: 40, orders: 40 };

/**
 * Runs one story, a deterministic simulation: a shop is edited at random while workers read it, crash, stall, lose their
 * locks and meet faults; afterwards one backfill, pull, sweep and reconcile have to make both sides equal.
 *
 * Every choice depends on the seed alone, and the clock stands still unless the story advances it; only what a restart of
 * the database interrupts is repeated as often as the machine's speed makes it.
 *
 * @param names the entities it is about; everything that has a definition when absent
 */
export async function tellStory(
  postgresUrl: string,
  seed: number,
  names: readonly string[] = allNames,
): Promise<StoryReport> {
  await using world = await createWorld(postgresUrl, seed, populationOf(names));
  const dice = seededDice(seed);
  const genre: Genre = seed % 2 === 1 ? 'loud' : 'all';
  const { cast, shop } = world;
  shop.clock.setDatabaseSkew(Math.round((dice.fraction() - 0.5) * 60_000));
  const editor = createEditor(shop, dice, genre, cast);
  const witness = createWitness(world, editor);
  const counts: Record<string, number> = {};
  const poisonForGood = new Map<string, ReadonlySet<number>>();
  let crashes = 0;

  for (let chapter = 0; chapter < chapters; chapter += 1) {
    // Of a single one no dice are thrown, so that stories of customers alone stay what they are.
    const its = cast.length === 1 ? firstOf(cast) : dice.pick(cast);
    const busy = dice.percent(80);
    world.onRequest(() => {
      if (busy && dice.percent(60)) editor.edit();
      witness.observe();
    });
    if (dice.percent(45)) {
      const trouble = await letTroubleLoose(world, its, dice, genre);
      counts[trouble] = (counts[trouble] ?? 0) + 1;
    }
    if (genre === 'all' && chapter === 4 && dice.percent(50)) {
      const id = dice.pick(its.ids());
      poisonForGood.set(its.name, new Set([id]));
      its.poison.add(id);
    }
    const hiding = genre === 'all' && chapter > 2 && dice.percent(20);
    if (hiding) editor.hide(its);
    const crashed = await tellChapter(world, its, dice, witness, genre);
    if (crashed) crashes += 1;
    if (hiding) editor.show();
    endTroubles(world, poisonForGood);
    world.rearm();
    await witness.look(`chapter ${chapter + 1}`);
    for (let more = dice.below(3); more > 0; more -= 1) editor.edit();
  }

  world.onRequest(witness.observe);
  editor.finish();
  shop.clock.advance(60_000);
  const broken = await calmDown(world, genre);
  const { rows, differences } = await compareSides(
    cast,
    world.copy.url,
    ({ name }) => poisonForGood.get(name) ?? new Set(),
  );
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
async function tellChapter(
  world: World,
  { name }: Played,
  dice: Dice,
  witness: Witness,
  genre: Genre,
): Promise<boolean> {
  const acts = chapterActs(genre, actsOf(name));
  const [fate, at] = [dice.pick(fates), dice.below(4)];
  const act = dice.pick(acts);
  const other = dice.pick(acts);
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

function chapterActs(
  genre: Genre,
  { backfill, backfillAgain, pull, sweepAll, reconcileAll }: Acts,
): readonly Act[] {
  // No sweep in the loud ones: it would repair what a pull has lost.
  return genre === 'loud'
    ? [pull, pull, pull, pull, pull, backfill, backfillAgain]
    : [pull, pull, pull, pull, sweepAll, sweepAll, reconcileAll, backfill, backfillAgain];
}

/**
 * Runs the final backfill, pull, sweep and reconcile. After the pull everything that moved `updated_at` has to be in the
 * copy, after sweep and reconcile everything else too. Returns what went wrong.
 */
async function calmDown(world: World, genre: Genre): Promise<string[]> {
  const worker = world.worker({ pageSize: 20 });
  const broken: string[] = [];
  for (const its of world.cast) {
    const { backfill, pull, sweepAll, reconcileAll } = actsOf(its.name);
    const calm = async (title: string, act: Act) => {
      const why = await whyNotSucceeded(worker, act);
      if (why !== undefined) broken.push(`the last ${title} of ${its.name} ${why}`);
    };
    await calm('backfill', backfill);
    await calm('pull', pull);
    if (genre === 'loud') {
      const unreadable = await quarantined(world, its);
      const { differences } = await compareSides([its], world.copy.url, () => unreadable);
      // Deletions move no `updated_at`.
      const lost = differences.filter((difference) => !difference.includes('gone from the shop'));
      broken.push(...lost.map((difference) => `after the last pull: ${difference}`));
    }
    await calm('sweep', sweepAll);
    await calm('reconcile', reconcileAll);
  }
  return broken;
}

/** Ids in quarantine. */
async function quarantined({ store }: World, { name }: Played): Promise<Set<number>> {
  return new Set((await store.quarantine.list('chaos', { entity: name })).map(({ id }) => id));
}

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new RangeError('A story needs an entity.');
  return first;
}

/** Consecutive seeds from the first one. */
export function storySeeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
