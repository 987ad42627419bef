import { expect, test } from 'vitest';
import { besiege } from './daemons.ts';
import { disastersOf } from './disasters.ts';

// They wait for daemons most of the time, and each has its servers for itself.
test.concurrent.each([
  [2, 'redis'],
  [3, 'postgres'],
] as const)(
  'siege %i: two daemons with their queue on %s are killed and their servers crash; afterwards shop and copy are equal',
  async (seed, queue) => {
    // As many rounds as there are disasters: each strikes once.
    const rounds = disastersOf(queue).length;
    const report = await besiege({ seed, rounds });
    expect(report).toMatchObject({ queue, broken: [] });
    expect(report.rowsCompared).toBeGreaterThan(100);
    expect(report.faults).toBeGreaterThan(0);
    expect(Object.keys(report.disasters)).toHaveLength(rounds);
  },
);
