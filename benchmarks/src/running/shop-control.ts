/** An integration with every right, for readers that sign their requests. */
export const integration = {
  consumerKey: 'benchmarksconsumerkey00000000000',
  consumerSecret: 'benchmarksconsumersecret00000000',
  accessToken: 'benchmarksaccesstoken00000000000',
  tokenSecret: 'benchmarkstokensecret00000000000',
};

/** How large the made shop is and how it answers. */
export interface ShopSetup {
  readonly customers?: number;
  readonly orders?: number;
  readonly latencyMs?: number;
  readonly rowCostMs?: number;
  readonly phpWorkers?: number;
  /** Whether the customers are the recorded ones instead of made-up ones. */
  readonly recorded?: boolean;
}

/** Ids above the first number, up to the second one. */
export type IdRange = readonly [afterId: number, upToId: number];

/** What one side says about itself: how many records, and a sum over their contents that does not depend on their order. */
export interface Checksum {
  readonly rows: number;
  readonly sum: string;
  /** Of the parts of the records, by the table that holds them in the copy. */
  readonly parts: Readonly<Record<string, { readonly rows: number; readonly idSum: number }>>;
}

/** A request for a page of a list, as the shop has logged it. */
export interface PageRequest {
  readonly path: string;
  /** Ids above this one. */
  readonly afterId: number;
  /** Ids up to this one; `null` when there was no upper end. */
  readonly upToId: number | null;
  readonly pageSize: number;
  readonly receivedAt: number;
  readonly answeredAt: number;
}

/** What was asked of the shop since its log was cleared. */
export interface Traffic {
  readonly requests: number;
  readonly pages: readonly PageRequest[];
  /** Most requests that were at work at a time. */
  readonly mostInFlight: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What an editor did while somebody was reading. */
export interface Edits {
  readonly saved: number;
  readonly created: number;
  readonly removed: number;
}

/** A record as it is in the shop, told by what one compares. */
export interface RecordDigest {
  readonly id: number;
  readonly updatedAt: string;
  readonly email: string;
  readonly lastname: string;
}

/** What the process of the shop does when it is asked; every answer fits into JSON. */
export interface ShopControl {
  start(setup: ShopSetup): { readonly url: string; readonly largestId: number; readonly rows: number };
  /** Of all records, or of those in some ranges of ids. */
  checksum(entity: string, ranges?: readonly IdRange[]): Checksum;
  traffic(): Traffic;
  clearTraffic(): void;
  /** From now on somebody works in the shop: so many edits for every hundred rows that a list has shown. */
  startEdits(perHundredRows: number, seed: number): void;
  stopEdits(): Edits;
  digests(): readonly RecordDigest[];
  /** Deletes so many customers, spread over all ids; returns their ids. */
  removeCustomers(count: number): readonly number[];
  /** CPU time of the process in seconds and its memory in megabytes. */
  usage(): { readonly cpuSeconds: number; readonly rssMb: number };
}
