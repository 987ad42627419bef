import { createHash } from 'node:crypto';
import type { Alert } from '@magento-sync/db';
import type { Condition } from './conditions.ts';
import { type AlertLinks, type AlertMessage, messageAbout, runbookOf } from './message.ts';
import { type AlertIdentity, alertRules } from './rules.ts';

/** How often an alert that goes on is told again. */
export interface Repeats {
  /** For critical ones; others wait six times as long. */
  readonly everyMs: number;
}

/** So long a condition has to be over before its alert counts as resolved: one that comes and goes is told once. */
export const clearForMs = 5 * 60_000;
/** So long what is to be told waits for what begins with it. */
export const groupWaitMs = 30_000;
/** So long what is new waits after a message, unless it is the first that is critical. */
export const groupEveryMs = 5 * 60_000;
/** After so many messages an alert is told once a day. */
const repeatsBeforeDaily = 6;
const dayMs = 86_400_000;

/** What a look changes: alerts as they are to be stored, and what is to be told. */
export interface Look {
  readonly put: readonly Alert[];
  readonly forgotten: readonly string[];
  /** At most one about what goes on, and one about what is over. */
  readonly messages: readonly AlertMessage[];
}

/** How a look is taken. */
export interface LookRules {
  readonly repeats: Repeats;
  readonly links: AlertLinks;
}

/** Compares the conditions that hold now with what is stored of earlier looks. */
export function lookAt(
  shop: string,
  stored: readonly Alert[],
  conditions: readonly Condition[],
  { repeats: { everyMs }, links }: LookRules,
  now: Date,
): Look {
  const put = new Map<string, Alert>();
  const before = new Map(stored.map((alert) => [alert.key, alert]));
  const waiting: { readonly alert: Alert; readonly dueForMs: number }[] = [];
  for (const condition of conditions) {
    const alert = holding(shop, condition, before.get(keyOf(condition)), now);
    before.delete(alert.key);
    put.set(alert.key, alert);
    const forMs = condition.forMs ?? alertRules[condition.name].forMs;
    const dueForMs = now.getTime() - alert.since.getTime() - forMs;
    if (alert.firingSince === null && alert.follows === null && dueForMs >= 0)
      waiting.push({ alert, dueForMs });
  }
  const forgotten: string[] = [];
  for (const alert of before.values()) {
    if (alert.resolvedAt !== null) continue;
    if (alert.firingSince === null) forgotten.push(alert.key);
    else put.set(alert.key, { ...alert, follows: null, clearSince: alert.clearSince ?? now });
  }

  const told = [...put.values()].filter(isTold);
  const lastToldMs = Math.max(...stored.map(({ notifiedAt }) => notifiedAt?.getTime() ?? 0), 0);
  const firing: Alert[] = [];
  let reason: AlertMessage['reason'] = 'repeat';
  if (isTimeForNew(waiting, told, now.getTime() - lastToldMs)) {
    reason = 'new';
    firing.push(...waiting.map(({ alert }) => ({ ...alert, firingSince: now })));
  }
  const repeatable = told.filter((alert) => isRepeatable(alert, now));
  // What would be repeated within minutes comes along.
  if (repeatable.some((alert) => isRepeatDue(alert, everyMs, now)))
    firing.push(
      ...repeatable.filter((alert) => isRepeatDue(alert, everyMs, new Date(now.getTime() + groupEveryMs))),
    );
  const ended = isTimeForEnds(told, now)
    ? told
        .filter((alert) => clearMs(alert, now) >= clearForMs)
        .map((alert) => ({ ...alert, resolvedAt: now }))
    : [];

  const messages: AlertMessage[] = [];
  const tell = (chosen: readonly Alert[], why: AlertMessage['reason']) => {
    const [first, ...others] = chosen.map((alert) => ({
      ...alert,
      notifications: alert.notifications + 1,
      notifiedAt: now,
    }));
    if (!first) return;
    for (const alert of [first, ...others]) put.set(alert.key, alert);
    const goingOn = [...put.values()].filter(
      (alert) => isTold(alert) && !chosen.some(({ key }) => key === alert.key),
    ).length;
    const alerts = [first, ...others] as const;
    messages.push(messageAbout({ shop, reason: why, alerts, all: [...put.values()], goingOn, links, now }));
  };
  tell(ended, 'resolved');
  tell(firing, reason);
  return { put: [...put.values()], forgotten, messages };
}

/** Whether an alert was told and is not over. */
export function isTold({ firingSince, resolvedAt }: Alert): boolean {
  return firingSince !== null && resolvedAt === null;
}

