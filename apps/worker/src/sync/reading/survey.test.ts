import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findLargestId } from './survey.ts';

test('the largest id is found without seeing its row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 2 ** 32 - 1 })), async (ids) => {
      const isAnyAbove = async (id: number) => ids.some((candidate) => candidate > id);
      expect(await findLargestId(isAnyAbove)).toBe(Math.max(0, ...ids));
    }),
  );
});
