import { actsOf } from '../acts.ts';
import { createWitness } from '../invariants.ts';
import { seededDice } from '../random.ts';
import { createWorld } from '../world.ts';
import type { Scene } from './scene.ts';
import { createStage } from './stage.ts';

/** How a scene ended. */
export interface SceneReport {
  readonly scene: string;
  readonly seed: number;
  readonly rowsCompared: number;
  /** Broken promises, one sentence each; empty when all were kept. */
  readonly broken: readonly string[];
}

/** Few enough to be quick; of orders so many that there are enough documents of each kind for every scene. */
const populationOf = (names: readonly string[]) => ({
  names,
  customers: 48,
  orders: names.every((name) => name === 'customers') ? 0 : names[0] === 'orders' ? 48 : 160,
});

/**
 * Plays a scene: a shop is copied, the scene does its worst, then everything calms down, and one pull, sweep and
 * reconcile later both sides have to be equal. The seed decides who and how many.
 *
 * @param name the entity that a scene is about which may be played with any
 */
export async function playScene(
  postgresUrl: string,
  scene: Scene,
  seed: number,
  name = 'customers',
): Promise<SceneReport> {
  const population = { ...populationOf(scene.names ?? [name]), ...scene.shop };
  await using world = await createWorld(postgresUrl, seed, population);
  const { cast, shop } = world;
  const stage = createStage(world, seededDice(seed));
  const witness = createWitness(world, stage);
  world.onRequest(witness.observe);
  scene.before?.(stage);
  for (const { backfill, pull } of cast.map((its) => actsOf(its.name))) {
    await stage.must(backfill);
    await stage.must(pull);
  }
  stage.minutes(1);
  await scene.play(stage);
  await witness.look('after the scene');
  for (const { poison } of cast) poison.clear();
  shop.faults.clear();
  world.rearm();
  stage.minutes(1);
  for (const { pull, sweepAll, reconcileAll } of cast.map((its) => actsOf(its.name))) {
    await stage.must(pull);
    await stage.must(sweepAll);
    await stage.must(reconcileAll);
  }
  await stage.equal('the end');
  await witness.look('the end');
  const { broken, rowsCompared } = stage;
  return { scene: scene.title, seed, rowsCompared, broken: [...new Set([...broken, ...witness.broken])] };
}
