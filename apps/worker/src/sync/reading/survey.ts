import type { EntityDescriptor } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { answersWithoutRows, mayBeAboutARow } from './broken-answers.ts';
import { largestPossibleId } from './id-ranges.ts';
import { patientEntity } from './outages.ts';

/** What a backfill or a pass of a sweep is planned from. */
export interface Survey {
  readonly startedAt: Date;
  readonly largestId: number;
  /** Unknown where the newest row spoils the answer. */
  readonly rows: number | undefined;
}

/**
 * The shop's clock, then the largest id, also when the shop cannot show its newest row.
 *
 * Then counts tell the largest id (one of them breaks: there is a row), and the moment is that of the worker's own clock.
 */
export async function survey(
  context: SyncContext,
  descriptor: EntityDescriptor,
  signal: AbortSignal,
): Promise<Survey> {
  const entity = patientEntity(context, descriptor, signal);
  const quarantined = await context.store.quarantine.list(context.shop, { entity: entity.name });
  const excluding = quarantined.map(({ id }) => id);
  try {
    return await entity.survey(context, signal, excluding);
  } catch (error) {
    const isAboutARow = async (trouble: unknown) =>
      mayBeAboutARow(trouble) && (await answersWithoutRows(context, entity, signal));
    if (!(await isAboutARow(error))) throw error;
    const startedAt = context.clock.now();
    const largestId = await findLargestId(async (id) => {
      try {
        return (await entity.count(context, signal, { afterId: id, upToId: null })) > 0;
      } catch (trouble) {
        if (!(await isAboutARow(trouble))) throw trouble;
        return true;
      }
    });
    return { startedAt, largestId, rows: undefined };
  }
}

/**
 * Finds the largest id by asking whether there is any row above an id; for a shop that cannot show its newest row.
 *
 * Returns 0 when there is no row at all.
 */
export async function findLargestId(isAnyAbove: (id: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = largestPossibleId;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (await isAnyAbove(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
