import { expect, test } from 'vitest';
import type { PartResult, Results } from '../results.ts';
import { benchmarksDocument, benchmarksPlots, benchmarksTable } from './benchmarks-document.ts';
import { scalingDocument, scalingPlots } from './scaling-document.ts';

const machine = {
  commit: '0123456789abcdef',
  changed: false,
  cpu: 'A <fast> one',
  cores: 2,
  memoryGb: 8,
  system: 'Linux',
  node: 'v24.0.0',
  postgres: '18.4',
  redis: '7.0',
  postgresSettings: {},
};

const part = (name: string, rest: Partial<PartResult>): PartResult => ({
  name,
  title: `all about ${name}`,
  status: 'measured',
  seconds: 1,
  figures: [],
  bars: [],
  ...rest,
});

const figure = (name: string, value: number, unit = 'rows') => ({ name, title: name, value, unit });

const results: Results = {
  date: '2026-11-26T18:00:00.000Z',
  form: 'full',
  machine,
  parts: [
    part('backfill', {
      figures: [
        figure('customers', 1_000),
        figure('backfill_seconds', 2, 's'),
        figure('fetch_seconds', 1, 's'),
      ],
      bars: [
        { name: 'a', title: 'a backfill', value: 1.4, limit: 1.5, wanted: 'at most', unit: 'x', met: true },
        {
          name: 'b',
          title: 'a sweep',
          value: 21,
          limit: 20,
          wanted: 'at most',
          unit: 'bytes a row',
          met: false,
        },
      ],
    }),
    part('latency', { status: 'failed', error: 'The shop was away.' }),
    part('peers', {
      figures: [
        figure('magento-sync-4/rows', 5_000),
        figure('magento-sync-4/missing', 0),
        figure('other/rows', 900),
      ],
    }),
  ],
};

test('the table says what was missed and what could not be measured as plainly as what was met', () => {
  const table = benchmarksTable(results);
  expect(table).toContain('| a backfill | 1.4 x | at most 1.5 x | met |');
  expect(table).toContain('| a sweep | 21 bytes a row | at most 20 bytes a row | **missed** |');
  expect(table).toContain('| all about latency | could not be measured | | |');
  expect(table).toContain('commit 0123456789ab');
});

test('the document shows each part, and peers side by side', () => {
  const text = benchmarksDocument(results);
  expect(text).toContain('**failed**: The shop was away.');
  expect(text).toMatch(/\| magento-sync-4 \| 5,000 rows \| .*\n\| other \| 900 rows \| no reader/);
});

test('plots are SVG whose texts are escaped and whose bars are in proportion', () => {
  const plots = benchmarksPlots(results);
  expect(Object.keys(plots)).toEqual([
    'benchmarks-throughput.svg',
    'benchmarks-peers.svg',
    'benchmarks-losses.svg',
  ]);
  const throughput = plots['benchmarks-throughput.svg'] ?? '';
  expect(throughput).toContain('A &lt;fast&gt; one');
  const widths = [...throughput.matchAll(/width="(\d+)" height="20"/g)].map(([, width]) => Number(width));
  expect(widths[0]).toBe(2 * (widths[1] ?? 0));
});

test('the plan for a large installation follows from what was measured, and says what was not', () => {
  const scale: Results = {
    ...results,
    form: 'scale',
    parts: [
      part('scale-small', {
        figures: [figure('rows', 1_000_000), figure('bytes_a_row', 2_000), figure('status', 0.5, 's')],
      }),
      part('scale-large', {
        figures: [figure('rows', 10_000_000), figure('bytes_a_row', 2_500), figure('status', 0.6, 's')],
      }),
    ],
  };
  const text = scalingDocument({ full: results, scale });
  expect(text).toContain('| Disk of the copy | rows x disk a row | 250 GB |');
  expect(text).toContain(
    '| Cores busy in workers | rows compared x CPU + pulls x half a steady minute | not measured yet |',
  );
  expect(text).toContain('| status | 0.5 s | 0.6 s |');
  expect(scalingDocument({ full: undefined, scale: undefined })).toContain(
    'Nothing has been measured in full yet',
  );
  expect(Object.keys(scalingPlots({ full: results, scale }))).toEqual(['scaling-seconds.svg']);
  expect(scalingPlots({ full: results, scale: undefined })).toEqual({});
});
