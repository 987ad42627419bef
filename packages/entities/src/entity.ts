import type { Column } from './column.ts';

/** An index, beside the ones that every table has; the shop comes first in each. */
export interface Index {
  readonly on: readonly string[];
  /** For searches that ignore upper and lower case. */
  readonly lower?: true;
  /** Only rows in which this column is null. */
  readonly without?: string;
}

/** A table of the copy; the machinery adds the shop, what was sent (`raw`), and when it was seen, changed, deleted. */
export interface Table {
  readonly name: string;
  readonly comment: string;
  /** In the order in which people see them. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly indexes: readonly Index[];
}

/** The table of the records themselves. */
export interface RecordTable extends Table {
  /** Column with the id in Magento. */
  readonly key: string;
  /** Column with the time of creation; another time under the same id is another record. */
  readonly createdAt: string;
  /** Column with the stamp by which changes are read. */
  readonly updatedAt: string;
}

/** A table of parts of a record. They have no life of their own: with their record they are replaced as a set. */
export interface ChildTable extends Table {
  /** What one of them is called. */
  readonly record: string;
  /** Columns by which one is known again. */
  readonly key: readonly string[];
  /** Column with the id of the record that a part belongs to. */
  readonly parent: string;
  /** Where the JSON has them: lists, or single objects; parts from all places are put together. */
  readonly from: readonly string[];
  /** Where older releases have them, when nothing is found in the places above. */
  readonly before?: string;
}

/**
 * A kind of record that is copied: everything that is particular about it.
 *
 * Paths in the JSON are names joined by dots; a list on the way stands for all its elements, for a column for the first.
 */
export interface Entity {
  /** In commands, jobs, checkpoints, metrics. */
  readonly name: string;
  /** What one of them is called. */
  readonly record: string;

  readonly list: string;
  /** Route of one record; its variable is the id. */
  readonly single: string;
  /** The right that both routes ask for, and its name in releases before 2.3.1 where that is another. */
  readonly right: { readonly name: string; readonly before231?: string };
  /** Name of the id for filters and sort orders. */
  readonly id: { readonly filter: string; readonly sort: string };
  /** Name of the stamp for filters and sort orders; `qualified` for filters in shops where joins make it ambiguous. */
  readonly stamp: { readonly filter: string; readonly sort: string; readonly qualified: string | null };
  /** How Magento itself says that there is no such record: the parameter that names the id, or a sentence. */
  readonly absence: { readonly parameter: string } | { readonly message: string };
  /** Rows of the first page, and most rows of a page that are of any use. */
  readonly page: { readonly first: number; readonly most: number };

  readonly table: RecordTable;
  readonly children: readonly ChildTable[];

  /** Paths that are cut before anything else happens: never stored, hashed or logged. A name may end in `*`. */
  readonly secrets: readonly string[];
  /** Paths that repeat what stands elsewhere in the same record; cut as well. */
  readonly repeats: readonly string[];
  /** Paths about which only lists are believed, because the route of single records says something else; cut from that. */
  readonly listsOnly?: readonly string[];
  /** Top-level members that make no difference of content. */
  readonly uncounted: readonly string[];
  /** Members by which elements of lists are known, because Magento sends lists in any order. */
  readonly listKeys: readonly string[];

  /** Whose personal data a record holds: columns that name the customer, or the column that names the order. */
  readonly person: { readonly customer: string; readonly email: string } | { readonly order: string };
  /** Within how many days rows change without a stamp; these are compared more often than all others. */
  readonly recentDays: number | null;
  /** Events of Adobe Commerce that are about such a record, and where they carry its id; the first that fits counts. */
  readonly events: readonly EntityEvent[];
  /** For entities whose attributes a shop defines. */
  readonly attributes: {
    /** What Magento calls such a record where it describes attributes. */
    readonly of: string;
    /** The column that holds them by code. */
    readonly column: string;
    readonly view: AttributeView;
  } | null;
}

/** A view of living records with one typed column an attribute. */
export interface AttributeView {
  readonly name: string;
  /**
   * What stands before the attributes: columns of the table; or names of flags that say whether a column is empty.
   * A column that points to reference data is followed by the code that its id stands for.
   */
  readonly columns: readonly (string | { readonly name: string; readonly empty: string })[];
}

/** A family of events. */
export interface EntityEvent {
  /** Expression that the name of the event matches. */
  readonly named: RegExp;
  /** Members that may hold the id, in the order in which they are looked at. */
  readonly ids: readonly string[];
  /** Expression that matches names which say that the record was deleted. */
  readonly deleted?: RegExp;
  /** Whether such an event may be about no record at all. */
  readonly optional?: true;
}
