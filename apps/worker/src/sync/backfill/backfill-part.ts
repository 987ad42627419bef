import type { EntityDescriptor, IdRange } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { everyId, type Gap, readAccounted, readsByChanges, readsByIds, reasonOf } from '../reading/index.ts';
import { type DetailedResult, incompleteFor, type Run, runOf } from '../run.ts';

/** A part of an entity: some ids, or what changed since a moment. */
export type BackfillPart =
  | { readonly range: IdRange }
  /** Stamped at or after this; `YYYY-MM-DD HH:MM:SS`, UTC. */
  | { readonly since: string };

/** What reading a part did. */
export interface PartResult extends DetailedResult {
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** After which id it has to go on; `null` when it was read to its end, or in the order of changes. */
  readonly goesOnAfter: number | null;
}

/**
 * Reads a part of everything once more and writes it, beside whatever else runs.
 *
 * It has no checkpoint and moves no watermark: the plan of the backfill and the pulls know nothing of it.
 */
export async function backfillPart(
  context: SyncContext,
  entity: EntityDescriptor,
  part: BackfillPart,
  stop: Stop,
  onStart: (rows: number) => void,
): Promise<PartResult> {
  const kind = { kind: 'backfill', cause: 'backfill', details: { part } } as const;
  return runOf<PartResult>(context, entity, kind, stop, async (run) => {
    const total =
      'range' in part
        ? await run.entity.count(context, stop.signal, part.range)
        : await run.entity.countChanges(context, stop.signal, {
            after: { updatedAt: part.since, id: 0 },
            range: everyId,
          });
    onStart(total);
    return 'range' in part ? byIds(context, run, part.range) : byChanges(context, run, part.since);
  });
}

async function byIds(context: SyncContext, run: Run, { afterId, upToId }: IdRange): Promise<PartResult> {
  const { entity, stop } = run;
  const gaps: Gap<{ readonly id: number }>[] = [];
  const walk = {
    after: { id: afterId },
    upTo: upToId === null ? undefined : { id: upToId },
    gaps,
    enough: () => stop.pause.aborted,
  };
  const totals = emptyTotals();
  let reached = afterId;
  let ended = false;
  for await (const { page, again } of readAccounted(readsByIds(context, entity, stop.signal), walk)) {
    await writeOn(run, page, totals);
    ended ||= page.last && !again;
    if (!again && page.size > 0) reached = page.next.id;
  }
  return resultOf(
    totals,
    ended ? null : reached,
    reasonOf(entity.name, gaps, ({ id }) => `id ${id}`),
    ended,
  );
}

async function byChanges(context: SyncContext, run: Run, since: string): Promise<PartResult> {
  const { entity, stop } = run;
  const gaps: Gap<{ readonly updatedAt: string; readonly id: number }>[] = [];
  const walk = {
    after: { updatedAt: since, id: 0 },
    upTo: undefined,
    gaps,
    enough: () => stop.pause.aborted,
  };
  const totals = emptyTotals();
  let ended = false;
  for await (const { page, again } of readAccounted(readsByChanges(context, entity, stop.signal), walk)) {
    await writeOn(run, page, totals);
    ended ||= page.last && !again;
  }
  const reason = reasonOf(entity.name, gaps, ({ updatedAt, id }) => `${updatedAt} UTC, id ${id}`);
  return resultOf(totals, null, reason, ended);
}

interface PartTotals {
  rows: number;
  inserted: number;
  updated: number;
  unchanged: number;
}

function emptyTotals(): PartTotals {
  return { rows: 0, inserted: 0, updated: 0, unchanged: 0 };
}

async function writeOn(
  { account, tell }: Run,
  page: Parameters<Run['write']>[0],
  totals: PartTotals,
): Promise<void> {
  const outcome = await page.write(account);
  totals.rows += page.size;
  totals.inserted += outcome.inserted;
  totals.updated += outcome.updated;
  totals.unchanged += outcome.unchanged;
  tell({ range: 'part', rows: page.size, outcome, durationMs: page.durationMs, bytes: page.bytes });
}

function resultOf(
  totals: PartTotals,
  goesOnAfter: number | null,
  reason: string | null,
  ended: boolean,
): PartResult {
  const incomplete = incompleteFor(reason);
  if (incomplete) return { ...incomplete, ...totals, goesOnAfter };
  if (ended) return { status: 'succeeded', ...totals, goesOnAfter: null };
  const how = goesOnAfter === null ? 'it begins anew' : `--from-id ${goesOnAfter + 1} goes on from there`;
  return { status: 'interrupted', reason: `asked to stop; ${how}`, ...totals, goesOnAfter };
}
