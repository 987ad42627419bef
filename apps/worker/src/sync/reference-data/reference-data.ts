import { DependentViewsError, type FlatViewRefresh } from '@magento-sync/db';
import { PermissionError } from '@magento-sync/magento-client';
import type { Stop, SyncContext } from '../ports.ts';
import { isWorthWaiting } from '../reading/index.ts';
import { type DetailedResult, recordRun } from '../run.ts';
import { type AttributeChanges, changesOf } from './attribute-changes.ts';

/** What became of a view with one column an attribute; `blocked` means that views of others hang on it. */
export type FlatViewOutcome = FlatViewRefresh['outcome'] | 'blocked';

/** What a refresh of the reference data did. */
export interface ReferenceDataResult extends DetailedResult {
  /** Number of records read, by kind. */
  readonly records: Readonly<Record<string, number>>;
  /** What is new about attributes and their options, by kind; kinds without news are left out. */
  readonly attributes: Readonly<Record<string, AttributeChanges>>;
  /** By the name of the view. */
  readonly flatViews: Readonly<Record<string, FlatViewOutcome>>;
  /** Of all views that which deserves most attention. */
  readonly flatView: FlatViewOutcome;
}

interface Refreshed {
  readonly records: number;
  readonly attributes?: AttributeChanges;
}

/** One kind of reference data: reads all of it, and hands back what replaces the copy in one transaction. */
type Refresh = (context: SyncContext, signal: AbortSignal) => Promise<() => Promise<Refreshed>>;

const refreshes: Readonly<Record<string, Refresh>> = {
  async customer_groups({ magento, store, shop, clock }, signal) {
    const groups = await magento.customerGroups.all({ signal });
    const read = { shop, readAt: clock.now(), records: groups };
    return async () => {
      await store.referenceData.replaceGroups(read);
      return { records: groups.length };
    };
  },
  async websites({ magento, store, shop, clock }, signal) {
    const websites = await magento.stores.websites({ signal });
    const read = { shop, readAt: clock.now(), records: websites };
    return async () => {
      await store.referenceData.replaceWebsites(read);
      return { records: websites.length };
    };
  },
  async store_groups({ magento, store, shop, clock }, signal) {
    const groups = await magento.stores.storeGroups({ signal });
    const read = { shop, readAt: clock.now(), records: groups };
    return async () => {
      await store.referenceData.replaceStoreGroups(read);
      return { records: groups.length };
    };
  },
  async store_views({ magento, store, shop, clock }, signal) {
    const views = await magento.stores.storeViews({ signal });
    const read = { shop, readAt: clock.now(), records: views };
    return async () => {
      await store.referenceData.replaceStoreViews(read);
      return { records: views.length };
    };
  },
  customer_attributes: (context, signal) => refreshAttributes(context, 'customer', signal),
  address_attributes: (context, signal) => refreshAttributes(context, 'customer_address', signal),
};

/** Names of the two kinds of attributes in the shop's own addresses. */
const attributeRoutes = { customer: 'customer', customer_address: 'customerAddress' } as const;

async function refreshAttributes(
  { magento, store, shop, clock, log }: SyncContext,
  entityType: keyof typeof attributeRoutes,
  signal: AbortSignal,
): Promise<() => Promise<Refreshed>> {
  const records = await magento.customerAttributes.all(attributeRoutes[entityType], { signal });
  const readAt = clock.now();
  return async () => {
    const attributes = changesOf(
      await store.referenceData.replaceAttributes({ shop, entityType, readAt, records }),
    );
    // Said before the run ends: should another kind fail, the next run finds nothing new here.
    if (attributes) log.info({ entityType, ...attributes }, 'the attributes of the shop have changed');
    return { records: records.length, ...(attributes ? { attributes } : {}) };
  };
}

/** Number of kinds of reference data, each of which is read and replaced by itself. */
export const referenceKinds = Object.keys(refreshes).length;

