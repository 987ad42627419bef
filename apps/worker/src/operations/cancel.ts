import type { Run } from '@magento-sync/db';
import { silentRunMs } from '../copy-state.ts';
import { findPlan } from '../sync/backfill/backfill-plan.ts';
import { entityOf } from '../sync/entity/entities.ts';
import { ActRefusedError, type OperationContext, type Operator, recordAct } from './acts.ts';
import type { WorkKind } from './work.ts';

/** What is cancelled: one run, or the backfill of an entity with everything that works on it. */
export type Cancellable = { readonly run: number } | { readonly backfillOf: string };

/** What was cancelled, and what happens next. */
export interface Cancellation {
  /** Ids of the runs that were running. */
  readonly runs: readonly number[];
  readonly sentence: string;
}

/** What becomes of the work of a run that was cancelled. */
const after: Readonly<Record<WorkKind, string>> = {
  pull: 'The next pull comes by its schedule and goes on from there.',
  backfill: '',
  sweep: 'The sweep goes on from its checkpoint by its schedule; "magento-sync pause --only sweep" holds it.',
  reconcile: 'What it has not marked stays as it is; the next one comes by its schedule.',
  verify: 'It does not go on by itself.',
  hints:
    'Its hints stay open and are followed again within a minute; "magento-sync pause --only hints" holds them.',
  resync: 'It does not go on by itself; records that were read are written.',
  'reference-data': 'What was read is written; the next read comes by its schedule.',
};

const partEnds = 'It read a part beside the plan and does not go on by itself.';

/**
 * Ends what runs, in whichever process, after its page at hand, and records it as cancelled.
 *
 * A backfill rests from then on with its checkpoints: no daemon goes on with it until somebody starts or resumes it. Other
 * work comes again by its schedule.
 *
 * @throws ActRefusedError when nothing of that runs, and without a reason.
 */
export async function cancelWork(
  context: OperationContext,
  operator: Operator,
  cancellable: Cancellable,
): Promise<Cancellation> {
  return recordAct(
    context,
    operator,
    { act: 'cancel', subject: await subjectOf(context, cancellable) },
    async () => {
      if (!operator.why?.trim()) throw new ActRefusedError('Say why it is cancelled.');
      const value =
        'run' in cancellable
          ? await cancelRun(context, operator, cancellable.run)
          : await cancelBackfill(context, operator, cancellable.backfillOf);
      return { value, outcome: 'done', text: value.sentence };
    },
  );
}

/** Those whose backfill runs, is left, or would begin next: what is cancelled when no entity is named. */
export async function openBackfills(
  context: OperationContext,
  names: readonly string[],
): Promise<readonly string[]> {
  const open: string[] = [];
  for (const name of names) if (await isOpen(context, name)) open.push(name);
  return open;
}

async function subjectOf(
  { shop, store }: OperationContext,
  cancellable: Cancellable,
): Promise<Record<string, unknown>> {
  if ('backfillOf' in cancellable) return { entity: cancellable.backfillOf, kind: 'backfill' };
  const run = await store.runs.find(cancellable.run);
  if (run?.shop !== shop) return { run: cancellable.run };
  return { run: run.id, entity: run.entity, kind: run.kind };
}

async function cancelRun(context: OperationContext, operator: Operator, id: number): Promise<Cancellation> {
  const { shop, store } = context;
  const run = await store.runs.find(id);
  if (run?.shop !== shop) throw new ActRefusedError(`There is no run ${id} of ${shop}.`);
  if (run.status !== 'running') {
    const reason = run.reason === null ? '' : ` ${run.reason}`;
    throw new ActRefusedError(`Run ${id} has ended already: ${run.status}.${reason}`);
  }
  if (isOfPlan(run)) return cancelBackfill(context, operator, run.entity);
  const [cancelled] = await store.runs.cancel(shop, [id], reasonOf(operator));
  if (cancelled === undefined) throw new ActRefusedError(`Run ${id} has just ended.`);
  const next = run.kind === 'backfill' ? partEnds : (after[run.kind as WorkKind] ?? '');
  return { runs: [id], sentence: `${endsText([run])} ${next}` };
}

