import { expect, inject, test } from 'vitest';
import { playScene } from './scenes/play-scene.ts';
import type { Scene } from './scenes/scene.ts';
import { scenes } from './scenes/scenes.ts';

// What every entity has in common is shown by two of them.
const performances = [
  [1, 'customers'],
  [2, 'orders'],
] as const;

type Performance = readonly [title: string, seed: number, about: string, scene: Scene];

const performancesOf = (scene: Scene): Performance[] => {
  const [about] = scene.names ?? [];
  if (about !== undefined) return [[scene.title, 1, about, scene]];
  return performances.map(([seed, name]) => [scene.title, seed, name, scene]);
};

test.each(scenes.flatMap(performancesOf))(
  'scene "%s", seed %i, about %s: afterwards shop and copy are equal',
  async (_title, seed, name, scene) => {
    const { broken, rowsCompared } = await playScene(inject('postgresUrls')['18'], scene, seed, name);
    expect(broken).toEqual([]);
    expect(rowsCompared).toBeGreaterThan(30);
  },
);
