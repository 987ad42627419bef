import type { Entity } from '@magento-sync/entities';
import type { RestClient } from '../http/rest.ts';
import { chosenMembers, type PersonalData } from '../payloads/choose-members.ts';
import { readRecord, type SourceRecord } from '../payloads/read-record.ts';
import { createRecordReads } from './record-reads.ts';

/** The records of one entity as its definition reads them. */
export type EntityRecords<E extends Entity = Entity> = ReturnType<typeof createRecordReads<SourceRecord<E>>>;

/** Gives out the reads of an entity, whose records have the columns of its definition. */
export type RecordsOf = <E extends Entity>(entity: E) => EntityRecords<E>;

/** Gives out the reads of each entity; each is made once, because it remembers what a shop wants. */
export function createRecords(rest: RestClient, personal?: PersonalData): RecordsOf {
  const made = new Map<string, EntityRecords>();
  return <E extends Entity>(entity: E) => {
    const known = made.get(entity.name);
    if (known) return known as unknown as EntityRecords<E>;
    const single = { ...entity, repeats: [...entity.repeats, ...(entity.listsOnly ?? [])] };
    const members = chosenMembers(entity, personal);
    // Before anything else is made of it: what is not wanted is neither hashed nor seen by anybody.
    const choose = members?.choose ?? ((sent: unknown) => sent);
    const reads = createRecordReads<SourceRecord>(
      rest,
      entity,
      {
        parse: (value, path, json) => readRecord(entity, choose(value), path, members ? undefined : json),
        parseSingle: (value, path, json) =>
          readRecord(single, choose(value), path, members ? undefined : json),
        keyOf: (record) => record,
      },
      members?.fields ?? undefined,
    );
    made.set(entity.name, reads);
    return reads as unknown as EntityRecords<E>;
  };
}
