import type { MagentoShop } from '@magento-sync/magento-testkit';
import type { Dice } from '../random.ts';

/**
 * Which edits a story makes. `loud`: only edits that move `updated_at`, which pulls alone must find. `all`: every kind, also
 * silent edits and deletions, which only sweep and reconcile can find.
 */
export type Genre = 'loud' | 'all';

/** What the edits of one entity need of the editor. */
export interface EditorsHand {
  readonly shop: MagentoShop;
  readonly dice: Dice;
  readonly genre: Genre;
  /** A text that no other edit writes. */
  name(): string;
  /** A row that is stamped now and is committed some time later. */
  stampedNow(commit: () => void): void;
  /** Notes a deletion. */
  deleted(name: string, id: number): void;
  /** Ids that were deleted at some time. */
  everDeleted(name: string): ReadonlySet<number>;
  /** The time of the shop, so much later, as it stands in columns. */
  shopStamp(aheadMs: number): string;
}

/** The ways to edit an entity. */
export interface Edits {
  /** They move the stamp of whatever they change, in all entities of the story. */
  readonly loud: readonly (() => void)[];
  readonly silent: readonly (() => void)[];
}
