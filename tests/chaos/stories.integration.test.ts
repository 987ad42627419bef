import { expect, inject, test } from 'vitest';
import { storySeeds, tellStory } from './simulation.ts';

test.each(storySeeds(1, 12))(
  'story %i: edits, crashes, lost locks and every trouble; afterwards both sides are equal',
  async (seed) => {
    const { broken, edits, rowsCompared } = await tellStory(inject('postgresUrls')['18'], seed);
    expect(broken).toEqual([]);
    // A story in which nothing happens would prove nothing.
    expect(edits).toBeGreaterThan(10);
    expect(rowsCompared).toBeGreaterThan(30);
  },
  120_000,
);

test('a seed always tells the same story', async () => {
  const url = inject('postgresUrls')['18'];
  expect(await tellStory(url, 7)).toEqual(await tellStory(url, 7));
}, 120_000);
