import type { Alert } from '@magento-sync/db';
import { isTold, testMessages } from '../alerts/alert-life.ts';
import { alertChannels, alertLinks } from '../alerts/alert-watch.ts';
import { worstFirst } from '../alerts/message.ts';
import { systemClock } from '../clock.ts';
import { parseConfig, parseStorageConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { acknowledgeAlerts, acknowledgedSentence } from '../operations/acknowledge.ts';
import { textTable } from '../output.ts';
import { withStorage } from '../storage.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { operatorOf, positiveDuration, userName, withOperations } from './operator.ts';
import { requireShopName } from './shop-name.ts';

const testCommand: CommandDefinition = {
  name: 'test',
  summary: 'send a test through every channel',
  description:
    'Sends an alert and its end through every channel that is configured, as the daemon would, and says what arrived.\n' +
    'Neither the shop nor PostgreSQL is asked.',
  options: (command) => command.option('--json', 'print the outcome of each channel as JSON'),
  async run(options, { environment, output }) {
    const config = parseConfig(environment);
    const channels = alertChannels(config);
    if (channels.length === 0) {
      throw new UsageError(
        'No channel is configured: set ALERT_WEBHOOK_URL, or ALERT_EMAIL_TO and ALERT_SMTP_URL.',
      );
    }
    const outcomes: { channel: string; arrived: boolean; problem?: string }[] = [];
    for (const channel of channels) {
      try {
        for (const message of testMessages(config.shop, alertLinks(config), systemClock.now()))
          await channel.send(message);
        outcomes.push({ channel: channel.name, arrived: true });
      } catch (error) {
        outcomes.push({ channel: channel.name, arrived: false, problem: (error as Error).message });
      }
    }
    if (options['json']) output.json(outcomes);
    else {
      for (const { channel, arrived, problem } of outcomes)
        output.line(arrived ? `${channel}: taken, an alert and its end` : `${channel}: ${problem}`);
    }
    return outcomes.every(({ arrived }) => arrived) ? exitCodes.success : exitCodes.failure;
  },
};

interface AckOptions {
  readonly alert: string;
  readonly about?: string;
  readonly for?: number;
  readonly undo?: boolean;
  readonly json?: boolean;
}

const ackCommand: CommandDefinition = {
  name: 'ack',
  summary: 'say that you look after an alert: it is not repeated meanwhile',
  description:
    'Acknowledges an alert that goes on: no message repeats it while that holds, and everybody sees who looks after it.\n' +
    'Its end is told as ever. When the same alert comes back after its end, it is told anew.',
  notes:
    'For example: magento-sync alerts ack PullOverdue --for 4h --why "the host moves the shop"\n' +
    '             magento-sync alerts ack Quarantine --about orders',
  options: (command) =>
    command
      .argument('<alert>', 'its name or key, as "magento-sync alerts" shows them, or all')
      .option('--about <subject>', 'only the one about this, for example an entity')
      .option(
        '--for <duration>',
        'only for this time, for example 4h; else until it is over',
        positiveDuration,
      )
      .option('--by <name>', 'who looks after it', userName())
      .option('--why, --reason <text>', 'why it need not be repeated')
      .option('--undo', 'nobody looks after it any more')
      .option('--json', 'print the alerts as JSON'),
  async run(options, context) {
    const { alert, about, for: lasting, undo = false, json } = options as unknown as AckOptions;
    if (undo && lasting !== undefined) throw new UsageError('--undo and --for exclude each other.');
    return withOperations('alerts', context, async (operations) => {
      const until = lasting === undefined ? null : new Date(operations.clock.now().getTime() + lasting);
      const choice = { alert, until, undo, ...(about === undefined ? {} : { about }) };
      const { alerts, sentence } = await acknowledgeAlerts(operations, operatorOf(options), choice);
      if (json) context.output.json(alerts);
      else context.output.line(sentence);
      return exitCodes.success;
    });
  },
};

/** `magento-sync alerts [ack|test]` */
export const alertsCommand: CommandDefinition = {
  name: 'alerts',
  summary: 'show alerts and what did not arrive; acknowledge one, or send a test',
  description:
    'Shows the alerts that go on, those that are over, and messages that did not arrive. What follows from an alert stands\n' +
    'under it, marked with ↳. A daemon looks for alerts every\n' +
    'half minute where ALERT_WEBHOOK_URL, ALERT_EMAIL_TO or ALERT_HEARTBEAT_URL is set.',
  notes: 'Exits with 3 while an alert goes on or a message was given up.',
  options: (command) => command.option('--json', 'print them as JSON'),
  commands: [ackCommand, testCommand],
  run: list,
};

async function list(
  options: Readonly<Record<string, unknown>>,
  { environment, output }: CommandContext,
): Promise<ExitCode> {
  const config = parseStorageConfig(environment);
  const shop = requireShopName(config);
  const log = commandLogger(config, 'other');
  return withStorage(config, { command: 'alerts', maxConnections: 1, log }, async ({ store }) => {
    const all = await store.alerts.list(shop);
    const alerts = all.filter(({ firingSince }) => firingSince !== null);
    const undelivered = await store.alerts.undeliveredOnes(shop);
    if (options['json']) {
      const following = all.filter(({ follows }) => follows !== null);
      output.json({ shop, alerts, following, undelivered });
    } else if (alerts.length + undelivered.length === 0) output.line('No alert.');
    else {
      const now = systemClock.now();
      output.line(
        textTable(
          ['', 'alert', 'about', 'since', 'over', 'told', 'says'],
          worstFirst(alerts).flatMap((alert) => [
            rowOf(alert, now),
            ...all
              .filter(({ follows, firingSince }) => follows === alert.key && firingSince === null)
              .map(({ name, subject, summary }) => ['↳', name, subject, '', '', '', summary]),
          ]),
        ),
      );
      for (const { channel, createdAt, failure, failedAt } of undelivered) {
        output.line(
          `${channel}, message of ${moment(createdAt)}: ${failure} ${failedAt ? 'Given up.' : 'It is tried again.'}`,
        );
      }
    }
    return alerts.some(isTold) || undelivered.some(({ failedAt }) => failedAt !== null)
      ? exitCodes.incomplete
      : exitCodes.success;
  });
}

function rowOf(alert: Alert, now: Date): string[] {
  const { name, subject, severity, since, resolvedAt, clearSince, notifications, summary } = alert;
  const acknowledged = resolvedAt ? null : acknowledgedSentence(alert, now);
  return [
    resolvedAt ? '✓' : severity === 'critical' ? '✕' : '!',
    name,
    subject,
    moment(since),
    resolvedAt ? moment(clearSince ?? resolvedAt) : '',
    String(notifications),
    acknowledged === null ? summary : `${summary} (${acknowledged})`,
  ];
}

function moment(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
