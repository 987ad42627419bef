import { parseArgs } from 'node:util';
import { keepResults } from './keep-results.ts';
import { parts as usualParts } from './parts/parts.ts';
import { scalePartsOf, stepNames } from './parts/scale.ts';
import { runBenchmarks } from './run.ts';
import { forms, type Sizes } from './sizes.ts';
import { summary } from './summary.ts';

const help = `Usage: npm run bench -- [options]

Measures the worker on a real PostgreSQL, a real Redis and the stand-in shop, each a process of its own, compares both sides
before it prints a figure, and says which bars are met. About a quarter of an hour on two quiet cores.

  --quick         everything with a tenth of the rows: about two minutes, to compare before and after a change
  --scale         instead: copies of 1,000,000 and 10,000,000 rows made in SQL, and what must not grow with them; half an hour, and
                  48 GB of disk; with --quick 20,000 and 200,000 rows
  --rows <few,many>
                  with --scale: copies of so many rows instead
  --steps <names> with --scale: only these steps, separated by commas: ${stepNames.join(', ')}
  --only <names>  only these parts, separated by commas: ${usualParts.map(({ name }) => name).join(', ')};
                  with --scale: ${scalePartsOf()
                    .map(({ name }) => name)
                    .join(', ')}
  --check         exit with 1 when a bar is missed or a part could not be measured
  --help          this text

Results go to benchmarks/results/<date>.json, README.md and docs/ when everything was measured in full, else to
.data/benchmarks. Ctrl-C keeps what was measured.
`;

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      scale: { type: 'boolean' },
      only: { type: 'string' },
      rows: { type: 'string' },
      steps: { type: 'string' },
      check: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const parts = values.scale ? scalePartsOf(values.steps?.split(',')) : usualParts;
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((name) => !parts.some((part) => part.name === name)) ?? [];
  if (unknown.length > 0) throw new RangeError(`There is no part "${unknown.join('", "')}".`);
  const chosen = parts.filter(({ name }) => wanted?.includes(name) ?? true);
  const form = values.quick ? forms.quick : forms.full;
  const sizes = values.rows === undefined ? form : { ...form, scale: rowsOf(values.rows) };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      print('\nStopping; what was measured is kept. Once more ends it at once.');
      stop.abort();
    });
  }
  const isWhole = chosen.length === parts.length && !values.quick && !values.rows && !values.steps;
  const results = await runBenchmarks({
    parts: chosen,
    sizes,
    form: values.scale ? (values.quick ? 'quick-scale' : 'scale') : sizes.form,
    signal: stop.signal,
    print,
    keep: async (soFar) => void (await keepResults(soFar, false)),
  });
  const publish = isWhole && results.parts.length === chosen.length && !stop.signal.aborted;
  const written = await keepResults(results, publish);
  print(`\n${summary(results)}`);
  for (const file of written) print(`written: ${file}`);
  const isGood = results.parts.every(
    ({ status, bars }) => status === 'measured' && bars.every(({ met }) => met),
  );
  if (stop.signal.aborted) return 130;
  return values.check && !isGood ? 1 : 0;
}

function rowsOf(text: string): Sizes['scale'] {
  const [small = 0, large = small, ...others] = text.split(',').map(Number);
  if (others.length > 0 || ![small, large].every((rows) => Number.isInteger(rows) && rows > 0))
    throw new RangeError('--rows takes one or two numbers, for example 1000000,3000000.');
  return { small, large };
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nTry --help.\n`);
  process.exitCode = 1;
}
