import { hash } from 'node:crypto';
import type { SentRecord } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import { ByteWriter } from '@magento-sync/exact-json';
import type { SourceRecord } from '@magento-sync/magento-client';
import { contentHash } from './content-hash.ts';

/**
 * Counts up whenever the code that reads a record makes something else of it (`readRecord`, `readValue`, the rows of a
 * page, the content hash): then what was sent alike is not equal any more. Definitions count by themselves.
 */
const rulesOfReading = 2;

const rulesOf = new WeakMap<Entity, string>();
/** Records are digested one after the other: all of them use the same place. */
const said = new ByteWriter(65_536);

/**
 * 128 bits, in hex, over a record as it was sent and over the rules by which it is read.
 *
 * Everything that the copy keeps follows from these two, so that equal digests spare reading, cleaning and comparing a
 * record. Other spellings of the same content have other digests: then the content hash decides.
 *
 * The first half of SHA-256: among 10^10 records the chance that any two are taken for each other by accident is below
 * 10^-18, and nobody has found two texts of one digest on purpose. A checksum of 32 or 64 bits would lose edits.
 *
 * @param json of the record without its secrets, which therefore cannot be guessed from the digest.
 */
export function sentHash(entity: Entity, json: string): string {
  said.clear();
  said.write(rulesFor(entity));
  said.write(json);
  return hash('sha256', said.bytes(), 'hex').slice(0, 32);
}

/** A changed definition may cut other secrets or read other columns; regular expressions of events do not matter. */
export function rulesFor(entity: Entity): string {
  const known = rulesOf.get(entity);
  if (known !== undefined) return known;
  const rules = hash('sha256', JSON.stringify([rulesOfReading, entity]), 'hex');
  rulesOf.set(entity, rules);
  return rules;
}

/** A record as the copy asks about it: first by its digests, then, when its row is not equal, as a whole. */
export function toSentRecord(entity: Entity, record: SourceRecord): SentRecord {
  const { id, updatedAt, raw, json } = record;
  const digest = sentHash(entity, json);
  return {
    id,
    updatedAt,
    sentHash: digest,
    contentHash: () => contentHash(raw, entity),
    read: () => ({
      id,
      row: record.row,
      children: record.children,
      raw,
      json,
      contentHash: contentHash(raw, entity),
      sentHash: digest,
    }),
  };
}
