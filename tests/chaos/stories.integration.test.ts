import { expect, inject, test } from 'vitest';
import { storySeeds, tellStory } from './simulation.ts';

test.each(storySeeds(1, 12))(
  'story %i: random edits, crashes, lost locks and faults; afterwards shop and copy are equal',
  async (seed) => {
    const { broken, edits, rowsCompared } = await tellStory(inject('postgresUrls')['18'], seed);
    expect(broken).toEqual([]);
    // A story in which nothing happens would prove nothing.
    expect(edits).toBeGreaterThan(10);
    expect(rowsCompared).toBeGreaterThan(30);
  },
);

test('a seed is deterministic: the same story has the same report', async () => {
  // One without a restart of the database, which takes as long as it takes: how often it is asked meanwhile differs.
  const url = inject('postgresUrls')['18'];
  expect(await tellStory(url, 5)).toEqual(await tellStory(url, 5));
});
