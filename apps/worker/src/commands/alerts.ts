import { testMessages } from '../alerts/alert-life.ts';
import { alertChannels } from '../alerts/alert-watch.ts';
import { systemClock } from '../clock.ts';
import { parseConfig, parseStorageConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { textTable } from '../output.ts';
import { withStorage } from '../storage.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
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
        for (const message of testMessages(config.shop, systemClock.now())) await channel.send(message);
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

/** `magento-sync alerts [test]` */
export const alertsCommand: CommandDefinition = {
  name: 'alerts',
  summary: 'show alerts and what did not arrive, or send a test',
  description:
    'Shows the alerts that go on, those that are over, and messages that did not arrive. A daemon looks for alerts every\n' +
    'half minute where ALERT_WEBHOOK_URL, ALERT_EMAIL_TO or ALERT_HEARTBEAT_URL is set.',
  notes: 'Exits with 3 while an alert goes on or a message was given up.',
  options: (command) => command.option('--json', 'print them as JSON'),
  commands: [testCommand],
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
    const alerts = (await store.alerts.list(shop)).filter(({ firingSince }) => firingSince !== null);
    const undelivered = await store.alerts.undeliveredOnes(shop);
    const goesOn = alerts.some(({ resolvedAt }) => resolvedAt === null);
    if (options['json']) output.json({ shop, alerts, undelivered });
    else if (alerts.length + undelivered.length === 0) output.line('No alert.');
    else {
      output.line(
        textTable(
          ['', 'alert', 'about', 'since', 'over', 'told', 'says'],
          alerts.map(({ name, subject, severity, since, resolvedAt, clearSince, notifications, summary }) => [
            resolvedAt ? '✓' : severity === 'critical' ? '✕' : '!',
            name,
            subject,
            moment(since),
            resolvedAt ? moment(clearSince ?? resolvedAt) : '',
            String(notifications),
            summary,
          ]),
        ),
      );
      for (const { channel, createdAt, failure, failedAt } of undelivered) {
        output.line(
          `${channel}, message of ${moment(createdAt)}: ${failure} ${failedAt ? 'Given up.' : 'It is tried again.'}`,
        );
      }
    }
    return goesOn || undelivered.some(({ failedAt }) => failedAt !== null)
      ? exitCodes.incomplete
      : exitCodes.success;
  });
}

function moment(at: Date): string {
  return at.toISOString().slice(0, 16).replace('T', ' ');
}
