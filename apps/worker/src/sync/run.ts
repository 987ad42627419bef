import { isOutage, MagentoNetworkError, MagentoTimeoutError } from '@magento-sync/magento-client';
import { traced } from '../telemetry.ts';
import { CancelledError, watchCancellation } from './cancellation.ts';
import type { EntityDescriptor, EntityName, EntityPage, PageCommit } from './entity/entity.ts';
import type { Cause, PageOutcome, PageReport, Stop, SyncContext } from './ports.ts';
import { type GuardedEntity, guardEntity, type QuarantineRetry } from './reading/index.ts';

/** How a use case ended. */
export type RunStatus = 'succeeded' | 'incomplete' | 'interrupted';

/** What every use case hands back at least. */
export interface RunResult {
  readonly status: RunStatus;
  /** Why work is left; required by every status but 'succeeded'. */
  readonly reason?: string;
}

/** A result that also leaves numbers with its run. */
export interface DetailedResult extends RunResult {
  readonly details?: Record<string, unknown>;
}

/** What a run is about. */
export interface RunSubject {
  readonly entity: EntityName | 'reference-data';
  readonly kind:
    | 'pull'
    | 'backfill'
    | 'sweep'
    | 'reconcile'
    | 'verify'
    | 'hints'
    | 'resync'
    | 'reference-data';
  readonly details?: Record<string, unknown>;
}

type Shop = Pick<SyncContext, 'shop'>;
type Entity = Pick<EntityDescriptor, 'name'>;

/** Names of all that only one process may do at a time; those of the database's own work stand beside its locks. */
export const lockNames = {
  personalData: ({ shop }: Shop) => `personal-data:${shop}`,
  pull: ({ shop }: Shop, { name }: Entity) => `pull:${shop}:${name}`,
  /** A sweep of recent rows and one of all may run side by side. */
  sweep: ({ shop }: Shop, { name }: Entity, range: string) =>
    `sweep:${shop}:${name}${range === 'all' ? '' : `:${range}`}`,
  backfillPlan: ({ shop }: Shop, { name }: Entity) => `backfill-plan:${shop}:${name}`,
  backfillRange: ({ shop }: Shop, { name }: Entity, range: string) => `backfill:${shop}:${name}:${range}`,
  backfillFlow: ({ shop }: Shop, { name }: Entity) => `backfill-flow:${shop}:${name}`,
  verify: ({ shop }: Shop, { name }: Entity) => `verify:${shop}:${name}`,
  reconcile: ({ shop }: Shop, { name }: Entity) => `reconcile:${shop}:${name}`,
  hints: ({ shop }: Shop, { name }: Entity) => `hints:${shop}:${name}`,
} as const;

/** Somebody else is doing it; nothing was done. */
export interface Busy {
  readonly kind: 'busy';
}

/** Does the work unless somebody else is doing it. The work's signal also fires when the lock is lost. */
export async function unlessBusy<T>(
  context: SyncContext,
  lockName: string,
  stop: Stop,
  work: (stop: Stop) => Promise<T>,
): Promise<T | Busy> {
  const attempt = await context.locks.tryRun(lockName, stop.signal, (signal) => work({ ...stop, signal }));
  return attempt.acquired ? attempt.value : { kind: 'busy' };
}

const heartbeatEveryMs = 60_000;

/** In `details.cause` of a failed run: nobody answers for the shop, so that everything fails alike. */
export const shopAway = 'shop-away';

/**
 * Does the work as a recorded run: begun before it, finished with its result, or as failed with the error's message.
 *
 * The error goes on to the caller; one that comes from an abort is recorded as an interruption. When somebody cancels the
 * run, the stop that the work is given fires, and a `CancelledError` comes instead of its result.
 */
