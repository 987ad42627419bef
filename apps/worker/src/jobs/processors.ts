import { closePlan, findPlan, openPlan } from '../sync/backfill/backfill-plan.ts';
import type { RangeOutcome } from '../sync/backfill/backfill-range.ts';
import { readRangeAndHelp } from '../sync/backfill/share-ranges.ts';
import { type CancelWatch, watchCancellation } from '../sync/cancellation.ts';
import { probeCapabilities } from '../sync/capabilities/capabilities.ts';
import { entityOf } from '../sync/entity/entities.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import { type Kept, prune } from '../sync/feed/prune.ts';
import { followHints } from '../sync/hints/follow-hints.ts';
import type { SyncContext } from '../sync/ports.ts';
import { pullChanges } from '../sync/pull/pull.ts';
import { reconcile as reconcileRows } from '../sync/reconcile/reconcile.ts';
import { refreshReferenceData } from '../sync/reference-data/reference-data.ts';
import { refreshToken } from '../sync/refresh-token.ts';
import { resync as resyncRecords } from '../sync/resync/resync.ts';
import {
  allPeriodMs,
  recentMs,
  type SlowSweeps,
  type SweepOptions,
  sweep as sweepRows,
} from '../sync/sweep/sweep.ts';

import { type VerifyOptions, verify as verifySides } from '../sync/verify/verify.ts';
import { ensureBackfillFlow } from './backfill-flow.ts';
import type { Processors } from './contract.ts';
import type { Queues } from './queues.ts';
import { BusyError, InterruptedError } from './settle.ts';

/** What the handlers work with. */
export interface ProcessorServices {
  readonly sync: SyncContext;
  readonly queues: Queues;
  readonly sweepPeriodMs: number;
  /** For entities of which only recent rows change without a stamp; as their definitions say when absent. */
  readonly slowSweeps?: SlowSweeps;
  readonly kept: Kept;
  readonly onTokenExpiry: (expiresAt: Date | null) => void;
  /** A worker that is still without the newest key may have stored a token under an older one. */
  readonly keepSecretsUnderNewestKey: () => Promise<void>;
}

/** Every row, its content too, nothing written. */
const wholeVerification: VerifyOptions = { share: 1, seed: 0, from: 0, countsOnly: false, repair: false };

