import type { AddressRecord, CustomerRecord } from '@magento-sync/db';
import type { Customer, CustomerAddress } from '@magento-sync/magento-client';
import { contentHash } from './content-hash.ts';

/** Turns what the shop says about a customer into the row of the copy; what is `null` there is `null` here. */
export function mapCustomer(customer: Customer): CustomerRecord {
  const { createdAt, updatedAt, addresses, ...fields } = customer;
  return {
    ...fields,
    contentHash: contentHash(customer.raw),
    sourceCreatedAt: createdAt,
    sourceUpdatedAt: updatedAt,
    addresses: addresses.map(mapAddress),
  };
}

function mapAddress(address: CustomerAddress): AddressRecord {
  return { ...address };
}
