import { createHash } from 'node:crypto';
import { copiedOrder, list } from '../../tests/chaos/played/copied-order.ts';

type Json = Readonly<Record<string, unknown>>;

/** Adds up records without regard to their order. */
export interface Summing {
  add(record: Json): void;
  readonly rows: number;
  readonly sum: string;
}

/**
 * Starts a sum over the contents of records: half of the SHA-1 of each one's JSON with sorted keys, added up modulo 2^64.
 *
 * Both sides are read by code that shares nothing with the worker, so that a hash that is too cheap there is noticed here.
 */
export function summing(): Summing {
  let rows = 0;
  let sum = 0n;
  return {
    add(record) {
      rows += 1;
      const digest = createHash('sha1')
        .update(JSON.stringify(sorted(record)))
        .digest();
      sum = BigInt.asUintN(64, sum + digest.readBigUInt64BE(0));
    },
    get rows() {
      return rows;
    },
    get sum() {
      return sum.toString(16);
    },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** What the copy keeps of a record that the shop shows. */
export const kept = (entity: string, record: Json): Json =>
  entity === 'orders' ? copiedOrder(record) : record;

/** Tables that hold the parts of a record, with the ids of those that it shows. */
export const partsOf: Readonly<
  Record<
    string,
    readonly { readonly table: string; readonly key: string; ids(record: Json): readonly number[] }[]
  >
> = {
  customers: [
    {
      table: 'customer_addresses',
      key: 'id',
      ids: ({ addresses }) => list(addresses).map(({ id }) => Number(id)),
    },
  ],
  orders: [
    {
      table: 'order_items',
      key: 'item_id',
      ids: ({ items }) => list(items).map(({ item_id: id }) => Number(id)),
    },
  ],
};
