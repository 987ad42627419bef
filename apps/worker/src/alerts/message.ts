import type { Alert } from '@magento-sync/db';
import { formatDuration } from '../config/duration.ts';

/** One alert of a message. */
export interface ToldAlert {
  readonly severity: 'critical' | 'warning';
  readonly alert: string;
  /** The same whenever this alert is told. */
  readonly key: string;
  /** What it is about, e.g. an entity. */
  readonly subject: string;
  readonly summary: string;
  readonly cure: string;
  readonly startedAt: string;
  readonly resolvedAt: string | null;
  readonly durationSeconds: number;
  /** The how manieth message about this time of the alert. */
  readonly notification: number;
  readonly values: Readonly<Record<string, number | string>>;
  /** What follows from it and is not told by itself. */
  readonly following: readonly {
    readonly alert: string;
    readonly subject: string;
    readonly summary: string;
  }[];
  /** Who looked after it. */
  readonly acknowledgedBy: string | null;
  /** Address of what to do, and of the run where there is one and a page that shows it. */
  readonly links: { readonly runbook: string; readonly run?: string };
}

/** What is told about a shop at once; the body of the generic webhook. */
export interface AlertMessage {
  readonly version: 1;
  readonly status: 'firing' | 'resolved';
  /** Of the worst alert. */
  readonly severity: 'critical' | 'warning';
  readonly reason: 'new' | 'repeat' | 'resolved' | 'test';
  readonly shop: string;
  /** All of it in a sentence. */
  readonly summary: string;
  /** The worst alert first. */
  readonly alerts: readonly [ToldAlert, ...ToldAlert[]];
  /** How many other alerts of the shop were told before and go on. */
  readonly goingOn: number;
  readonly links: { readonly page?: string };
}

/** Where links of messages lead to. */
export interface AlertLinks {
  /** Address of the page for people; without it no page is named. */
  readonly consoleUrl: string | undefined;
  /** Address of the document with the runbooks. */
  readonly runbooks: string;
}

/** The runbooks as this repository has them. */
export const ownRunbooks = 'docs/operations.md';

/** Address of the runbook of an alert: the headings of the document are the names of alerts. */
export function runbookOf({ runbooks }: Pick<AlertLinks, 'runbooks'>, alert: string): string {
  return `${runbooks}#${alert.toLowerCase()}`;
}

/** Alerts of a message, the worst and then the oldest first. */
export function worstFirst(alerts: readonly Alert[]): Alert[] {
  const rank = ({ severity }: Alert) => (severity === 'critical' ? 0 : 1);
  return alerts.toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      one.since.getTime() - other.since.getTime() ||
      `${one.name} ${one.subject}`.localeCompare(`${other.name} ${other.subject}`, 'en'),
  );
}

/** What a message is made of. */
interface MessageParts {
  readonly shop: string;
  readonly reason: AlertMessage['reason'];
  readonly alerts: readonly [Alert, ...Alert[]];
  /** Every alert and condition of the shop as it is now. */
  readonly all: readonly Alert[];
  readonly goingOn: number;
  readonly links: AlertLinks;
  readonly now: Date;
}

/** Makes one message of alerts of a shop. */
export function messageAbout({ shop, reason, alerts, all, goingOn, links, now }: MessageParts): AlertMessage {
  const told = worstFirst(alerts).map((alert) => toldAlert(alert, all, links, now));
  const [first, ...others] = told;
  if (!first) throw new Error('A message is about something.');
  const { consoleUrl } = links;
  return {
    version: 1,
    status: first.resolvedAt === null ? 'firing' : 'resolved',
    severity: first.severity,
    reason,
    shop,
    summary: summaryOf(first, others),
    alerts: [first, ...others],
    goingOn,
    links: consoleUrl === undefined ? {} : { page: `${consoleUrl}/shops/${shop}` },
  };
}

function summaryOf(first: ToldAlert, others: readonly ToldAlert[]): string {
  if (first.resolvedAt === null)
    return others.length === 0 ? first.summary : `${others.length + 1} alerts: ${first.summary}`;
  const longest = Math.max(...[first, ...others].map(({ durationSeconds }) => durationSeconds));
  const names = [...new Set([first, ...others].map(({ alert }) => alert))].join(', ');
  const verb = others.length === 0 ? 'is' : 'are';
  return `${names} ${verb} over after ${formatDuration(longest * 1_000)}`;
}

function toldAlert(alert: Alert, all: readonly Alert[], links: AlertLinks, now: Date): ToldAlert {
  const { severity, name, key, subject, summary, cure, since, resolvedAt, clearSince, values } = alert;
  const endMs = (resolvedAt ? (clearSince ?? resolvedAt) : now).getTime();
  const { run } = values;
  return {
    severity,
    alert: name,
    key,
    subject,
    summary,
    cure,
    startedAt: since.toISOString(),
    resolvedAt: resolvedAt ? new Date(endMs).toISOString() : null,
    durationSeconds: Math.max(0, Math.round((endMs - since.getTime()) / 1_000)),
    notification: alert.notifications,
    values,
    following: all
      .filter(({ follows, resolvedAt: ended }) => follows === key && ended === null)
      .map((each) => ({ alert: each.name, subject: each.subject, summary: each.summary })),
    acknowledgedBy: alert.acknowledgedBy,
    links: {
      runbook: runbookOf(links, name),
      ...(typeof run === 'number' && links.consoleUrl !== undefined
        ? { run: `${links.consoleUrl}/runs/${run}` }
        : {}),
    },
  };
}

/** How a message is said in one line: with a sign of its state, for people who see no colour. */
export function headlineOf({ status, shop, summary }: AlertMessage): string {
  return `${status === 'firing' ? '✕' : '✓'} ${shop}: ${summary}`;
}

/** One alert in lines, as far as a firing or an ended one has them. */
export function linesOf({
  summary,
  cure,
  following,
  resolvedAt,
  alert,
  subject,
  links,
}: ToldAlert): string[] {
  if (resolvedAt !== null) return [`${alert} about ${subject} is over.`];
  return [
    summary,
    cure,
    ...(following.length === 0
      ? []
      : [`With it: ${following.map((each) => `${each.alert} (${each.subject})`).join(', ')}.`]),
    `What to do: ${links.runbook}`,
  ];
}
