import type { Row } from './copied-entity.ts';

/**
 * One record as the shop sent it: what tells whether its row is equal, and everything else on demand.
 *
 * Of a row that is equal nothing else is ever asked for.
 */
export interface SentRecord {
  readonly id: number;
  /** The stamp as sent; `null` when there is none. */
  readonly updatedAt: string | null;
  /**
   * 128 bits in hex over all that was sent and the rules by which it is read: where they are equal, everything that
   * {@link SentRecord.read} makes of it is.
   */
  readonly sentHash: string;
  /** Digest of the content, which neither the order of lists nor a new stamp changes. */
  contentHash(): string;
  read(): CopyRecord;
}

/** One record as read from the shop, ready to be written. Times are UTC, 'YYYY-MM-DD HH:MM:SS'. */
export interface CopyRecord {
  readonly id: number;
  /** By the columns of the definition. */
  readonly row: Row;
  /** The parts by the names of their tables, each with what was sent in `raw`. */
  readonly children: Readonly<Record<string, readonly Row[]>>;
  /** The whole object as the shop sent it, without secrets. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** `raw` as JSON, where it was made already. */
  readonly json?: string;
  /** Covers everything in `raw` that counts as content. */
  readonly contentHash: string;
  /** {@link SentRecord.sentHash}; `null` leaves it to the content to say whether the next one is equal. */
  readonly sentHash: string | null;
}

/** Something in a record that no column can hold; it was stored as told here, `raw` keeps the original where it can. */
export interface Adjustment {
  id: number;
  field: string;
  problem: string;
}
