import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { alertRules } from './alerts/rules.ts';
import { createMetrics, createShopsMetrics } from './metrics.ts';

const known = [createMetrics('test'), createShopsMetrics()].flatMap(({ registry }) =>
  registry.getMetricsAsArray().map(({ name }) => name),
);

function metricsIn(file: string): string[] {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const names = [...text.matchAll(/\bmagento_sync_[a-z_]+\b/g)].map(([name]) => name);
  return [...new Set(names)].map((name) => name.replace(/_(bucket|count|sum)$/, ''));
}

test.each([
  'docs/prometheus-alerts.yml',
  'docs/grafana-dashboard.json',
  'docs/operations.md',
  'apps/worker/README.md',
])('every metric named in %s exists', (file) => {
  expect(metricsIn(file).filter((name) => !known.includes(name))).toEqual([]);
});

test('every metric is described in the README of the worker', () => {
  const described = metricsIn('apps/worker/README.md');
  expect(known.filter((name) => !described.includes(name))).toEqual([]);
  expect(known.length).toBeGreaterThan(15);
});

test('what is told without Prometheus has the names of its rules', () => {
  const text = readFileSync(new URL('../../../docs/prometheus-alerts.yml', import.meta.url), 'utf8');
  const rules = [...text.matchAll(/alert: MagentoSync(\w+)/g)].map(([, name]) => name ?? '');
  const own = ['SignInRefused', 'ShopUnreachable', 'BrakeHolds', 'RunsFail'];
  // Without a daemon, its gauges or its work for the shop nothing can be told; jobs that fail leave failed runs.
  const fromOutside = ['Silent', 'JobsFail', 'GaugesStale', 'ShopNotWorking'];
  expect(rules.filter((name) => !fromOutside.includes(name)).toSorted()).toEqual(
    Object.keys(alertRules)
      .filter((name) => !own.includes(name))
      .toSorted(),
  );
});
