import { customers } from './customers.ts';
import type { Entity } from './entity.ts';

export type { Column, Kind } from './column.ts';
export type { ChildTable, Entity, EntityEvent, Index, RecordTable, Table } from './entity.ts';
export { customers };

/** Every kind of record that can be copied, in the order in which they are read. */
export const entities: readonly Entity[] = [customers];

/** Their names; the same in commands, jobs, checkpoints and metrics. */
export const entityNames: readonly string[] = entities.map(({ name }) => name);

/** The entity of a name; undefined when there is none. */
export function findEntity(name: string): Entity | undefined {
  return entities.find((entity) => entity.name === name);
}
