import { parseArgs } from 'node:util';
import { playScene } from './scenes/play-scene.ts';
import { sceneOf } from './scenes/scenes.ts';
import { tellStory } from './simulation.ts';

// Stories, or a scene, as a process of its own: one line of JSON a seed; exit code 1 when a promise was broken.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    scene: { type: 'string' },
    'postgres-url': { type: 'string' },
  },
});
const url = values['postgres-url'] ?? '';
for (const seed of values.seed ?? []) {
  const report =
    values.scene === undefined
      ? await tellStory(url, Number(seed))
      : await playScene(url, sceneOf(values.scene), Number(seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.broken.length > 0) process.exitCode = 1;
}
