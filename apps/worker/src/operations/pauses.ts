import type { Pause } from '@magento-sync/db';
import { ActRefusedError, type OperationContext, type Operator, recordAct } from './acts.ts';
import { everything, momentText, pauseSentence, subjectOf, type WorkKind } from './work.ts';

/** Which work is meant; without an entity every one, without a kind every kind. */
export interface WorkChoice {
  readonly entity?: string;
  readonly kind?: WorkKind;
}

/** A pause that was put, in words, and whether it held already. */
export interface PauseOutcome {
  readonly pause: Pause;
  readonly before: Pause | null;
  readonly sentence: string;
}

/**
 * Pauses work: no job of it begins any more, and what runs ends after the page at hand with its checkpoint, in every
 * daemon and command of the shop within seconds. Hints are kept for later. Survives every restart.
 *
 * Pausing what is paused already changes its reason and end, and says so.
 */
export async function pauseWork(
  context: OperationContext,
  operator: Operator & { readonly why: string },
  { entity = everything, kind: chosenKind, until = null }: WorkChoice & { readonly until?: Date | null },
): Promise<PauseOutcome> {
  const kind: string = chosenKind ?? everything;
  const subject = { entity, kind, until: until?.toISOString() ?? null };
  return recordAct(context, operator, { act: 'pause', subject }, async () => {
    const now = context.clock.now();
    if (operator.why.trim() === '') throw new ActRefusedError('Say why it is paused.');
    if (kind === 'reference-data' && entity !== everything)
      throw new ActRefusedError('Reference data belongs to no entity; leave the entity out.');
    if (until && until <= now) throw new ActRefusedError(`${momentText(until)} is over already.`);
    const { by, why } = operator;
    const { pause, before } = await context.store.pauses.put({
      shop: context.shop,
      entity,
      kind,
      by,
      why: why.trim(),
      until,
    });
    const held = before
      ? ` It was paused already by ${before.by}${before.until ? ` until ${momentText(before.until)}` : ''}.`
      : '';
    const sentence = `${pauseSentence(pause, now)}.${held}`;
    return { value: { pause, before, sentence }, outcome: 'done', text: sentence };
  });
}

/** What was resumed, and which wider pauses still hold what was named. */
export interface ResumeOutcome {
  readonly lifted: readonly Pause[];
  readonly stillPaused: readonly Pause[];
  readonly sentence: string;
}

/**
 * Ends the pauses of what is named: of an entity all that is about it, of a kind all that is about it.
 *
 * A wider pause, of the whole shop for example, is not narrowed: it stays and is named.
 */
export async function resumeWork(
  context: OperationContext,
  operator: Operator,
  { entity, kind }: WorkChoice,
): Promise<ResumeOutcome> {
  const subject = { entity: entity ?? everything, kind: kind ?? everything };
  return recordAct(context, operator, { act: 'resume', subject }, async () => {
    const { shop, store, clock } = context;
    const isNamed = (pause: Pause) =>
      (entity === undefined || pause.entity === entity) && (kind === undefined || pause.kind === kind);
    const lifted = await store.pauses.lift(shop, (await store.pauses.active(shop)).filter(isNamed));
    const stillPaused = (await store.pauses.active(shop)).filter(
      (pause) =>
        (entity === undefined || pause.entity === everything || pause.entity === entity) &&
        (kind === undefined || pause.kind === everything || pause.kind === kind),
    );
    const sentence = [
      ...(lifted.length === 0 ? ['Nothing of that was paused by itself.'] : []),
      ...lifted.map(
        (pause) =>
          `${subjectOf(pause)} goes on; it was ${pause.cancelledRun === null ? 'paused' : 'cancelled'} by ${pause.by}: ${pause.why}.`,
      ),
      ...stillPaused.map((pause) => `Still paused: ${pauseSentence(pause, clock.now())}.`),
    ].join(' ');
    const outcome = stillPaused.length > 0 ? 'incomplete' : 'done';
    return { value: { lifted, stillPaused, sentence }, outcome, text: sentence };
  });
}
