import { formatDuration } from '../config/duration.ts';
import { momentText } from '../operations/work.ts';
import { type AlertMessage, headlineOf, linesOf } from './message.ts';

/** Slack's limits, in characters. */
const longestHeader = 150;
const longestSection = 3_000;

/** Blocks of a message, of which Slack takes 50. */
const mostSections = 20;

/** The body of an incoming webhook of Slack; `text` is what a notification and a screen reader say. */
export function slackBody(message: AlertMessage): Record<string, unknown> {
  const { alerts, status, goingOn, links } = message;
  const [first] = alerts;
  const fields = [
    ['Severity', message.severity],
    ['Since', momentText(new Date(first.startedAt))],
    ...(status === 'resolved' ? [['Lasted', formatDuration(first.durationSeconds * 1_000)]] : []),
  ];
  const sections = alerts.slice(0, mostSections).map((alert, place) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: cut(escaped(linesOf(alert).join('\n')), longestSection) },
    ...(place === 0
      ? {
          fields: fields.map(([name, value]) => ({
            type: 'mrkdwn',
            text: `*${name}*\n${escaped(value ?? '')}`,
          })),
        }
      : {}),
  }));
  const left = alerts.length - sections.length;
  const context = [
    ...(left > 0 ? [`${left} alerts more`] : []),
    ...(goingOn > 0 ? [`${goingOn} told before and not over`] : []),
    `${first.alert} · message ${first.notification} · key ${first.key}`,
    ...[links.page, first.links.run].filter((link) => link !== undefined),
  ].join(' · ');
  return {
    text: headlineOf(message),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(headlineOf(message), longestHeader) } },
      ...sections,
      { type: 'context', elements: [{ type: 'mrkdwn', text: escaped(context) }] },
    ],
  };
}

/** Slack's three characters with a meaning of their own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const mark = ` … (${text.length - most} characters more)`;
  return `${text.slice(0, most - mark.length)}${mark}`;
}
