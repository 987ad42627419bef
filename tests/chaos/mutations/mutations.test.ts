import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { SourceChange } from './mutation.ts';
import { mutations } from './mutations.ts';

test('every text by which a defence is switched off stands once in the sources', async () => {
  const changes = mutations.flatMap((mutation): SourceChange[] => [
    mutation,
    ...(mutation.again ? [mutation.again] : []),
  ]);
  const found = await Promise.all(
    changes.map(async ({ file, find }) => {
      const source = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8').catch(() => '');
      return { file, find, times: source.split(find).length - 1 };
    }),
  );
  expect(found.filter(({ times }) => times !== 1)).toEqual([]);
});
