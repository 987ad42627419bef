import { createHmac } from 'node:crypto';
import type { PersonalData } from '@magento-sync/magento-client';
import type { StorageConfig } from './config/config.ts';
import type { KeptPersonalData } from './sync/personal-data/settle-choice.ts';

/** 128 bits, in hex: nobody finds two e-mail addresses with one hash, and a column stays readable. */
const hashLength = 32;

/** The choice with its hash, which is HMAC-SHA-256: without the key no list of addresses can be tried out on it. */
export function personalDataOf({ personalData: { key, ...choice } }: StorageConfig): PersonalData {
  return { ...choice, hash: (text) => keyed(key?.reveal() ?? '', text) };
}

/** The choice as the copy remembers it: the key by a name that says nothing of it. */
export function keptPersonalDataOf({ personalData: { preset, keep, key } }: StorageConfig): KeptPersonalData {
  const keyId = preset === 'pseudonymous' && key ? keyed(key.reveal(), 'id of this key').slice(0, 8) : null;
  return { preset, keep: keep.toSorted(), keyId };
}

function keyed(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, hashLength);
}
