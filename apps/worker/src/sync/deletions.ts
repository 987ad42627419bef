import type { Cause, EntityDescriptor } from './entity.ts';
import type { SyncContext } from './ports.ts';

/** What became of ids that the shop did not show. */
export interface DeletionOutcome {
  /** Confirmed and marked. */
  readonly deleted: number;
  /** Why nothing was marked although ids are missing; says how to go on. */
  readonly brake?: string;
}

/** On whose account ids are checked. */
export interface DeletionOptions {
  readonly cause: Cause;
  readonly runId: number;
  readonly signal: AbortSignal;
  /** Largest share of the living rows that may vanish at once, 0 to 1; the configured one when absent. */
  readonly allowedShare?: number;
}

/** So few deletions are always believed: a share of a small shop is less than one customer. */
const alwaysAllowed = 10;

/**
 * Marks the missing ids as deleted that the shop itself confirms to be gone, one read each.
 *
 * A brake holds when more than the allowed share of the copy would vanish: that looks like a role that no longer sees all
 * websites, or an empty database, and not like people deleting customers.
 */
export async function confirmDeletions(
  context: SyncContext,
  entity: EntityDescriptor,
  missing: readonly number[],
  options: DeletionOptions,
): Promise<DeletionOutcome> {
  if (missing.length === 0) return { deleted: 0 };
  const share = options.allowedShare ?? context.settings.deletions.maxShare;
  const living = await entity.countInCopy(context, { afterId: 0, upToId: null });
  const allowed = Math.max(alwaysAllowed, Math.floor(living * share));
  if (missing.length > allowed) {
    const wanted = Math.ceil((missing.length / Math.max(1, living)) * 100);
    const brake =
      `${missing.length} of ${living} ${entity.name} are missing in the shop, more than the ${allowed} that may vanish at once. ` +
      'Check that the role or integration still sees all websites. If the deletions are real: ' +
      `magento-sync reconcile --allow-share ${wanted}`;
    context.log.error({ missing: missing.length, living, allowed }, brake);
    return { deleted: 0, brake };
  }
  const confirmed: number[] = [];
  for (const id of missing) {
    if (await entity.isMissing(context, id, options.signal)) confirmed.push(id);
  }
  if (confirmed.length === 0) return { deleted: 0 };
  const confirmedAt = context.clock.now();
  const marked = await entity.markDeleted(context, confirmed, { ...options, confirmedAt });
  return { deleted: marked.length };
}
