import type { AlertMessage } from './alert-life.ts';
import { durationText, headlineOf } from './channel.ts';

/** Slack's limits, in characters. */
const longestHeader = 150;
const longestSection = 3_000;

/** The body of an incoming webhook of Slack; `text` is what a notification and a screen reader say. */
export function slackBody(message: AlertMessage): Record<string, unknown> {
  const { status, summary, cure, severity, startedAt, durationSeconds, notification, key, alert } = message;
  const since = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  const fields = [
    ['Severity', severity],
    ['Since', since],
    ...(status === 'resolved' ? [['Lasted', durationText(durationSeconds)]] : []),
  ];
  return {
    text: headlineOf(message),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(headlineOf(message), longestHeader) } },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: cut(escaped(status === 'firing' ? `${summary}\n${cure}` : summary), longestSection),
        },
        fields: fields.map(([name, value]) => ({
          type: 'mrkdwn',
          text: `*${name}*\n${escaped(value ?? '')}`,
        })),
      },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: escaped(`${alert} · message ${notification} · key ${key}`) }],
      },
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
