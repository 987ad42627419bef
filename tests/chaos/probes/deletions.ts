import type { CountedSides } from '../../../apps/worker/src/sync/reconcile/counted-ranges.ts';
import { searchUnevenRanges } from '../../../apps/worker/src/sync/reconcile/uneven-ranges.ts';
import type { Probe } from './probe.ts';

const rows = 60;
const mostRows = 2;

/** A search for deletions while another row goes, at each of its requests in turn, and with rows that the copy lacks. */
export const probe: Probe = async () => {
  const broken: string[] = [];
  const all = Array.from({ length: rows }, (_, index) => index + 1);
  for (let change = 1; change <= 12; change += 1) {
    const gone = new Set([5, 6, 31, 40, 58]);
    const found = new Set<number>();
    let requests = 0;
    const within = (id: number, { afterId, upToId }: CountedSides['range']) => id > afterId && id <= upToId;
    const left = (range: CountedSides['range']) => all.filter((id) => within(id, range) && !gone.has(id));
    const range = { afterId: 0, upToId: rows };
    const whole = { range, inShop: left(range).length, inCopy: rows };
    await searchUnevenRanges(
      {
        mostRanges: 8,
        async inShop(ranges) {
          requests += 1;
          if (requests === change) gone.add(20);
          return ranges.reduce((sum, each) => sum + left(each).length, 0);
        },
        inCopy: async (each) => each.upToId - each.afterId,
        middle: ({ afterId, upToId }) => Math.floor((afterId + upToId) / 2),
        enough: () => false,
        async compare({ range: compared }) {
          const missing = all.filter((id) => within(id, compared) && gone.has(id));
          for (const id of missing) found.add(id);
          return missing.length;
        },
      },
      whole,
      mostRows,
    );
    for (const id of [5, 6, 31, 40, 58])
      if (!found.has(id)) broken.push(`row ${id} went before the search and was not found by it`);
  }
  return [...new Set(broken)];
};
