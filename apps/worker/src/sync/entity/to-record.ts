import type { CopyRecord } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { SourceRecord } from '@magento-sync/magento-client';
import { contentHash } from './content-hash.ts';

/** Turns what the shop says about a record into what the copy keeps; what is `null` there is `null` here. */
export function toRecord(entity: Entity, { id, row, children, raw }: SourceRecord): CopyRecord {
  return { id, row, children, raw, contentHash: contentHash(raw, entity) };
}
