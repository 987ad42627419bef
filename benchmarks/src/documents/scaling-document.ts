import { type Results, shown } from '../results.ts';
import { barChart } from './bar-chart.ts';
import { figureOf, newestResults, partOf, placeOf } from './read-results.ts';

/** The shops that the plan is for. */
const plan = { rows: 100_000_000, shops: 10_000, partitions: 64, pullEveryMinutes: 5, sweepHours: 24 };
const idsAPage = 300;

/** Both kinds of runs that the document is made from; either may be missing. */
export interface ScalingSources {
  readonly full: Results | undefined;
  readonly scale: Results | undefined;
}

const newest = (): ScalingSources => ({ full: newestResults('full'), scale: newestResults('scale') });

const unknown = 'not measured yet';

/** Computes with what was measured; what needs a figure that is missing is missing itself. */
function computed(values: readonly (number | undefined)[], compute: (...values: number[]) => number) {
  return values.every((value) => value !== undefined) ? compute(...values) : undefined;
}

function cell(value: number | undefined, unit: string): string {
  return value === undefined ? unknown : shown(value, unit);
}

/** What was measured and what follows from it for a large installation, for docs/scaling.md. */
export function scalingDocument({ full, scale }: ScalingSources = newest()): string {
  const of = (part: string, name: string) => figureOf(full, part, name);
  const small = (name: string) => figureOf(scale, 'scale-small', name);
  const large = (name: string) => figureOf(scale, 'scale-large', name);
  const perRow = (seconds: number | undefined) =>
    computed([seconds, of('backfill', 'customers')], (time = 0, rows = 1) => time / rows);
  const fillCpu = perRow(of('backfill', 'backfill_cpu'));
  const fillDatabaseCpu = perRow(of('backfill', 'backfill_database_cpu'));
  const sweepCpu = perRow(of('backfill', 'sweep_cpu'));
  const sweepDatabaseCpu = perRow(of('backfill', 'sweep_database_cpu'));
  const sweptASecond = plan.rows / (plan.sweepHours * 3_600);
  const pullsASecond = plan.shops / (plan.pullEveryMinutes * 60);
  // Two pulls fall into the minute that is measured; everything that the daemon does in it counts as theirs.
  const pullCpu = computed([small('steady_cpu') ?? large('steady_cpu')], (seconds = 0) => seconds / 2);
  const pullDatabaseCpu = computed(
    [small('steady_database_cpu') ?? large('steady_database_cpu')],
    (seconds = 0) => seconds / 2,
  );
  const rowsAShop = plan.rows / plan.shops;
  const bytes = large('bytes_a_row') ?? small('bytes_a_row');
  const memory = partOf(full, 'growth')?.bars.find(({ name }) => name === 'memory')?.value;
  const workerCores = computed(
    [sweepCpu, pullCpu],
    (sweep = 0, pull = 0) => sweptASecond * sweep + pullsASecond * pull,
  );
  const databaseCores = computed(
    [sweepDatabaseCpu, pullDatabaseCpu],
    (sweep = 0, pull = 0) => sweptASecond * sweep + pullsASecond * pull,
  );
  const sources = [full, scale].flatMap((results) => (results ? [`${placeOf(results)}.`] : []));
  return [
    ...(sources.length > 0
      ? sources
      : ['Nothing has been measured in full yet: `npm run bench` and `npm run bench -- --scale`.']),
    '',
    ...Object.keys(scalingPlots({ full, scale })).map((file) => `![${file.slice(0, -4)}](${file})\n`),
    '### Measured',
    '',
    '| what | value |',
    '|---|---|',
    `| CPU of a worker for a customer that is written | ${cell(micro(fillCpu), 'µs')} |`,
    `| CPU of PostgreSQL for it | ${cell(micro(fillDatabaseCpu), 'µs')} |`,
    `| CPU of a worker for a customer that is compared and unchanged | ${cell(micro(sweepCpu), 'µs')} |`,
    `| CPU of PostgreSQL for it | ${cell(micro(sweepDatabaseCpu), 'µs')} |`,
    `| Disk for a customer with addresses and indexes | ${cell(bytes, 'bytes')} |`,
    `| Peak memory of a worker at a million customers | ${cell(memory, 'MB')} |`,
    `| Customers a second from a shop with two PHP workers, default settings | ${cell(of('saturating', 'rows'), 'rows/s')} |`,
    '',
    ...sizesTable(scale),
    `### A plan for ${shown(plan.rows)} rows in ${shown(plan.shops)} shops`,
    '',
    `${shown(rowsAShop)} rows a shop. Every number follows from one above; none is a guess about hardware that was not measured.`,
    '',
    '| what | how it is computed | value |',
    '|---|---|---|',
    row(
      'Disk of the copy',
      'rows x disk a row',
      computed([bytes], (size = 0) => (plan.rows * size) / 1e9),
      'GB',
    ),
    row(
      'First fill, CPU of all workers',
      'rows x CPU a written row',
      computed([fillCpu], (cpu = 0) => (plan.rows * cpu) / 3_600),
      'core hours',
    ),
    row(
      'First fill, CPU of PostgreSQL',
      'rows x CPU a written row',
      computed([fillDatabaseCpu], (cpu = 0) => (plan.rows * cpu) / 3_600),
      'core hours',
    ),
    row(
      'First fill of one shop, at least',
      'rows a shop / rows a second of a shop with two PHP workers',
      computed([of('saturating', 'rows')], (rate = 1) => rowsAShop / rate),
      's',
    ),
    row('Rows compared a second', `rows / SWEEP_PERIOD of ${plan.sweepHours} h`, sweptASecond, 'rows/s'),
    row(
      'Requests a day to one shop by its sweep',
      `rows a shop / ${idsAPage} a page`,
      Math.ceil(rowsAShop / idsAPage),
      'requests',
    ),
    row('Pulls a second', `shops / PULL_EVERY of ${plan.pullEveryMinutes} min`, pullsASecond, 'pulls/s'),
    row('Cores busy in workers', 'rows compared x CPU + pulls x half a steady minute', workerCores, 'cores'),
    row('Cores busy in PostgreSQL', 'the same', databaseCores, 'cores'),
    row(
      'Of these for pulls alone',
      'pulls x half a steady minute: what a longer PULL_EVERY saves',
      computed([pullCpu], (cpu = 0) => pullsASecond * cpu),
      'cores',
    ),
    row('Rows of one partition', `rows / ${plan.partitions}`, plan.rows / plan.partitions, 'rows'),
    row(
      'Size of one partition',
      'its rows x disk a row',
      computed([bytes], (size = 0) => (plan.rows / plan.partitions) * size * 1e-9),
      'GB',
    ),
    '',
  ].join('\n');
}

