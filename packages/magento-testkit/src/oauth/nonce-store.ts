/** How many characters of a nonce the column holds; the rest is cut off without a word. */
const COLUMN_LENGTH = 32;

/** What storing a nonce came to: stored, found in use, or refused by the column's unique index. */
export type NonceVerdict = 'stored' | 'used' | 'collision';

/**
 * The nonces that consumers have used.
 *
 * A nonce is looked up whole but stored in 32 characters, and the column ignores case. So the same nonce is
 * found as used, while two long ones with an equal beginning collide only when the second is written.
 * Magento: module-integration/Model/Oauth/Nonce/Generator.php, table oauth_nonce.
 */
export class NonceStore {
  readonly #stored = new Set<string>();

  store(consumerId: number, nonce: string): NonceVerdict {
    if (nonce !== '' && this.#stored.has(rowKey(consumerId, nonce))) return 'used';
    const row = rowKey(consumerId, nonce.slice(0, COLUMN_LENGTH));
    if (this.#stored.has(row)) return 'collision';
    this.#stored.add(row);
    return 'stored';
  }

  /** Forgets everything, as a truncated table would. */
  clear(): void {
    this.#stored.clear();
  }
}

function rowKey(consumerId: number, nonce: string): string {
  return `${consumerId} ${nonce.toLowerCase().replace(/ +$/, '')}`;
}
