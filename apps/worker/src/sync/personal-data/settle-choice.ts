import { entities, type PersonalDataChoice, type Treatment, treatmentsOf } from '@magento-sync/entities';
import type { SyncContext } from '../ports.ts';
import { lockNames } from '../run.ts';

/** Which personal data is kept, and by which key its hashes are made. */
export interface KeptPersonalData extends PersonalDataChoice {
  /** Names the key without saying anything of it; null without one. */
  readonly keyId: string | null;
}

/** Under this name the copy remembers by which choice it was written. */
const choiceName = 'personal_data';

/** What a copy is written by that never heard of a choice. */
const everything: KeptPersonalData = { preset: 'all', keep: [], keyId: null };

/**
 * Removes what is no longer wanted, before anything else is read or written: from rows and parts, deleted ones too, from what
 * was sent (`raw`), and from the history. Feed, quarantine and hints hold no values.
 *
 * What is wanted from now on, hashes by another key among it, comes with the next read of each record, because neither of
 * its digests is equal any more: at the latest with the next whole pass of the sweep. Of records that the shop has no more
 * nothing can come. Does nothing as long as the choice stays.
 */
export async function settlePersonalData(
  { shop, store, locks, clock, log }: Pick<SyncContext, 'shop' | 'store' | 'locks' | 'clock' | 'log'>,
  choice: KeptPersonalData,
  signal: AbortSignal,
): Promise<void> {
  const stored = async () =>
    ((await store.capabilities.get(shop, choiceName))?.value as KeptPersonalData | undefined) ?? everything;
  const isSettled = async () => JSON.stringify(await stored()) === JSON.stringify(choice);
  if (await isSettled()) return;
  await locks.run(lockNames.personalData({ shop }), signal, async () => {
    const before = await stored();
    for (const entity of entities) {
      const tables = [entity.table, ...entity.children];
      const isOtherKey = before.keyId !== choice.keyId;
      const now = new Map(tables.map((table) => [table.name, treatmentsOf(table, choice)]));
      const hasUnwanted = tables.some((table) =>
        Object.entries(treatmentsOf(table, before)).some(([name, then]) =>
          isUnwanted(then, now.get(table.name)?.[name], isOtherKey),
        ),
      );
      if (!hasUnwanted) continue;
      // All that is not kept as it is: what is of open shape repeats what stands in the tables of parts.
      const columns = Object.fromEntries(
        [...now].map(([name, treatments]) => [
          name,
          Object.keys(treatments).filter((column) => treatments[column] !== 'kept'),
        ]),
      );
      const records = await store.copyOf(entity).strip(shop, columns);
      if (records > 0)
        log.info(
          { entity: entity.name, records, columns },
          'personal data that is no longer kept was removed',
        );
    }
    await store.capabilities.put(shop, choiceName, choice, clock.now());
  });
}

/** Whether what a column holds must go: it was kept otherwise than it is kept from now on. */
function isUnwanted(then: Treatment | undefined, now: Treatment | undefined, isOtherKey: boolean): boolean {
  if (then === 'removed' || now === 'kept') return then === 'hashed' && now === 'kept';
  return then !== now || (now === 'hashed' && isOtherKey);
}
