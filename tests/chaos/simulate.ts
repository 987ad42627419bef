import { parseArgs } from 'node:util';
import { tellStory } from './simulation.ts';

// One or more stories as a process of its own: one line of JSON each; exit code 1 when a promise was broken.
const { values } = parseArgs({
  options: { seed: { type: 'string', multiple: true }, 'postgres-url': { type: 'string' } },
});
for (const seed of values.seed ?? []) {
  const report = await tellStory(values['postgres-url'] ?? '', Number(seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.broken.length > 0) process.exitCode = 1;
}
