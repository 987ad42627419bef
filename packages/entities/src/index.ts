import { creditMemos } from './credit-memos.ts';
import { customers } from './customers.ts';
import type { Entity } from './entity.ts';
import { invoices } from './invoices.ts';
import { orders } from './orders.ts';
import { shipments } from './shipments.ts';

export type { Column, Kind } from './column.ts';
export type { AttributeView, ChildTable, Entity, EntityEvent, Index, RecordTable, Table } from './entity.ts';
export {
  type PersonalDataChoice,
  personalColumns,
  personalDataPresets,
  type Treatment,
  treatmentsOf,
} from './personal-data.ts';
export type { PartsOf, RowOf, ValueOf } from './row.ts';
export { creditMemos, customers, invoices, orders, shipments };

/** Every kind of record that can be copied, in the order in which they are read. */
export const entities: readonly Entity[] = [customers, orders, invoices, shipments, creditMemos];

/** What is copied unless something else is chosen. */
export const defaultEntities: readonly Entity[] = [customers];

/** The names of entities; the same in commands, jobs, checkpoints and metrics. */
export function namesOf(some: readonly Entity[]): string[] {
  return some.map(({ name }) => name);
}
