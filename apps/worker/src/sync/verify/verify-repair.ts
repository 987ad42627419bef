import type { SyncContext } from '../ports.ts';
import type { GuardedEntity } from '../reading/guarded-entity.ts';
import { confirmDeletions } from '../reconcile/deletions.ts';
import type { Difference, DifferenceKind } from './verify-report.ts';

/** What a repair could not do. */
export interface RepairOutcome {
  /** Why deletions were not marked; says how to go on. */
  readonly brake?: string;
}

const readAgain: readonly DifferenceKind[] = ['missing', 'tombstoned', 'different', 'damaged'];

/**
 * Writes what the shop shows now over everything that differs, and marks what the shop itself says to be gone.
 *
 * Rows are written whole, also where the copy believes that they are equal. What cannot be read or is not listed stays.
 */
export async function repairDifferences(
  context: SyncContext,
  entity: GuardedEntity,
  differences: readonly Difference[],
  { runId, signal }: { readonly runId: number; readonly signal: AbortSignal },
): Promise<RepairOutcome> {
  const idsOf = (kinds: readonly DifferenceKind[]) =>
    differences.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  const account = { runId, cause: 'verify' } as const;
  const { gone } = await entity.reread(context, idsOf(readAgain), { ...account, rewrite: true }, signal);
  const { brake } = await confirmDeletions(context, entity, [...idsOf(['gone']), ...gone], {
    ...account,
    signal,
  });
  return brake ? { brake } : {};
}