/** Whether somebody looks after an alert. */
export function isAcknowledged({ acknowledgedAt, acknowledgedUntil }: Alert, now: Date): boolean {
  return acknowledgedAt !== null && (acknowledgedUntil === null || acknowledgedUntil > now);
}

/** The alert of a condition that holds: a new one, or the stored one with what is to be said now. */
function holding(shop: string, condition: Condition, stored: Alert | undefined, now: Date): Alert {
  const { name, subject, summary, cure, values } = condition;
  const { severity } = alertRules[name];
  const follows = condition.follows && keyOf(condition.follows);
  const said = {
    shop,
    key: keyOf(condition),
    name,
    subject,
    severity,
    summary,
    cure,
    values: { ...values },
    follows,
  };
  if (stored === undefined || stored.resolvedAt !== null) {
    return {
      ...said,
      since: now,
      firingSince: null,
      clearSince: null,
      resolvedAt: null,
      notifications: 0,
      notifiedAt: null,
      acknowledgedBy: null,
      acknowledgedAt: null,
      acknowledgedUntil: null,
      acknowledgedWhy: null,
    };
  }
  // What followed from something else has its own time only from when that is over.
  const since = stored.firingSince === null && follows !== null ? now : stored.since;
  return { ...stored, ...said, since, clearSince: null };
}

/** What begins together is told together; what makes it worse does not wait for the rest. */
function isTimeForNew(
  waiting: readonly { readonly alert: Alert; readonly dueForMs: number }[],
  told: readonly Alert[],
  sinceLastMs: number,
): boolean {
  const ripe = waiting.filter(({ dueForMs }) => dueForMs >= groupWaitMs);
  const isCritical = ({ severity }: Alert) => severity === 'critical';
  const isWorse = ripe.some(({ alert }) => isCritical(alert)) && !told.some(isCritical);
  return isWorse || (ripe.length > 0 && sinceLastMs >= groupEveryMs);
}

/** What ends together is told together: an end waits for others that are about to come, for as long again. */
function isTimeForEnds(told: readonly Alert[], now: Date): boolean {
  const clear = told.filter(({ clearSince }) => clearSince !== null).map((alert) => clearMs(alert, now));
  return clear.every((ms) => ms >= clearForMs) || clear.some((ms) => ms >= 2 * clearForMs);
}

function clearMs({ clearSince }: Alert, now: Date): number {
  return clearSince === null ? -1 : now.getTime() - clearSince.getTime();
}

/** What is about to be over, follows from another one, or is looked after by somebody is not told again. */
function isRepeatable(alert: Alert, now: Date): boolean {
  return alert.clearSince === null && alert.follows === null && !isAcknowledged(alert, now);
}

function isRepeatDue({ severity, notifications, notifiedAt }: Alert, everyMs: number, now: Date): boolean {
  const usualMs = severity === 'critical' ? everyMs : 6 * everyMs;
  const periodMs = notifications <= repeatsBeforeDaily ? usualMs : Math.max(usualMs, dayMs);
  return notifiedAt !== null && now.getTime() - notifiedAt.getTime() >= periodMs;
}

function keyOf({ name, subject }: AlertIdentity): string {
  return createHash('sha256').update(`${name}\n${subject}`).digest('hex').slice(0, 16);
}

/** Two messages that say of themselves that they are a test, as they would come. */
export function testMessages(
  shop: string,
  links: AlertLinks,
  now: Date,
): readonly [AlertMessage, AlertMessage] {
  const alert = {
    severity: 'warning',
    alert: 'Test',
    key: createHash('sha256').update(`test\n${shop}\n${now.toISOString()}`).digest('hex').slice(0, 16),
    subject: 'test',
    summary: 'This is a test of alerts: nothing is wrong.',
    cure: 'Nothing to do.',
    startedAt: now.toISOString(),
    resolvedAt: null,
    durationSeconds: 0,
    notification: 1,
    values: {},
    following: [],
    acknowledgedBy: null,
    links: { runbook: runbookOf(links, 'test') },
  } as const;
  const firing: AlertMessage = {
    version: 1,
    status: 'firing',
    severity: 'warning',
    reason: 'test',
    shop,
    summary: alert.summary,
    alerts: [alert],
    goingOn: 0,
    links: links.consoleUrl === undefined ? {} : { page: `${links.consoleUrl}/shops/${shop}` },
  };
  return [
    firing,
    {
      ...firing,
      status: 'resolved',
      summary: 'Test is over after 0s',
      alerts: [{ ...alert, resolvedAt: now.toISOString(), notification: 2 }],
    },
  ];
}