/** The handler of every job; each calls one use case. */
export function createProcessors({
  sync,
  queues,
  sweepPeriodMs,
  slowSweeps = {},
  kept,
  onTokenExpiry,
  keepSecretsUnderNewestKey,
}: ProcessorServices): Processors {
  const sweepOptions = ({ definition }: EntityDescriptor, recent: boolean): SweepOptions => {
    const youngerThanMs = recentMs(definition, slowSweeps);
    if (youngerThanMs === null) return { periodMs: sweepPeriodMs };
    return recent
      ? { periodMs: sweepPeriodMs, youngerThanMs }
      : { periodMs: slowSweeps.allPeriodMs ?? allPeriodMs };
  };
  return {
    async pull({ entity }, { log, ...stop }) {
      const attempt = await pullChanges({ ...sync, log }, entityOf(entity), stop);
      if (attempt.kind === 'needs-backfill') {
        await queues.add('start-backfill', { entity }, { onceKey: `start-backfill-${entity}` });
        return { outcome: 'a backfill comes first' };
      }
      if (attempt.kind === 'busy') return { outcome: 'another pull is running' };
      const { status, reason, ...counts } = attempt.result;
      if (status === 'interrupted') throw new InterruptedError('The pull stopped after the page at hand.');
      return { outcome: status, ...(reason ? { reason } : {}), ...counts };
    },

    async 'start-backfill'({ entity }, { log, signal }) {
      const context = { ...sync, log };
      await openPlan(context, entityOf(entity), { restart: false, signal });
      return { ranges: await ensureBackfillFlow(context, queues, entityOf(entity), signal) };
    },

    async 'backfill-range'({ entity, range, runId }, { log, ...stop }) {
      const context = { ...sync, log };
      const plan = await findPlan(context, entityOf(entity));
      const planned = plan?.ranges.find(({ name }) => name === range);
      if (!planned) return { outcome: 'the plan has changed; nothing to do' };
      using watch = watchCancellation(context, runId, stop);
      const outcome = await unlessCancelled(watch, () =>
        readRangeAndHelp(context, entityOf(entity), planned, runId, watch.stop),
      );
      if (outcome.kind === 'busy') throw new BusyError('Another process is reading this range.');
      if (outcome.kind === 'interrupted')
        throw new InterruptedError('The range stopped after the page at hand.');
      if (outcome.kind === 'incomplete') {
        await sync.store.runs.finish(runId, { status: 'incomplete', reason: outcome.reason });
        return { outcome: outcome.kind, reason: outcome.reason };
      }
      return { outcome: outcome.kind };
    },

    async 'finish-backfill'({ entity, runId }, { log, signal }) {
      const context = { ...sync, log };
      const { left, readToEnd } = await closePlan(context, entityOf(entity), signal);
      // Ranges with gaps are read again later; everything else is kept fresh meanwhile.
      if (readToEnd) await queues.add('pull', { entity }, { onceKey: `pull-${entity}` });
      if (left.length > 0) {
        await sync.store.runs.finish(runId, {
          status: 'incomplete',
          reason: `${left.length} ranges are left`,
        });
        return { outcome: 'incomplete', left: left.length };
      }
      await sync.store.runs.finish(runId, { status: 'succeeded' });
      return { outcome: 'complete' };
    },

    async sweep({ entity, recent, whole }, { log, ...stop }) {
      const context = { ...sync, log };
      // Before the first backfill there is nothing to compare.
      if (!(await findPlan(context, entityOf(entity)))?.readToEnd)
        return { outcome: 'a backfill comes first' };
      const attempt = await sweepRows(
        context,
        entityOf(entity),
        stop,
        whole ? { periodMs: 0 } : sweepOptions(entityOf(entity), recent ?? false),
      );
      if (attempt.kind !== 'swept') return { outcome: attempt.kind };
      const { status, reason, details: _details, ...counts } = attempt.result;
      if (status === 'interrupted') throw new InterruptedError('The sweep stopped after the page at hand.');
      return { outcome: status, ...(reason ? { reason } : {}), ...counts };
    },

    async reconcile({ entity }, { log, ...stop }) {
      const context = { ...sync, log };
      if (!(await findPlan(context, entityOf(entity)))?.readToEnd)
        return { outcome: 'a backfill comes first' };
      const attempt = await reconcileRows(context, entityOf(entity), stop);
      if (attempt.kind === 'busy') return { outcome: 'busy' };
      const { status, reason, details: _details, ...counts } = attempt.result;
      return { outcome: status, ...(reason ? { reason } : {}), ...counts };
    },

    async verify({ entity }, { log, ...stop }) {
      const attempt = await verifySides({ ...sync, log }, entityOf(entity), stop, wholeVerification);
      if (attempt.kind !== 'verified') return { outcome: attempt.kind };
      const { status, verdict, reason, differences } = attempt.result;
      if (status === 'interrupted') throw new InterruptedError('The verification stopped and begins anew.');
      return { outcome: verdict, ...(reason ? { reason } : {}), differences: differences.length };
    },

    async resync({ entity, ids }, { log, ...stop }) {
      const { status, reason, records } = await resyncRecords({ ...sync, log }, entityOf(entity), ids, stop);
      if (status === 'interrupted')
        throw new InterruptedError('The resync stopped after the record at hand.');
      return { outcome: status, ...(reason ? { reason } : {}), records: records.length };
    },

    async 'follow-hints'({ entity }, { log, ...stop }) {
      const attempt = await followHints({ ...sync, log }, entityOf(entity), stop);
      if (attempt.kind !== 'followed') return { outcome: attempt.kind };
      const { status, reason, ...counts } = attempt.result;
      if (status === 'interrupted')
        throw new InterruptedError('Following hints stopped after the page at hand.');
      return { outcome: status, ...(reason ? { reason } : {}), ...counts };
    },

    async 'refresh-token'(_data, { signal }) {
      const expiresAt = await refreshToken(sync, signal);
      onTokenExpiry(expiresAt);
      await keepSecretsUnderNewestKey();
      return { expiresAt: expiresAt?.toISOString() ?? null };
    },

    async 'refresh-reference-data'(_data, { log, ...stop }) {
      const { status, reason, records } = await refreshReferenceData({ ...sync, log }, stop);
      if (status === 'interrupted')
        throw new InterruptedError('Reading the reference data stopped after the kind at hand.');
      return { outcome: status, ...(reason ? { reason } : {}), ...records };
    },

    async prune() {
      return { ...(await prune(sync, kept)) };
    },

    async 'probe-capabilities'(_data, { log, signal }) {
      const { capabilities, unanswered } = await probeCapabilities({ ...sync, log }, signal);
      return { release: String(capabilities['release']), unanswered: Object.keys(unanswered).length };
    },
  };
}

/** Reads for a run that ranges of many jobs share, unless somebody cancels it. Throws a `CancelledError` then. */
async function unlessCancelled(watch: CancelWatch, read: () => Promise<RangeOutcome>): Promise<RangeOutcome> {
  // A job may have waited in the queue for longer than its run was there.
  const before = await watch.cancelled();
  if (before) throw before;
  try {
    const outcome = await read();
    const cancelled = outcome.kind === 'interrupted' ? await watch.cancelled() : undefined;
    if (cancelled) throw cancelled;
    return outcome;
  } catch (error) {
    throw (await watch.cancelled()) ?? error;
  }
}
