import type { Row } from './copied-entity.ts';

/** One record as read from the shop, ready to be written. Times are UTC, 'YYYY-MM-DD HH:MM:SS'. */
export interface CopyRecord {
  readonly id: number;
  /** By the columns of the definition. */
  readonly row: Row;
  /** The parts by the names of their tables, each with what was sent in `raw`. */
  readonly children: Readonly<Record<string, readonly Row[]>>;
  /** The whole object as the shop sent it, without secrets. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Covers everything in `raw` that counts as content. */
  readonly contentHash: string;
}

/** Something in a record that no column can hold; it was stored as told here, `raw` keeps the original where it can. */
export interface Adjustment {
  id: number;
  field: string;
  problem: string;
}
