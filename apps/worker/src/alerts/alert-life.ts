import { createHash } from 'node:crypto';
import type { Alert } from '@magento-sync/db';
import { alertRules, type Condition } from './conditions.ts';

/** What is told about an alert; the body of the generic webhook. */
export interface AlertMessage {
  readonly version: 1;
  readonly status: 'firing' | 'resolved';
  readonly severity: 'critical' | 'warning';
  readonly alert: string;
  /** The same for every message about one alert. */
  readonly key: string;
  readonly shop: string;
  readonly subject: string;
  readonly summary: string;
  readonly cure: string;
  readonly startedAt: string;
  readonly resolvedAt: string | null;
  readonly durationSeconds: number;
  /** The how manieth message about this time of the alert. */
  readonly notification: number;
  readonly reason: 'new' | 'repeat' | 'resolved' | 'test';
  readonly values: Readonly<Record<string, number | string>>;
}

/** How often an alert that goes on is told again. */
export interface Repeats {
  /** For critical ones; others wait six times as long. */
  readonly everyMs: number;
}

/** So long a condition has to be over before its alert counts as resolved: one that comes and goes is told once. */
export const clearForMs = 5 * 60_000;
/** After so many messages an alert is told once a day. */
const repeatsBeforeDaily = 6;
const dayMs = 86_400_000;

/** What a look changes: alerts as they are to be stored, and what is to be told. */
export interface Look {
  readonly put: readonly Alert[];
  readonly forgotten: readonly string[];
  readonly messages: readonly AlertMessage[];
}

/** Compares the conditions that hold now with what is stored of earlier looks. */
export function lookAt(
  shop: string,
  stored: readonly Alert[],
  conditions: readonly Condition[],
  { everyMs }: Repeats,
  now: Date,
): Look {
  const put: Alert[] = [];
  const forgotten: string[] = [];
  const messages: AlertMessage[] = [];
  const before = new Map(stored.map((alert) => [alert.key, alert]));
  const tell = (alert: Alert, reason: AlertMessage['reason']) => {
    const told = { ...alert, notifications: alert.notifications + 1, notifiedAt: now };
    messages.push(messageAbout(told, reason, now));
    return told;
  };

  for (const condition of conditions) {
    const alert = holding(shop, condition, before.get(keyOf(condition)), now);
    before.delete(alert.key);
    const isDue = now.getTime() - alert.since.getTime() >= alertRules[condition.name].forMs;
    if (alert.firingSince === null) {
      const fires = isDue && !condition.follows;
      put.push(fires ? tell({ ...alert, firingSince: now }, 'new') : alert);
    } else if (!condition.follows && isRepeatDue(alert, everyMs, now)) put.push(tell(alert, 'repeat'));
    else put.push(alert);
  }

  for (const alert of before.values()) {
    if (alert.resolvedAt !== null) continue;
    const clearSince = alert.clearSince ?? now;
    if (alert.firingSince === null) forgotten.push(alert.key);
    else if (now.getTime() - clearSince.getTime() < clearForMs) put.push({ ...alert, clearSince });
    else put.push(tell({ ...alert, clearSince, resolvedAt: now }, 'resolved'));
  }
  return { put, forgotten, messages };
}

/** The alert of a condition that holds: a new one, or the stored one with what is to be said now. */
function holding(shop: string, condition: Condition, stored: Alert | undefined, now: Date): Alert {
  const { name, subject, summary, cure, values } = condition;
  const { severity } = alertRules[name];
  const said = { shop, key: keyOf(condition), name, subject, severity, summary, cure, values: { ...values } };
  if (stored === undefined || stored.resolvedAt !== null) {
    const fresh = { since: now, firingSince: null, resolvedAt: null, notifications: 0, notifiedAt: null };
    return { ...said, ...fresh, clearSince: null };
  }
  return { ...stored, ...said, clearSince: null };
}

function isRepeatDue({ severity, notifications, notifiedAt }: Alert, everyMs: number, now: Date): boolean {
  const usualMs = severity === 'critical' ? everyMs : 6 * everyMs;
  const periodMs = notifications <= repeatsBeforeDaily ? usualMs : Math.max(usualMs, dayMs);
  return notifiedAt !== null && now.getTime() - notifiedAt.getTime() >= periodMs;
}

function keyOf({ name, subject }: Pick<Condition, 'name' | 'subject'>): string {
  return createHash('sha256').update(`${name}\n${subject}`).digest('hex').slice(0, 16);
}

function messageAbout(alert: Alert, reason: AlertMessage['reason'], now: Date): AlertMessage {
  const endMs = (alert.resolvedAt ? (alert.clearSince ?? alert.resolvedAt) : now).getTime();
  return {
    version: 1,
    status: alert.resolvedAt ? 'resolved' : 'firing',
    severity: alert.severity,
    alert: alert.name,
    key: alert.key,
    shop: alert.shop,
    subject: alert.subject,
    summary: alert.summary,
    cure: alert.cure,
    startedAt: alert.since.toISOString(),
    resolvedAt: alert.resolvedAt ? new Date(endMs).toISOString() : null,
    durationSeconds: Math.max(0, Math.round((endMs - alert.since.getTime()) / 1_000)),
    notification: alert.notifications,
    reason,
    values: alert.values,
  };
}

/** Two messages that say of themselves that they are a test, as they would come. */
export function testMessages(shop: string, now: Date): readonly [AlertMessage, AlertMessage] {
  const firing: AlertMessage = {
    version: 1,
    status: 'firing',
    severity: 'warning',
    alert: 'Test',
    key: createHash('sha256').update(`test\n${shop}\n${now.toISOString()}`).digest('hex').slice(0, 16),
    shop,
    subject: 'test',
    summary: 'This is a test of alerts: nothing is wrong.',
    cure: 'Nothing to do.',
    startedAt: now.toISOString(),
    resolvedAt: null,
    durationSeconds: 0,
    notification: 1,
    reason: 'test',
    values: {},
  };
  return [firing, { ...firing, status: 'resolved', resolvedAt: now.toISOString(), notification: 2 }];
}