function micro(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1e6;
}

function row(what: string, how: string, value: number | undefined, unit: string): string {
  return `| ${what} | ${how} | ${cell(value, unit)} |`;
}

/** The sizes that were measured side by side. */
function sizesTable(scale: Results | undefined): string[] {
  const [small, large] = [partOf(scale, 'scale-small'), partOf(scale, 'scale-large')];
  const all = [...(small?.figures ?? []), ...(large?.figures ?? [])];
  const names = [...new Set(all.map(({ name }) => name))];
  const barNames = [...new Set([...(small?.bars ?? []), ...(large?.bars ?? [])].map(({ name }) => name))];
  if (names.length === 0) return [];
  const shownIn = (part: typeof small, name: string) => {
    const figure = part?.figures.find((candidate) => candidate.name === name);
    return figure ? shown(figure.value, figure.unit) : unknown;
  };
  const barIn = (part: typeof small, name: string) => {
    const bar = part?.bars.find((candidate) => candidate.name === name);
    return bar ? `${shown(bar.value, bar.unit)}${bar.met ? '' : ' (**missed**)'}` : unknown;
  };
  const titleOf = (name: string) => all.find((figure) => figure.name === name)?.title ?? name;
  const barTitle = (name: string) =>
    [...(small?.bars ?? []), ...(large?.bars ?? [])].find((bar) => bar.name === name)?.title ?? name;
  const sizes = [small, large].filter((part) => part !== undefined);
  const line = (title: string, cells: readonly string[]) => `| ${[title, ...cells].join(' | ')} |`;
  return [
    sizes.length > 1 ? '### The same at two sizes' : '### On a large copy',
    '',
    line(
      'what',
      sizes.map((part) => shownIn(part, 'rows')),
    ),
    `|---|${sizes.map(() => '---|').join('')}`,
    ...names
      .filter((name) => name !== 'rows')
      .map((name) =>
        line(
          titleOf(name),
          sizes.map((part) => shownIn(part, name)),
        ),
      ),
    ...barNames.map((name) =>
      line(
        barTitle(name),
        sizes.map((part) => barIn(part, name)),
      ),
    ),
    '',
    ...(partOf(scale, 'scale-growth')?.bars ?? []).map(
      (bar) =>
        `- ${bar.title}: ${shown(bar.value, bar.unit)}, ${bar.wanted} ${shown(bar.limit, bar.unit)}: ${bar.met ? 'met' : '**missed**'}`,
    ),
    '',
  ];
}

/** Seconds of what somebody waits for, at the large size, by the names of their files in docs/. */
export function scalingPlots({ scale }: ScalingSources = newest()): Readonly<Record<string, string>> {
  if (!scale) return {};
  const timed = [
    ['status', 'magento-sync status'],
    ['history', 'magento-sync history'],
    ['verify_counts', 'verify --counts-only'],
    ['reconcile', 'reconcile'],
    ['prune', 'pruning the feed'],
    ['erase', 'erasing tombstones'],
  ] as const;
  const bars = timed.flatMap(([name, title]) =>
    (['scale-small', 'scale-large'] as const).flatMap((part) => {
      const [value, rows] = [figureOf(scale, part, name), figureOf(scale, part, 'rows')];
      if (value === undefined || rows === undefined) return [];
      return [{ label: `${title}, ${shown(rows)}`, value, isOurs: part === 'scale-large' }];
    }),
  );
  if (bars.length === 0) return {};
  const title = 'Seconds at both sizes of the copy';
  return { 'scaling-seconds.svg': barChart({ title, unit: 's', bars, note: placeOf(scale) }) };
}
