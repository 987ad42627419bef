/**
 * What a column holds:
 *
 * - `text`, `flag` (yes or no), `day`, `time` (UTC, to the second)
 * - `integer` (store views and other small numbers), `id` (of Magento), `reference` (an id of which 0 means none)
 * - `money`, `rate`, `quantity`: exact decimals with 4, 8 and 4 places
 * - `texts`: a list of lines
 * - `attributes`: a list of codes and values, kept as an object by code
 * - `members`: an object whose members modules add
 * - `json`: anything
 */
export type Kind =
  | 'text'
  | 'flag'
  | 'day'
  | 'time'
  | 'integer'
  | 'id'
  | 'reference'
  | 'money'
  | 'rate'
  | 'quantity'
  | 'texts'
  | 'attributes'
  | 'members'
  | 'json';

/** A column of a copied table, and where its value stands in what the shop sends. */
export interface Column {
  readonly kind: Kind;
  /** What people read beside the column in the database. */
  readonly comment: string;
  /** Whether it outlives the erasure of the person; every other column is emptied then. */
  readonly kept: boolean;
  /** Where the JSON has it, when not under the name of the column; of several places the first that is there counts. */
  readonly from?: string | readonly string[];
  /** The value where the shop shows none; such a column is never null. */
  readonly otherwise?: false | 0 | '';
  /** The reference data to which its values point by their ids; an unknown one is a reason to read all of it. */
  readonly pointsTo?: 'customer_groups' | 'websites' | 'store_views';
  /** Whether the last known value stays when the shop shows none any more. */
  readonly remembered?: true;
}

type Details = Omit<Column, 'kind' | 'comment' | 'kept'>;

function columnsThatAre({ kept }: { kept: boolean }) {
  const column =
    <K extends Kind>(kind: K) =>
    (comment: string, details: Details = {}) => ({ kind, comment, kept, ...details });
  return {
    text: column('text'),
    flag: column('flag'),
    day: column('day'),
    time: column('time'),
    integer: column('integer'),
    id: column('id'),
    reference: column('reference'),
    money: column('money'),
    rate: column('rate'),
    quantity: column('quantity'),
    texts: column('texts'),
    attributes: column('attributes'),
    members: column('members'),
    json: column('json'),
  };
}

/** Columns that say something about a person: an erasure empties them. */
export const personal = columnsThatAre({ kept: false });

/** Columns that stay when a person is erased: numbers, states, times, and ids of things. */
export const kept = columnsThatAre({ kept: true });
