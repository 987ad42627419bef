import { PermissionError } from '@magento-sync/magento-client';
import type { SyncContext } from './ports.ts';
import { type RunResult, recordRun } from './run-record.ts';

/** What a refresh of the reference data did. */
export interface ReferenceDataResult extends RunResult {
  /** Number of records read, by kind. */
  readonly records: Readonly<Record<string, number>>;
}

/** One kind of reference data: reads all of it and replaces the copy in one transaction. */
type Refresh = (context: SyncContext, signal: AbortSignal) => Promise<number>;

const refreshes: Readonly<Record<string, Refresh>> = {
  async customer_groups({ magento, store, shop, clock }, signal) {
    const groups = await magento.customerGroups.all({ signal });
    await store.referenceData.replaceGroups({ shop, readAt: clock.now(), records: groups });
    return groups.length;
  },
  async websites({ magento, store, shop, clock }, signal) {
    const websites = await magento.stores.websites({ signal });
    await store.referenceData.replaceWebsites({ shop, readAt: clock.now(), records: websites });
    return websites.length;
  },
  async store_groups({ magento, store, shop, clock }, signal) {
    const groups = await magento.stores.storeGroups({ signal });
    await store.referenceData.replaceStoreGroups({ shop, readAt: clock.now(), records: groups });
    return groups.length;
  },
  async store_views({ magento, store, shop, clock }, signal) {
    const views = await magento.stores.storeViews({ signal });
    await store.referenceData.replaceStoreViews({ shop, readAt: clock.now(), records: views });
    return views.length;
  },
  async customer_attributes({ magento, store, shop, clock }, signal) {
    const attributes = await magento.customerAttributes.all('customer', { signal });
    await store.referenceData.replaceAttributes({
      shop,
      entityType: 'customer',
      readAt: clock.now(),
      records: attributes,
    });
    return attributes.length;
  },
  async address_attributes({ magento, store, shop, clock }, signal) {
    const attributes = await magento.customerAttributes.all('customerAddress', { signal });
    await store.referenceData.replaceAttributes({
      shop,
      entityType: 'customer_address',
      readAt: clock.now(),
      records: attributes,
    });
    return attributes.length;
  },
};

/**
 * Reads groups, the store tree and attributes, and replaces the copy of each.
 *
 * A kind that the account may not read is left as it is and makes the run incomplete; the others are read nevertheless.
 */
export async function refreshReferenceData(
  context: SyncContext,
  signal: AbortSignal,
): Promise<ReferenceDataResult> {
  return recordRun(context, { entity: 'reference-data', kind: 'reference-data' }, signal, async () => {
    const records: Record<string, number> = {};
    const refused: string[] = [];
    for (const [kind, refresh] of Object.entries(refreshes)) {
      try {
        records[kind] = await refresh(context, signal);
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error;
        refused.push(`${kind}: ${error.message}`);
      }
    }
    if (refused.length === 0) return { status: 'succeeded', records };
    return { status: 'incomplete', reason: refused.join(' '), records };
  });
}