async function cancelBackfill(
  context: OperationContext,
  operator: Operator,
  entity: string,
): Promise<Cancellation> {
  const { shop, store } = context;
  if (!(await isOpen(context, entity))) {
    throw new ActRefusedError(
      `The backfill of ${entity} is complete, and none is under way: there is nothing to cancel.`,
    );
  }
  // First: no daemon takes up what ends now.
  const running = await runningBackfills(context, entity);
  await rest(context, operator, entity, running[0]?.id ?? 0);
  const ids = await store.runs.cancel(
    shop,
    (await runningBackfills(context, entity)).map(({ id }) => id),
    reasonOf(operator),
  );
  const ended = running.filter(({ id }) => ids.includes(id));
  const goesOn = `No daemon goes on with it by itself. "magento-sync backfill ${entity}" or "magento-sync resume ${entity}" does, from its checkpoints.`;
  const what =
    ended.length > 0 ? endsText(ended) : `The backfill of ${entity} is cancelled; nothing of it was running.`;
  return { runs: ids, sentence: `${what} ${goesOn}` };
}

/** Holds the backfill as a pause would; a pause of the same that holds it already stays what it is. */
async function rest(
  { shop, store }: OperationContext,
  { by, why = '' }: Operator,
  entity: string,
  cancelledRun: number,
): Promise<void> {
  const work = { entity, kind: 'backfill' };
  const held = (await store.pauses.active(shop)).some(
    (pause) => pause.entity === work.entity && pause.kind === work.kind && pause.cancelledRun === null,
  );
  if (held) return;
  await store.pauses.put({ shop, ...work, by, why: why.trim(), until: null, cancelledRun });
}

/**
 * Ends cancellations of backfills that somebody starts now; pauses stay. Says what was cancelled, one sentence each.
 */
export async function liftCancellations(
  context: OperationContext,
  operator: Operator,
  entities: readonly string[],
): Promise<readonly string[]> {
  const { shop, store } = context;
  const cancelled = (await store.pauses.active(shop)).filter(
    ({ entity, cancelledRun }) => cancelledRun !== null && entities.includes(entity),
  );
  const sentences: string[] = [];
  for (const pause of cancelled) {
    const subject = { entity: pause.entity, kind: pause.kind };
    await recordAct(context, operator, { act: 'resume', subject }, async () => {
      await store.pauses.lift(shop, [pause]);
      const text = `The backfill of ${pause.entity} was cancelled by ${pause.by}: ${pause.why}. It goes on from its checkpoints.`;
      sentences.push(text);
      return { value: undefined, outcome: 'done', text };
    });
  }
  return sentences;
}

async function isOpen(context: OperationContext, name: string): Promise<boolean> {
  if (!(await findPlan(context, entityOf(name)))?.completedAt) return true;
  return (await runningBackfills(context, name)).length > 0;
}

/** Runs of the plan, by a command or a daemon; the read of a part is a run by itself. */
async function runningBackfills(
  { shop, store, clock }: OperationContext,
  entity: string,
): Promise<readonly Run[]> {
  const runs = await store.runs.recent(shop, { entity, kind: 'backfill', status: 'running' });
  const isAlive = ({ heartbeatAt }: Run) => clock.now().getTime() - heartbeatAt.getTime() <= silentRunMs;
  return runs.filter((run) => isOfPlan(run) && isAlive(run));
}

function isOfPlan({ kind, details }: Run): boolean {
  return kind === 'backfill' && !('part' in details);
}

function reasonOf({ by, why = '' }: Operator): string {
  return `Cancelled by ${by}: ${why.trim()}`;
}

function endsText(runs: readonly Run[]): string {
  return runs
    .map(({ id, kind, entity }) => `Run ${id} (${kind === entity ? kind : `${kind} of ${entity}`})`)
    .join(', ')
    .concat(
      runs.length === 1 ? ' is' : ' are',
      ' cancelled: it ends after the page at hand, within seconds.',
    );
}
