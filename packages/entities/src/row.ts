import type { Kind } from './column.ts';
import type { Entity, Table } from './entity.ts';

interface Values {
  text: string;
  flag: boolean;
  /** `YYYY-MM-DD` */
  day: string;
  /** UTC, `YYYY-MM-DD HH:MM:SS` */
  time: string;
  integer: number;
  id: number;
  reference: number;
  /** A text where it has more digits than a number of JavaScript holds. */
  money: number | string;
  rate: number | string;
  quantity: number | string;
  texts: readonly string[];
  attributes: Readonly<Record<string, unknown>>;
  members: Readonly<Record<string, unknown>>;
  json: unknown;
}

/** What a column of a kind holds as it is read from the shop. */
export type ValueOf<K extends Kind> = Values[K];

/** The row of a table by its columns, as its definition says: `RowOf<typeof orders.table>['grand_total']`. */
export type RowOf<T extends Table> = {
  readonly [Name in keyof T['columns']]: ValueOf<T['columns'][Name]['kind']> | null;
};

/** The parts of a record by the names of their tables. */
export type PartsOf<E extends Entity> = {
  readonly [Child in E['children'][number] as Child['name']]: readonly RowOf<Child>[];
};
