import type { Alert } from '@magento-sync/db';
import { isTold } from '../alerts/alert-life.ts';
import { formatDuration } from '../config/duration.ts';
import { ActRefusedError, type OperationContext, type Operator, recordAct } from './acts.ts';
import { everything, momentText } from './work.ts';

/** Which alerts are meant, and until when somebody looks after them. */
export interface AcknowledgeChoice {
  /** Name or key of an alert, or `all`. */
  readonly alert: string;
  /** What the alert is about; without it all of that name. */
  readonly about?: string;
  /** `null` for as long as the alert goes on. */
  readonly until: Date | null;
  /** Nobody looks after them any more. */
  readonly undo?: boolean;
}

/** Alerts that somebody looks after now, or nobody any more, in words. */
export interface Acknowledged {
  readonly alerts: readonly Alert[];
  readonly sentence: string;
}

/** Alerts of the shop that were told and are not over. */
export async function openAlerts({
  shop,
  store,
}: Pick<OperationContext, 'shop' | 'store'>): Promise<Alert[]> {
  return (await store.alerts.list(shop)).filter(isTold);
}

/**
 * Says that somebody looks after alerts: they are not repeated meanwhile, and their end is told as ever.
 *
 * The same alert is told again when it comes back after its end.
 */
export async function acknowledgeAlerts(
  context: OperationContext,
  operator: Operator,
  { alert: wanted, about, until, undo = false }: AcknowledgeChoice,
): Promise<Acknowledged> {
  const act = undo ? 'alerts ack --undo' : 'alerts ack';
  const subject = { alert: wanted, about: about ?? everything, until: until?.toISOString() ?? null };
  return recordAct(context, operator, { act, subject }, async () => {
    const { shop, store } = context;
    const open = await openAlerts(context);
    const keys = open
      .filter(
        ({ name, key, subject: of }) =>
          (wanted === everything || wanted === key || wanted.toLowerCase() === name.toLowerCase()) &&
          (about === undefined || about === of),
      )
      .map(({ key }) => key);
    const { by, why } = operator;
    const alerts = await store.alerts.acknowledge(
      shop,
      keys,
      undo ? null : { by, until, why: why?.trim() || null },
    );
    if (alerts.length === 0) throw new ActRefusedError(nothingMeant(wanted, open));
    const named = alerts.map(nameOf).join(', ');
    const sentence = undo
      ? `Nobody looks after ${named} any more: repeated as ever.`
      : `${named}: not repeated ${until ? `until ${momentText(until)}` : 'any more'}; the end is told.`;
    return { value: { alerts, sentence }, outcome: 'done', text: sentence };
  });
}

function nothingMeant(wanted: string, open: readonly Alert[]): string {
  if (open.length === 0) return 'No alert goes on.';
  return `No alert that goes on is meant by "${wanted}". What goes on: ${open.map(nameOf).join(', ')}.`;
}

/** An alert by its name and what it is about. */
export function nameOf({ name, subject }: Pick<Alert, 'name' | 'subject'>): string {
  return `${name} (${subject})`;
}

/** Who looks after an alert, since when, until when and why; `null` when nobody does. */
export function acknowledgedSentence(alert: Alert, now: Date): string | null {
  const { acknowledgedBy, acknowledgedAt, acknowledgedUntil, acknowledgedWhy } = alert;
  if (acknowledgedBy === null || acknowledgedAt === null) return null;
  if (acknowledgedUntil !== null && acknowledgedUntil <= now) return null;
  const since = formatDuration(now.getTime() - acknowledgedAt.getTime());
  const end = acknowledgedUntil ? `, until ${momentText(acknowledgedUntil)}` : '';
  return `acknowledged by ${acknowledgedBy} ${since} ago${end}${acknowledgedWhy === null ? '' : `: ${acknowledgedWhy}`}`;
}
