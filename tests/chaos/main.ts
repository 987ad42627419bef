import { parseArgs } from 'node:util';
import { startPostgres } from '../services/postgres-server.ts';
import { buildProgram } from '../services/program.ts';
import { besiege } from './daemons.ts';
import { allNames } from './played/cast.ts';
import { playScene } from './scenes/play-scene.ts';
import { scenes } from './scenes/scenes.ts';
import { storySeeds, tellStory } from './simulation.ts';
import { findSeeds } from './tell-mutated.ts';

const help = `Usage: npm run chaos -- [options]

Plays every scene, tells stories (one process, time stands still, a seed always tells the same one), then lays sieges to
real daemons.

  --seeds <number>     stories to tell (40 by default); every scene is played with as many seeds, at most 10
  --minutes <number>   how long to lay sieges afterwards (2 by default)
  --first <seed>       the first seed (1 by default)
  --entities <names>   what the stories and sieges are about, for example customers,orders (everything by default)
  --find-seeds         instead: the seed that catches each mutation of mutations/
  --help               this text

Exits with 1 when a promise was broken; the seed that broke it is printed.
`;

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new RangeError(`--${name} takes a whole number, not "${text}".`);
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

const mostSeedsOfAScene = 10;

async function playScenes(
  postgresUrl: string,
  first: number,
  count: number,
  names: readonly string[],
): Promise<number> {
  let [played, rows, failures] = [0, 0, 0];
  for (const scene of scenes) {
    for (const seed of storySeeds(first, Math.min(count, mostSeedsOfAScene))) {
      const about = names[seed % names.length];
      const { broken, rowsCompared } = await playScene(postgresUrl, scene, seed, about);
      played += 1;
      rows += rowsCompared;
      if (broken.length === 0) continue;
      failures += 1;
      say(`scene "${scene.title}" ${seed}: BROKEN`);
      for (const sentence of broken) say(`  ${sentence}`);
    }
  }
  say(`${played} performances of ${scenes.length} scenes: ${rows} rows compared, ${failures} broken`);
  return failures;
}

async function tellStories(
  postgresUrl: string,
  first: number,
  count: number,
  names: readonly string[],
): Promise<number> {
  let [edits, troubles, crashes, rows, failures] = [0, 0, 0, 0, 0];
  for (const seed of storySeeds(first, count)) {
    const report = await tellStory(postgresUrl, seed, names);
    edits += report.edits;
    troubles += Object.values(report.troubles).reduce((sum, times) => sum + times, 0);
    crashes += report.crashes;
    rows += report.rowsCompared;
    if (report.broken.length > 0) failures += 1;
    say(
      `story ${seed}: ${report.edits} edits, ${report.broken.length === 0 ? 'all promises kept' : 'BROKEN'}`,
    );
    for (const sentence of report.broken) say(`  ${sentence}`);
  }
  say(
    `${count} stories: ${edits} edits, ${troubles} troubles, ${crashes} crashes, ${rows} rows compared, ${failures} broken`,
  );
  return failures;
}

async function laySieges(first: number, minutes: number, names: readonly string[]): Promise<number> {
  const end = performance.now() + minutes * 60_000;
  let [count, edits, disasters, faults, rows, failures] = [0, 0, 0, 0, 0, 0];
  for (let seed = first; performance.now() < end; seed += 1) {
    const report = await besiege({ seed, rounds: 14, names, onEvent: (event) => say(`  ${event}`) });
    count += 1;
    edits += report.edits;
    disasters += Object.values(report.disasters).reduce((sum, times) => sum + times, 0);
    faults += report.faults;
    rows += report.rowsCompared;
    if (report.broken.length > 0) failures += 1;
    say(
      `siege ${seed} (queue on ${report.queue}): ${report.edits} edits, ${report.broken.length === 0 ? 'all promises kept' : 'BROKEN'}`,
    );
    for (const sentence of report.broken) say(`  ${sentence}`);
  }
  say(
    `${count} sieges: ${edits} edits, ${disasters} disasters, ${faults} requests hit by faults, ${rows} rows compared, ${failures} broken`,
  );
  return failures;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '40' },
      minutes: { type: 'string', default: '2' },
      first: { type: 'string', default: '1' },
      entities: { type: 'string', default: allNames.join(',') },
      'find-seeds': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const [seeds, minutes, first] = [
    wholeNumber('seeds', values.seeds),
    wholeNumber('minutes', values.minutes),
    wholeNumber('first', values.first),
  ];
  const names = values.entities.split(',');
  await buildProgram();
  await using postgres = await startPostgres('18');
  if (values['find-seeds']) {
    await findSeeds(postgres.url, storySeeds(first, seeds), say);
    return;
  }
  const failures =
    (await playScenes(postgres.url, first, seeds, names)) +
    (await tellStories(postgres.url, first, seeds, names)) +
    (await laySieges(first, minutes, names));
  if (failures > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 1;
}
