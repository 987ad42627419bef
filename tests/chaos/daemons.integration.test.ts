import { expect, test } from 'vitest';
import { besiege } from './daemons.ts';

test.each([
  [2, 'redis'],
  [3, 'postgres'],
] as const)(
  'siege %i: daemons with their queue on %s are killed, their servers crash; afterwards both sides are equal',
  async (seed, queue) => {
    const report = await besiege({ seed, rounds: 8 });
    expect(report).toMatchObject({ queue, broken: [] });
    expect(report.rowsCompared).toBeGreaterThan(100);
    expect(Object.keys(report.disasters).length).toBeGreaterThan(3);
  },
  240_000,
);
