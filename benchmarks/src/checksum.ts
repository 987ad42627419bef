import { createHash } from 'node:crypto';

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

const list = (value: unknown) => (value ?? []) as readonly Json[];

/** Without the members of these names; a name may end in `*`. */
function without(row: Json, ...names: string[]): Json {
  const isMeant = (member: string) =>
    names.some((name) => (name.endsWith('*') ? member.startsWith(name.slice(0, -1)) : member === name));
  return Object.fromEntries(Object.entries(row).filter(([member]) => !isMeant(member)));
}

/** What the copy keeps of a record that the shop shows: an order without its secrets and without what it says twice. */
export function kept(entity: string, record: Json): Json {
  if (entity !== 'orders') return record;
  const { payment, items, extension_attributes: extension } = record as Record<string, Json | undefined>;
  const assignments = extension?.['shipping_assignments'];
  const vault = payment?.['extension_attributes'];
  return {
    ...without(record, 'protect_code'),
    ...(payment
      ? {
          payment: {
            ...without(payment, 'additional_information', 'additional_data', 'cc_*', 'echeck_*'),
            ...(vault ? { extension_attributes: without(vault as Json, 'vault_payment_token') } : {}),
          },
        }
      : {}),
    items: list(items).map((item) => without(item, 'parent_item')),
    extension_attributes: {
      ...without(extension ?? {}, 'payment_additional_info'),
      ...(assignments ? { shipping_assignments: list(assignments).map((one) => without(one, 'items')) } : {}),
    },
  };
}

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
