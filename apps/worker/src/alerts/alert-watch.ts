import { setTimeout } from 'node:timers/promises';
import type { Database } from '@magento-sync/db';
import type { Config } from '../config/config.ts';
import { type CopyState, readCopyState, type StateSource } from '../copy-state.ts';
import type { Logger } from '../logger.ts';
import { readFailedSignIns } from '../sign-in.ts';
import { allPeriodMs } from '../sync/sweep/sweep.ts';
import { isTold, type LookRules, lookAt } from './alert-life.ts';
import { type AlertChannel, AlertDeliveryError } from './channel.ts';
import { type AlertLimits, findConditions, type ProcessCondition } from './conditions.ts';
import { emailChannel } from './email.ts';
import { heartbeatOf, type TellingConfig } from './heartbeat.ts';
import { type AlertLinks, type AlertMessage, ownRunbooks } from './message.ts';
import { webhookChannel } from './webhook.ts';

/** Where alerts are looked for and told. */
export interface AlertSource extends StateSource {
  readonly database: Database;
  readonly log: Logger;
  /** Reads the state of the copy, or hands out what another has read a moment ago. */
  readonly readState?: () => Promise<CopyState>;
}

/** What is held against which limits, and who is told. */
export interface AlertOptions extends LookRules {
  readonly limits: AlertLimits;
  readonly channels: readonly AlertChannel[];
  /** Told with every look whether all is well; a monitor that hears nothing for a while gives alarm itself. */
  readonly heartbeat?: (isWell: boolean) => Promise<void>;
  readonly everyMs?: number;
  /** What the process knows besides what the copy says. */
  readonly alsoHolds?: () => readonly ProcessCondition[];
}

/** The part of the configuration that alerts depend on. */
export type AlertedConfig = Pick<Config, 'schedule' | 'slowSweeps'> & TellingConfig;

const lookEveryMs = 30_000;
/** Longer than the longest time a channel takes. */
const leaseMs = 60_000;
const shortestRetryMs = 10_000;
const longestRetryMs = 15 * 60_000;
/** What could not be told for a day is no news. */
const givenUpAfterMs = 86_400_000;
const messagesAtOnce = 20;

/** The channels that the configuration names. */
export function alertChannels({ alerts, magento: { proxy } }: TellingConfig): AlertChannel[] {
  const { webhook, email } = alerts;
  return [
    ...(webhook ? [webhookChannel({ ...webhook, proxy })] : []),
    ...(email ? [emailChannel(email)] : []),
  ];
}

/** Where links of alerts lead to. */
export function alertLinks({ alerts }: Pick<Config, 'alerts'>): AlertLinks {
  const { consoleUrl } = alerts;
  const onPage = consoleUrl === undefined ? ownRunbooks : `${consoleUrl}/runbooks`;
  return { consoleUrl, runbooks: alerts.runbooks ?? onPage };
}

/** What a daemon of this configuration watches; `undefined` when nobody is to be told. */
export function alertOptions(config: AlertedConfig): AlertOptions | undefined {
  const { schedule, slowSweeps, alerts } = config;
  const channels = alertChannels(config);
  const heartbeat = heartbeatOf(config);
  if (channels.length === 0 && !heartbeat) return undefined;
  return {
    limits: { ...schedule, sweepAllPeriodMs: slowSweeps.allPeriodMs ?? allPeriodMs },
    repeats: { everyMs: alerts.repeatEveryMs },
    links: alertLinks(config),
    channels,
    ...(heartbeat ? { heartbeat } : {}),
  };
}

/** Looks and tells until the signal fires. Several daemons may watch one shop: each message is stored once. */
export async function watchAlerts(
  source: AlertSource,
  options: AlertOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await lookForAlerts(source, options);
      await deliverAlerts(source, options.channels);
    } catch (error) {
      if (!signal.aborted) source.log.warn({ err: error }, 'alerts could not be looked for; trying again');
    }
    await setTimeout(options.everyMs ?? lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

/** One look: what is new, goes on or is over becomes messages. Returns them. */
export async function lookForAlerts(
  source: AlertSource,
  { limits, repeats, links, channels, heartbeat, alsoHolds }: AlertOptions,
): Promise<readonly AlertMessage[]> {
  const { shop, database, store, clock, log } = source;
  const now = clock.now();
  const state = await (source.readState?.() ?? readCopyState(source));
  const failedSignIns = await readFailedSignIns(database, shop, now);
  const conditions = findConditions(state, failedSignIns, limits, now, alsoHolds?.());
  let messages: readonly AlertMessage[] = [];
  let isWell = true;
  await store.alerts.change(shop, (stored) => {
    const look = lookAt(shop, stored, conditions, { repeats, links }, now);
    messages = look.messages;
    isWell = !look.put.some((alert) => alert.severity === 'critical' && isTold(alert));
    return {
      ...look,
      messages: channels.flatMap(({ name: channel }) =>
        look.messages.map((message) => ({ channel, message: { ...message } })),
      ),
    };
  });
  for (const { status, alerts, reason } of messages) {
    for (const { alert, subject, summary } of alerts)
      log[status === 'firing' ? 'warn' : 'info']({ alert, subject, status, reason }, summary);
  }
  await heartbeat?.(isWell).catch((error: unknown) =>
    log.warn({ err: error }, 'the monitor could not be told that the daemon is alive'),
  );
  return messages;
}

/** Sends what is due; what does not arrive is tried again, with growing pauses, for a day. */
export async function deliverAlerts(
  { shop, store: { alerts }, clock, log }: AlertSource,
  channels: readonly AlertChannel[],
): Promise<void> {
  for (const delivery of await alerts.take(shop, { limit: messagesAtOnce, leaseMs })) {
    const channel = channels.find(({ name }) => name === delivery.channel);
    if (!channel) {
      await alerts.undelivered(delivery.id, `No ${delivery.channel} is configured any more.`, undefined);
      continue;
    }
    if (!Array.isArray(delivery.message['alerts'])) {
      await alerts.undelivered(
        delivery.id,
        'It was stored by a version with another form of messages.',
        undefined,
      );
      continue;
    }
    try {
      await channel.send(delivery.message as unknown as AlertMessage);
      await alerts.delivered(delivery.id);
    } catch (error) {
      if (!(error instanceof AlertDeliveryError)) throw error;
      const isOld = clock.now().getTime() - delivery.createdAt.getTime() > givenUpAfterMs;
      const pauseMs = Math.min(longestRetryMs, shortestRetryMs * 2 ** (delivery.attempts - 1));
      const again = error.isTransient && !isOld ? { inMs: error.retryAfterMs ?? pauseMs } : undefined;
      await alerts.undelivered(delivery.id, error.message, again);
      log.warn(
        { channel: channel.name, attempt: delivery.attempts, ...(again ? { againInMs: again.inMs } : {}) },
        again ? error.message : `${error.message} The message is given up.`,
      );
    }
  }
}
