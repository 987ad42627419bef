import { type Bar, type PartResult, type Results, shown } from '../results.ts';
import { barChart } from './bar-chart.ts';
import { figureOf, newestResults, partOf, placeOf } from './read-results.ts';

const nothingYet = 'No run in full has been written down yet: `npm run bench` makes one.\n';

/** The bars of the newest run in full for README.md. */
export function benchmarksTable(results = newestResults('full')): string {
  if (!results) return nothingYet;
  const rows = results.parts.flatMap((part) => [
    ...(part.status === 'measured' ? [] : [`| ${part.title} | could not be measured | | |`]),
    ...part.bars.map(barRow),
  ]);
  const headlines = headlinesOf(results);
  return [
    ...(headlines ? [headlines, ''] : []),
    '| what | measured | wanted | |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${placeOf(results)}. Everything else that was measured, peers included: [docs/benchmarks.md](docs/benchmarks.md).`,
    '',
  ].join('\n');
}

function barRow({ title, value, unit, wanted, limit, met }: Bar): string {
  return `| ${title} | ${shown(value, unit)} | ${wanted} ${shown(limit, unit)} | ${met ? 'met' : '**missed**'} |`;
}

function headlinesOf(results: Results): string | undefined {
  const rows = figureOf(results, 'backfill', 'backfill_rows');
  const sweep = figureOf(results, 'backfill', 'sweep_rows');
  const memory = partOf(results, 'growth')?.bars.find(({ name }) => name === 'memory');
  if (rows === undefined) return undefined;
  const parts = [
    `A backfill writes ${shown(rows)} customers a second`,
    ...(sweep === undefined ? [] : [`a sweep compares ${shown(sweep)}`]),
    ...(memory === undefined ? [] : [`a million customers need ${shown(memory.value, 'MB')} of memory`]),
  ];
  return `${parts.join(', ')}, with everything on one machine.`;
}

/** All figures of the newest run in full, for docs/benchmarks.md. */
export function benchmarksDocument(results = newestResults('full')): string {
  if (!results) return nothingYet;
  return [
    `${placeOf(results)}.`,
    '',
    ...Object.entries(benchmarksPlots(results)).map(([file]) => `![${file.slice(0, -4)}](${file})\n`),
    ...results.parts.map((part) => (part.name === 'peers' ? peersTable(part) : figuresOf(part))),
  ].join('\n');
}

function figuresOf({ name, title, status, error, figures, bars, seconds }: PartResult): string {
  return [
    `### ${name}`,
    '',
    `${title[0]?.toUpperCase()}${title.slice(1)}.`,
    '',
    ...(status === 'measured' ? [] : [`**${status}**: ${error ?? 'not to its end'}`, '']),
    '| what | measured |',
    '|---|---|',
    ...figures.map((figure) => `| ${figure.title} | ${shown(figure.value, figure.unit)} |`),
    ...bars.map(
      (bar) =>
        `| ${bar.title} | ${shown(bar.value, bar.unit)}: ${bar.met ? 'met' : '**missed**'}, ${bar.wanted} ${shown(bar.limit, bar.unit)} |`,
    ),
    '',
    `Measured in ${Math.round(seconds)} s.`,
    '',
  ].join('\n');
}

/** Figures of peers are named `<peer>/<figure>`. */
function contestantsOf({ figures }: PartResult): readonly string[] {
  return [...new Set(figures.map(({ name }) => name.split('/')[0] ?? ''))];
}

function peersTable(part: PartResult): string {
  const cell = (peer: string, name: string) => {
    const figure = part.figures.find((candidate) => candidate.name === `${peer}/${name}`);
    return figure ? shown(figure.value, figure.unit) : 'no reader';
  };
  const columns = [
    ['rows', 'a quiet shop'],
    ['requests', 'requests'],
    ['cpu', 'CPU of its process'],
    ['database_cpu', 'CPU of PostgreSQL'],
    ['memory', 'peak memory'],
    ['edits', 'edits while it read'],
    ['missing_at_once', 'missing after the first run'],
    ['missing', 'missing after the next run too'],
    ['wrong', 'outdated then'],
    ['ghosts', 'deleted, alive in the copy'],
  ] as const;
  return [
    '### peers',
    '',
    'Same shop, same rows, same PostgreSQL, one after the other, from the first request for customers to the end of the process. Peers',
    'have no limit of requests; those that read have one request in flight, as they are built. The shop is then edited while each',
    'reads (for every hundred rows shown two edits: eight of ten saves, one new account, one deletion), and each makes its next',
    'regular run (ours: a pull and a reconcile) after the edits have ended. Airbyte and tap-magento are models of how they ask, made',
    'by us; their writes, one statement a page, are the best case. The Stripe engine is fed with pages, so it loses none.',
    '',
    ...(part.status === 'measured' ? [] : [`**${part.status}**: ${part.error ?? 'not to its end'}`, '']),
    `| | ${columns.map(([, title]) => title).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...contestantsOf(part).map(
      (peer) => `| ${peer} | ${columns.map(([name]) => cell(peer, name)).join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

/** The plots of the newest run in full, by the names of their files in docs/. */
export function benchmarksPlots(results = newestResults('full')): Readonly<Record<string, string>> {
  if (!results) return {};
  const note = placeOf(results);
  const plots: Record<string, string> = {};
  const customers = figureOf(results, 'backfill', 'customers');
  const rate = (name: string) => {
    const seconds = figureOf(results, 'backfill', name);
    return seconds && customers ? customers / seconds : undefined;
  };
  const throughput = [
    ['fetching and parsing, thrown away', rate('fetch_seconds'), false],
    ['COPY into the same indexed tables', rate('copy_seconds'), false],
    ['backfill', rate('backfill_seconds'), true],
    ['unchanged second run', rate('second_seconds'), true],
    ['sweep', rate('sweep_seconds'), true],
  ] as const;
  const measured = throughput.flatMap(([label, value, isOurs]) =>
    value === undefined ? [] : [{ label, value, isOurs }],
  );
  if (measured.length > 0) {
    plots['benchmarks-throughput.svg'] = barChart({
      title: `Customers a second, of ${shown(customers ?? 0)}, without latency`,
      unit: '',
      bars: measured,
      note,
    });
  }
  const peers = partOf(results, 'peers');
  if (peers && peers.figures.length > 0) {
    const of = (peer: string, ...names: string[]) =>
      names.reduce((sum, name) => sum + (figureOf(results, 'peers', `${peer}/${name}`) ?? 0), 0);
    const isOurs = (peer: string) => peer.startsWith('magento-sync');
    const contestants = contestantsOf(peers);
    plots['benchmarks-peers.svg'] = barChart({
      title: 'Customers a second, from the same shop into the same PostgreSQL',
      unit: '',
      bars: contestants.map((peer) => ({ label: peer, value: of(peer, 'rows'), isOurs: isOurs(peer) })),
      note,
    });
    plots['benchmarks-losses.svg'] = barChart({
      title: 'Rows missing, outdated or deleted and still alive after edits while reading and one more run',
      unit: 'rows',
      bars: contestants
        .filter((peer) => figureOf(results, 'peers', `${peer}/missing`) !== undefined)
        .map((peer) => ({
          label: peer,
          value: of(peer, 'missing', 'wrong', 'ghosts'),
          isOurs: isOurs(peer),
        })),
      note,
    });
  }
  return plots;
}
