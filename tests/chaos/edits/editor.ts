import type { MagentoShop } from '@magento-sync/magento-testkit';
import type { Played } from '../played/played.ts';
import type { Dice } from '../random.ts';
import { customerEdits } from './customer-edits.ts';
import type { EditorsHand, Genre } from './editors-hand.ts';
import { salesEdits } from './sales-edits.ts';

/** Makes random edits of the shop, of every kind that people, imports and other systems make. */
export interface Editor {
  /** One edit of a random kind. */
  edit(): void;
  /** Hides more rows than the brake on deletions allows, as for a role that lost a website. */
  hide(its: Played): void;
  /** Shows the hidden rows again, unchanged. */
  show(): void;
  /** Commits rows that are stamped and not committed yet, and shows hidden ones. */
  finish(): void;
  readonly edits: number;
  /** Rows of an entity that were deleted at some time, hidden ones not among them. */
  everDeleted(name: string): ReadonlySet<number>;
}

/** Rows commit this long after their stamp at most: close to two overlaps of the pulls, less what two clocks may differ. */
const longestLateMs = 540_000;
/** So few rows could vanish without the brake. */
const fewestToHide = 14;

/** Creates the editor of one story about these entities. */
export function createEditor(shop: MagentoShop, dice: Dice, genre: Genre, cast: readonly Played[]): Editor {
  const late: { readonly stampedAt: number; commit(): void }[] = [];
  const deletions = new Map<string, Set<number>>();
  let shows: (() => void)[] = [];
  let edits = 0;

  const everDeleted = (name: string): Set<number> => {
    const known = deletions.get(name) ?? new Set<number>();
    deletions.set(name, known);
    return known;
  };
  const hand: EditorsHand = {
    shop,
    dice,
    genre,
    name: () => `N${edits}`,
    stampedNow: (commit) => void late.push({ stampedAt: shop.clock.now(), commit }),
    deleted: (name, id) => void everDeleted(name).add(id),
    everDeleted,
    shopStamp: (aheadMs) => new Date(shop.clock.now() + aheadMs).toISOString().slice(0, 19).replace('T', ' '),
  };
  const sorts = [
    ...(cast.some(({ name }) => name === 'customers') ? [customerEdits(hand)] : []),
    ...(cast.some(({ name }) => name !== 'customers') ? [salesEdits(hand)] : []),
  ];
  const kinds = sorts.flatMap(({ loud, silent }) => (genre === 'loud' ? loud : [...loud, ...silent]));

  function commitDue(everything: boolean): void {
    for (const waiting of late.slice()) {
      const due = shop.clock.now() - waiting.stampedAt > longestLateMs - 60_000;
      if (!everything && !due && dice.percent(85)) continue;
      late.splice(late.indexOf(waiting), 1);
      waiting.commit();
    }
  }

  const show = () => {
    for (const showOne of shows) showOne();
    shows = [];
  };

  return {
    get edits() {
      return edits;
    },
    everDeleted,
    edit() {
      edits += 1;
      dice.pick(kinds)();
      shop.clock.advance(dice.below(60_000));
      commitDue(false);
    },
    hide(its) {
      const ids = its.ids();
      const share = Math.ceil(ids.length * 0.7);
      if (shows.length > 0 || share < fewestToHide) return;
      shows = ids.slice(0, share).map((id) => {
        const showAgain = its.remove(id);
        // Somebody may have got the id meanwhile.
        return () => {
          if (!its.ids().includes(id)) showAgain();
        };
      });
    },
    show,
    finish() {
      commitDue(true);
      show();
    },
  };
}
