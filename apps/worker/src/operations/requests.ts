import type { Queues } from '../jobs/queues.ts';
import { ActRefusedError, type OperationContext, type Operator, recordAct } from './acts.ts';
import { pauseOf, pauseSentence, type Work } from './work.ts';

/** What acts work with that ask a daemon to do something. */
export interface RequestContext extends OperationContext {
  readonly queues: Pick<Queues, 'add'>;
}

/** Kinds of work that can be asked for. */
export const requestedKinds = ['pull', 'sweep', 'reconcile', 'verify'] as const;

/** One of them. */
export type RequestedKind = (typeof requestedKinds)[number];

/** So many ids are read again at once; whoever wants more wants a backfill. */
export const mostResynced = 1_000;

/**
 * Asks the daemons to do something now: a pull, a pass of the sweep over every row, a reconcile or a verification.
 *
 * Asking again before it has begun changes nothing. The act says `asked` until the job has ended, then how it ended.
 *
 * @throws ActRefusedError while that work is paused.
 */
export async function requestWork(
  context: RequestContext,
  operator: Operator,
  { kind, entity }: { readonly kind: RequestedKind; readonly entity: string },
): Promise<void> {
  await recordAct(context, operator, { act: kind, subject: { entity } }, async (act) => {
    await refuseWhilePaused(context, { kind, entity });
    const data = { entity, act } as Parameters<typeof context.queues.add<'verify'>>[1];
    const once = { onceKey: `asked-${kind}-${entity}` };
    if (kind === 'sweep') await context.queues.add('sweep', { ...data, whole: true }, once);
    else await context.queues.add(kind, data, once);
    return { value: undefined, outcome: 'asked' };
  });
}

/**
 * Asks the daemons to read single records now and write them, or to prove that the shop has them no more.
 *
 * @throws ActRefusedError while that is paused, and without ids or with more than 1,000.
 */
export async function requestResync(
  context: RequestContext,
  operator: Operator,
  { entity, ids }: { readonly entity: string; readonly ids: readonly number[] },
): Promise<void> {
  await recordAct(context, operator, { act: 'resync', subject: { entity, ids } }, async (act) => {
    refuseBadIds(ids);
    await refuseWhilePaused(context, { kind: 'resync', entity });
    await addResync(context, entity, ids, act);
    return { value: undefined, outcome: 'asked' };
  });
}

/**
 * Asks the daemons to try records in quarantine again now, the named ones or all of the entity; returns their ids.
 *
 * @throws ActRefusedError when none of them is set aside, or while that is paused.
 */
export async function requestRetry(
  context: RequestContext,
  operator: Operator,
  { entity, ids }: { readonly entity: string; readonly ids?: readonly number[] },
): Promise<readonly number[]> {
  const subject = { entity, ids: ids ?? 'all' };
  return recordAct(context, operator, { act: 'quarantine retry', subject }, async (act) => {
    await refuseWhilePaused(context, { kind: 'resync', entity });
    const due = await openQuarantined(context, entity, ids);
    await addResync(context, entity, due, act);
    return { value: due, outcome: 'asked', text: `${due.length} records` };
  });
}

/** Those of the ids that are set aside now. Throws an `ActRefusedError` when there are none. */
export async function openQuarantined(
  { shop, store }: OperationContext,
  entity: string,
  ids?: readonly number[],
): Promise<readonly number[]> {
  const open = (await store.quarantine.list(shop, { entity })).map(({ id }) => id);
  const chosen = ids ? open.filter((id) => ids.includes(id)) : open;
  if (chosen.length > 0) return chosen;
  throw new ActRefusedError(
    ids ? `None of these ${entity} is set aside.` : `None of the ${entity} is set aside.`,
  );
}

/**
 * Takes records out of quarantine without reading them: the next read asks for them like for any other, and sets aside
 * again what still breaks. Returns how many.
 */
export async function releaseQuarantined(
  context: OperationContext,
  operator: Operator,
  { entity, ids }: { readonly entity: string; readonly ids?: readonly number[] },
): Promise<number> {
  const subject = { entity, ids: ids ?? 'all' };
  return recordAct(context, operator, { act: 'quarantine release', subject }, async () => {
    const open = await openQuarantined(context, entity, ids);
    const released = await context.store.quarantine.resolve(context.shop, entity, open);
    return { value: released, outcome: 'done', text: `${released} records` };
  });
}

/** Throws an `ActRefusedError` for ids that no resync takes. */
export function refuseBadIds(ids: readonly number[]): void {
  if (ids.length === 0) throw new ActRefusedError('Name at least one id.');
  if (ids.length > mostResynced)
    throw new ActRefusedError(
      `${ids.length} ids are too many for one resync, which takes up to ${mostResynced}; a verify with repair, or a backfill of their ids, reads more.`,
    );
  const bad = ids.find((id) => !Number.isSafeInteger(id) || id < 1);
  if (bad !== undefined) throw new ActRefusedError(`${bad} is no id: ids are whole numbers above 0.`);
}

async function addResync(
  { queues }: RequestContext,
  entity: string,
  ids: readonly number[],
  act: number,
): Promise<void> {
  const data = { entity, ids: [...ids], act } as Parameters<typeof queues.add<'resync'>>[1];
  await queues.add('resync', data);
}

async function refuseWhilePaused({ shop, store, clock }: RequestContext, work: Work): Promise<void> {
  const pause = pauseOf(await store.pauses.active(shop), work);
  if (pause) throw new ActRefusedError(`${pauseSentence(pause, clock.now())}. Resume it first.`);
}
