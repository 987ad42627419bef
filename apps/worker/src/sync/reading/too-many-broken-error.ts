import type { MagentoError } from '@magento-sync/magento-client';

/** So many records break the shop's answers that it is not about single ones. */
export class TooManyBrokenRecordsError extends Error {
  override readonly name = 'TooManyBrokenRecordsError';

  /** `what` says which records break the answers, as the beginning of a sentence. */
  constructor(what: string, error: MagentoError) {
    super(
      `${what}: that is a broken module, firewall or proxy, not single records. Repair it first; ` +
        `"magento-sync status" lists the ids. The last trouble: ${error.message}`,
      { cause: error },
    );
  }
}
