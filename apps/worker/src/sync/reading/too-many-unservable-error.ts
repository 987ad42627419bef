import type { ServerFault } from '@magento-sync/magento-client';

/** The shop fails over so many records that it is not about single ones. */
export class TooManyUnservableError extends Error {
  override readonly name = 'TooManyUnservableError';

  constructor(entity: string, id: number, fault: ServerFault) {
    super(
      `The shop fails over one more of the ${entity} (id ${id}) than can be set aside: that is a broken module, not single records. ` +
        `Repair the shop first; "magento-sync status" lists the ids. The last failure: ${fault.message}`,
      { cause: fault },
    );
  }
}
