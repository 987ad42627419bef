import { currentPageSize, type PageSize, type PageSizer } from '@magento-sync/magento-client';
import type { Quarantine } from './quarantine.ts';

/** How to read pages of one list, and how to find out which row it fails over. */
export interface PageReads<Page, Position> {
  /** Pages from a position on, with such sizes, without the excluded ids. */
  open(
    after: Position,
    options: { readonly pageSize: PageSizer; readonly excluding: readonly number[] },
  ): AsyncIterable<Page>;
  /** The id of the first row after the position, when the shop fails over it. */
  locate(after: Position): Promise<number | undefined>;
}

/**
 * Reads pages on and on, also past rows that the shop fails over.
 *
 * A page that fails is read in halves until it works or is one row: then that row is set aside and the walk goes on
 * without it. Pages that work only when they are small, for example because the shop's memory ends, stay small for the
 * rest of the walk.
 */
export async function* resilientPages<Page extends { readonly next: Position }, Position>(
  quarantine: Quarantine,
  start: Position,
  normalSize: PageSize,
  reads: PageReads<Page, Position>,
): AsyncGenerator<Page, void, undefined> {
  const size = shrinkingSize(normalSize);
  let after = start;
  let passed = 0;
  for (;;) {
    try {
      const options = { pageSize: size.sizer, excluding: [...quarantine.ids] };
      for await (const page of reads.open(after, options)) {
        after = page.next;
        passed = 0;
        size.worked();
        yield page;
      }
      return;
    } catch (error) {
      if (size.asked > 1) {
        // Only of a shop that answers otherwise can it be about rows.
        await quarantine.blame(error, async () => undefined);
        size.failed();
      } else if (await quarantine.blame(error, () => reads.locate(after))) size.cleared();
      else if ((passed += 1) > 1) throw error;
    }
  }
}

/** Repeats a single request without the rows that the shop fails over. */
export async function withoutUnservable<T>(
  quarantine: Quarantine,
  request: (excluding: readonly number[]) => Promise<T>,
  locate: () => Promise<number | undefined>,
): Promise<T> {
  for (let passed = 0; ; ) {
    try {
      return await request([...quarantine.ids]);
    } catch (error) {
      if (await quarantine.blame(error, locate)) passed = 0;
      else if ((passed += 1) > 1) throw error;
    }
  }
}

/** The normal page size, and a smaller one while a row is looked for. */
function shrinkingSize(normal: PageSize) {
  const owner = typeof normal === 'number' ? undefined : normal;
  let most = Number.POSITIVE_INFINITY;
  let ceiling = Number.POSITIVE_INFINITY;
  let wanted = Number.POSITIVE_INFINITY;
  let asked = 1;
  const sizer: PageSizer = {
    current() {
      asked = Math.min(currentPageSize(normal), wanted, most);
      return asked;
    },
    limit(max, how) {
      most = Math.min(most, max);
      owner?.limit(max, how);
    },
    observe: (page) => owner?.observe(page),
    tooSlow: (size) => owner?.tooSlow(size),
  };
  return {
    sizer,
    get asked() {
      return asked;
    },
    worked() {
      wanted = Math.min(wanted * 2, ceiling);
    },
    failed() {
      ceiling = Math.min(ceiling, Math.max(1, Math.floor(asked / 2)));
      wanted = ceiling;
    },
    cleared() {
      ceiling = Number.POSITIVE_INFINITY;
      wanted = 1;
    },
  };
}
