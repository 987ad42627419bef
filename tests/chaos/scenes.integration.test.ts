import { expect, inject, test } from 'vitest';
import { playScene } from './scenes/play-scene.ts';
import { scenes } from './scenes/scenes.ts';

const seeds = [1, 2];

test.each(scenes.flatMap((scene) => seeds.map((seed) => [scene.title, seed, scene] as const)))(
  'scene "%s", seed %i: afterwards shop and copy are equal',
  async (_title, seed, scene) => {
    const { broken, rowsCompared } = await playScene(inject('postgresUrls')['18'], scene, seed);
    expect(broken).toEqual([]);
    expect(rowsCompared).toBeGreaterThan(30);
  },
  60_000,
);