export async function recordRun<R extends DetailedResult>(
  context: SyncContext,
  subject: RunSubject,
  stop: Stop,
  work: (runId: number, stop: Stop) => Promise<R>,
): Promise<R> {
  const { runs } = context.store;
  const runId = await runs.start({
    shop: context.shop,
    entity: subject.entity,
    kind: subject.kind,
    details: subject.details ?? {},
  });
  // Also while no page is written, for example while the shop is in maintenance.
  const beating = setInterval(() => void runs.heartbeat(runId).catch(() => {}), heartbeatEveryMs);
  using watch = watchCancellation(context, runId, stop);
  try {
    const { shop } = context;
    const { entity, kind } = subject;
    const attributes = {
      'magento_sync.shop': shop,
      'magento_sync.entity': entity,
      'magento_sync.run': runId,
    };
    const result = await traced(kind, attributes, () => work(runId, watch.stop));
    const { status, reason, details } = result;
    await runs.finish(runId, { status, ...(reason ? { reason } : {}), ...(details ? { details } : {}) });
    const cancelled = status === 'interrupted' ? await watch.cancelled() : undefined;
    if (cancelled) throw cancelled;
    return result;
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const status = stop.signal.aborted ? 'interrupted' : 'failed';
    // The first error is the one that matters: a database that is gone cannot record its own loss.
    await runs
      .finish(runId, { status, reason, ...(isAway(error) ? { details: { cause: shopAway } } : {}) })
      .catch(() => {});
    throw (await watch.cancelled()) ?? error;
  } finally {
    clearInterval(beating);
    // What is left is summed up by the next run.
    await context.store.rowCounts.sumUp(context.shop).catch(() => {});
  }
}

/** A request that was cut off in the middle of an answer is no sign that the shop is well either. */
function isAway(error: unknown): boolean {
  return isOutage(error) || error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError;
}

/** What pages that were written amount to. */
export interface Totals {
  pages: number;
  rows: number;
  inserted: number;
  updated: number;
  unchanged: number;
}

/** A run at work: the entity as it reads it, on whose account it writes, and when it has to end. */
export interface Run {
  readonly entity: GuardedEntity;
  readonly account: Pick<PageCommit, 'runId' | 'cause'>;
  readonly stop: Stop;
  /** Of all pages written so far. */
  readonly totals: Totals;
  /** Writes a page together with the position after it, counts it and tells it. */
  write(page: EntityPage<unknown>, checkpoint: PageCommit['checkpoint']): Promise<PageOutcome>;
  /** Tells what happened with a page to whoever watches. */
  tell(page: Omit<PageReport, 'entity' | 'cause'>): void;
}

/** On whose account a run reads, and what of the quarantine it tries again. */
export interface RunAccount extends Pick<PageCommit, 'runId' | 'cause'> {
  readonly retries?: QuarantineRetry;
}

/** Opens the entity for a run that is recorded already. */
export async function openRun(
  context: SyncContext,
  descriptor: EntityDescriptor,
  { runId, cause, retries }: RunAccount,
  stop: Stop,
): Promise<Run> {
  const account = { runId, cause };
  const entity = await guardEntity(context, descriptor, account, stop.signal, retries);
  const totals: Totals = { pages: 0, rows: 0, inserted: 0, updated: 0, unchanged: 0 };
  const tell: Run['tell'] = (page) => context.onPage?.({ entity: entity.name, cause, ...page });
  return {
    entity,
    account,
    stop,
    totals,
    tell,
    async write(page, checkpoint) {
      const { size: rows, durationMs, bytes } = page;
      const outcome = await traced(
        'page',
        { 'magento_sync.entity': entity.name, 'magento_sync.rows': rows, 'magento_sync.bytes': bytes },
        () => traced('transaction', {}, () => page.write({ ...account, checkpoint })),
        { startedAtMs: Date.now() - durationMs },
      );
      totals.pages += 1;
      totals.rows += page.size;
      totals.inserted += outcome.inserted;
      totals.updated += outcome.updated;
      totals.unchanged += outcome.unchanged;
      tell({ range: checkpoint.key.range, rows, outcome, durationMs, bytes });
      return outcome;
    },
  };
}

/** How a use case is recorded, and on what account it reads. */
export interface RunKind extends Pick<RunSubject, 'kind' | 'details'> {
  readonly cause: Cause;
  readonly retries?: QuarantineRetry;
}

/** Does the work as a recorded run of an entity, whose reads are guarded. */
export function runOf<R extends DetailedResult>(
  context: SyncContext,
  descriptor: EntityDescriptor,
  { kind, details, ...account }: RunKind,
  stop: Stop,
  work: (run: Run) => Promise<R>,
): Promise<R> {
  const subject = { entity: descriptor.name, kind, ...(details ? { details } : {}) };
  return recordRun(context, subject, stop, async (runId, until) =>
    work(await openRun(context, descriptor, { runId, ...account }, until)),
  );
}

/** The end of a run that has reasons to be incomplete, all of them told; `undefined` without any. */
export function incompleteFor(
  ...reasons: readonly (string | null | undefined)[]
): { readonly status: 'incomplete'; readonly reason: string } | undefined {
  const told = reasons.filter((reason) => reason !== null && reason !== undefined);
  return told.length > 0 ? { status: 'incomplete', reason: told.join(' ') } : undefined;
}
