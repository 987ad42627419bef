import { ServerFault } from '@magento-sync/magento-client';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { findLargestId } from './find-guilty-id.ts';
import { failsOverRows } from './quarantine.ts';

/**
 * The shop's clock, then the largest id, also when the shop cannot show its newest row.
 *
 * Then counts tell the largest id (one of them fails: there is a row), and the moment is that of the worker's own clock.
 */
export async function survey(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<{ startedAt: Date; largestId: number }> {
  const quarantined = await context.store.quarantine.list(context.shop, { entity: entity.name });
  const excluding = quarantined.map(({ id }) => id);
  try {
    return await entity.survey(context, signal, excluding);
  } catch (error) {
    if (!(error instanceof ServerFault)) throw error;
    // A list that finds nothing fails too: it is not about a row.
    if (await failsOverRows(entity.count(context, signal, { afterId: -1, upToId: 0 }))) throw error;
    const startedAt = context.clock.now();
    const largestId = await findLargestId(async (id) => {
      let count = 0;
      const asked = entity
        .count(context, signal, { afterId: id, upToId: null })
        .then((found) => (count = found));
      return (await failsOverRows(asked)) || count > 0;
    });
    return { startedAt, largestId };
  }
}
