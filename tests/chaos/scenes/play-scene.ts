import { backfill, pull, reconcileAll, sweepAll } from '../acts.ts';
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

const population = 48;

/**
 * Plays a scene: a shop is copied, the scene does its worst, then everything calms down, and one pull, sweep and
 * reconcile later both sides have to be equal. The seed decides who and how many.
 */
export async function playScene(postgresUrl: string, scene: Scene, seed: number): Promise<SceneReport> {
  await using world = await createWorld(postgresUrl, seed, population);
  const { shop } = world;
  const stage = createStage(world, seededDice(seed));
  const witness = createWitness(world, stage);
  world.onRequest(witness.observe);
  scene.before?.(stage);
  await stage.must(backfill);
  await stage.must(pull);
  stage.minutes(1);
  await scene.play(stage);
  await witness.look('after the scene');
  shop.poison.clear();
  shop.faults.clear();
  world.rearm();
  stage.minutes(1);
  await stage.must(pull);
  await stage.must(sweepAll);
  await stage.must(reconcileAll);
  await stage.equal('the end');
  await witness.look('the end');
  const { broken, rowsCompared } = stage;
  return { scene: scene.title, seed, rowsCompared, broken: [...new Set([...broken, ...witness.broken])] };
}
