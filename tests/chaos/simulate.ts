import { parseArgs } from 'node:util';
import { playScene } from './scenes/play-scene.ts';
import { sceneOf } from './scenes/scenes.ts';
import { tellStory } from './simulation.ts';

// Stories, or a scene, as a process of its own: one line of JSON a seed; exit code 1 when a promise was broken.
const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    scene: { type: 'string' },
    entities: { type: 'string', default: 'customers' },
    'postgres-url': { type: 'string' },
  },
});
const url = values['postgres-url'] ?? '';
const names = values.entities.split(',');
for (const seed of values.seed ?? []) {
  const report =
    values.scene === undefined
      ? await tellStory(url, Number(seed), names)
      : await playScene(url, sceneOf(values.scene), Number(seed), names[0]);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.broken.length > 0) process.exitCode = 1;
}