/**
 * Reads groups, the store tree and attributes, replaces the copy of each, and makes the views of attributes fit. `onKind` is
 * told after each kind.
 *
 * A kind that the account may not read is left as it is and makes the run incomplete; the others are read nevertheless.
 * So does a view of somebody else that keeps one of ours from changing.
 */
export async function refreshReferenceData(
  context: SyncContext,
  stop: Stop,
  onKind: () => void = () => {},
): Promise<ReferenceDataResult> {
  const work = async ({ signal, pause }: Stop): Promise<ReferenceDataResult> => {
    const records: Record<string, number> = {};
    const attributes: Record<string, AttributeChanges> = {};
    const reasons: string[] = [];
    const failure = new AbortController();
    const reads = readAll(context, AbortSignal.any([signal, failure.signal]));
    const ends = Promise.allSettled(reads.map(({ read }) => read));
    let left = referenceKinds;
    for (const { kind, read } of reads) {
      if (pause.aborted) {
        failure.abort(pause.reason);
        await ends;
        break;
      }
      left -= 1;
      try {
        const refreshed = await (await read)();
        records[kind] = refreshed.records;
        if (refreshed.attributes) attributes[kind] = refreshed.attributes;
      } catch (error) {
        if (error instanceof PermissionError) {
          reasons.push(`${kind}: ${error.message}`);
          continue;
        }
        failure.abort(error);
        await ends;
        throw error;
      } finally {
        onKind();
      }
    }
    const flatViews = await refreshFlatViews(context, reasons);
    const outcomes = Object.values(flatViews);
    const flatView = bySeriousness.find((outcome) => outcomes.includes(outcome)) ?? 'unchanged';
    const details = { records, attributes, flatView };
    const result = { records, attributes, flatViews, flatView, details };
    if (left > 0) {
      const reason = `asked to stop; ${left} of ${referenceKinds} kinds are left as they were`;
      return { status: 'interrupted', reason, ...result };
    }
    if (reasons.length === 0) return { status: 'succeeded', ...result };
    return { status: 'incomplete', reason: reasons.join(' '), ...result };
  };
  const subject = { entity: 'reference-data', kind: 'reference-data' } as const;
  return recordRun(context, subject, stop, (_runId, until) => work(until));
}

/**
 * Reads all kinds side by side, as far as the budget allows; the copy is replaced one kind after the other.
 *
 * The first kind is read alone: what ails the whole shop, or the account, is met by one request and not by six.
 */
function readAll(context: SyncContext, signal: AbortSignal) {
  const patiently = (refresh: Refresh) => {
    const read = () => refresh(context, signal);
    return context.outages?.through(read, isWorthWaiting, signal) ?? read();
  };
  let first: Promise<unknown> | undefined;
  return Object.entries(refreshes).map(([kind, refresh]) => {
    const read = first ? first.then(() => patiently(refresh)) : patiently(refresh);
    first ??= read.catch((error: unknown) => {
      if (!(error instanceof PermissionError)) throw error;
    });
    return { kind, read };
  });
}

const bySeriousness: readonly FlatViewOutcome[] = ['blocked', 'rebuilt', 'extended', 'created', 'unchanged'];

async function refreshFlatViews(
  { store, log }: SyncContext,
  reasons: string[],
): Promise<Record<string, FlatViewOutcome>> {
  const outcomes: Record<string, FlatViewOutcome> = {};
  for (const { name, refresh } of store.flatViews)
    try {
      const { outcome, columns } = await refresh();
      outcomes[name] = outcome;
      if (outcome !== 'unchanged') log.info({ outcome, columns }, `${name} was made to fit`);
    } catch (error) {
      if (!(error instanceof DependentViewsError)) throw error;
      log.error({ dependents: error.dependents }, error.message);
      outcomes[name] = 'blocked';
      reasons.push(error.message);
    }
  return outcomes;
}
