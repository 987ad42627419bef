import { customers } from '@magento-sync/entities';
import { expect, test } from 'vitest';
import { mostRangesAtOnce } from './entity.ts';
import { windowsOf } from './windows.ts';

test('as many ranges as are counted at once fit into one search beside excluded ids, and leave out what is between them', () => {
  const ranges = Array.from({ length: mostRangesAtOnce }, (_, nth) => ({
    afterId: nth * 10,
    upToId: nth * 10 + 3,
  }));
  const { groups } = windowsOf(customers).withinRanges(ranges, [2, 5]).state;
  const holds = (id: number) =>
    groups.every((filters) =>
      filters.some(({ condition, value }) => {
        if (condition === 'gt') return id > Number(value);
        if (condition === 'lteq') return id <= Number(value);
        return condition === 'nin' && !value.split(',').map(Number).includes(id);
      }),
    );
  const all = Array.from({ length: 100 }, (_, id) => id);
  expect(all.filter(holds)).toEqual(
    all.filter((id) => id !== 2 && ranges.some(({ afterId, upToId }) => id > afterId && id <= upToId)),
  );
});
