import { type Customer, type CustomerField, type KeysetPage, searchCriteria } from '@magento-sync/magento-client';
import type { EntityDescriptor, EntityPage } from './entity.ts';
import { mapCustomer } from './map-customer.ts';
import type { SyncContext } from './ports.ts';

/** Customers with their addresses: the first entity. */
export const customers: EntityDescriptor = {
  name: 'customers',

  async *pagesChangedSince(context, position, { signal }) {
    const { pageSize } = context.settings;
    for await (const page of context.magento.customers.pagesChangedSince(position, { pageSize, signal })) {
      yield entityPage(context, page);
    }
  },

  async *pagesInIdRange(context, { afterId, upToId }, { signal }) {
    const range = upToId === null ? { afterId } : { afterId, upToId };
    const { pageSize } = context.settings;
    for await (const page of context.magento.customers.pagesInIdRange(range, { pageSize, signal })) {
      yield entityPage(context, page);
    }
  },

  async survey(context, signal) {
    const newest = searchCriteria<CustomerField>().sortBy('entity_id', 'DESC').pageSize(1);
    const { items, serverDate, durationMs } = await context.magento.customers.search(newest, { signal });
    const startedAt = askedAt(serverDate, durationMs) ?? context.clock.now();
    return { startedAt, largestId: items[0]?.id ?? 0 };
  },

  count(context, signal) {
    return context.magento.customers.count(searchCriteria<CustomerField>(), { signal });
  },

  countInCopy(context, { afterId, upToId }) {
    return context.store.customers.countInRange(context.shop, afterId, upToId);
  },
};

function entityPage<Next>(context: SyncContext, page: KeysetPage<Customer, Next>): EntityPage<Next> {
  return {
    size: page.items.length,
    totalCount: page.totalCount,
    shopDate: askedAt(page.serverDate, page.durationMs),
    durationMs: page.durationMs,
    bytes: page.bytes,
    stamps: page.items.map((customer) => customer.updatedAt),
    next: page.next,
    last: page.last,
    async write({ runId, cause, checkpoint }) {
      const outcome = await context.store.customers.writePage({
        shop: context.shop,
        runId,
        cause,
        readAt: page.receivedAt,
        customers: page.items.map(mapCustomer),
        verified: true,
        checkpoint,
      });
      const { adjustments } = outcome;
      if (adjustments.length > 0) {
        context.log.warn({ adjustments }, 'some values fit no column; they are kept in "raw" alone');
      }
      return outcome;
    },
  };
}

/** The shop stamps its answer when it begins to send it; the rows were read before that. */
function askedAt(serverDate: Date | null, durationMs: number): Date | null {
  return serverDate && new Date(serverDate.getTime() - durationMs);
}
