/** What JSON has between braces. */
export type Json = Readonly<Record<string, unknown>>;

/** What a column holds for what the shop shows; only for columns that are not the member of their own name. */
export type Columns = Readonly<Record<string, (shown: Json) => unknown>>;

/** Parts of records, in a table of their own. */
export interface PlayedParts {
  readonly table: string;
  /** What several are called. */
  readonly plural: string;
  /** Column with the id of the record. */
  readonly parent: string;
  /** Columns by which one is known again. */
  readonly key: readonly string[];
  of(shown: Json): readonly Json[];
  readonly columns?: Columns;
}

/** A kind of record that a story plays with, as the shop and people know it: no code and no definition of the worker is behind it. */
export interface Played {
  /** As in `ENTITIES`; the table has that name as well. */
  readonly name: string;
  /** What one of them is called. */
  readonly record: string;
  /** End of the path of the list, and beginning of all its paths. */
  readonly list: string;
  readonly single: RegExp;
  /** Column, and member, with the id. */
  readonly key: string;
  readonly stamp: string;
  readonly columns: Columns;
  /** The column whose last known value stays. */
  readonly remembered?: string;
  readonly parts: readonly PlayedParts[];

  ids(): number[];
  /** Id and `updated_at` of every row. */
  stamps(): (readonly [id: number, stamp: string])[];
  /** The rows as the list shows them now, without what is never copied. */
  shown(): Json[];
  /** What is believed of a row that is read by its own route; all of it when absent. */
  shownAlone?(shown: Json): Json;
  /** The rows as the list shows them now, to the letter. */
  listed(): Json[];
  /** Rows that make every answer with one of them a 500. */
  readonly poison: Set<number>;
  /** How Magento itself says that there is no such row. */
  absent(id: number): string;

  /** A save that moves the stamp. */
  save(id: number, text: string): void;
  /** Direct SQL that moves the stamp, by the clock of the database. */
  saveBySql(id: number, text: string): void;
  /** A save that is stamped now and committed when the returned function is called. */
  saveLate(id: number, text: string): () => void;
  /** A new row that is stamped now and committed when the returned function is called; undefined when there is none to be had. */
  createLate(text: string): (() => void) | undefined;
  /** A change that moves no stamp, or sets it as given. */
  change(id: number, text: string, stamp?: string): void;
  /** Puts another row under the id of this one. */
  replace(id: number): void;
  /** Takes a row away; the returned function brings it back as it was. */
  remove(id: number): () => void;
}
