import { createTransport } from 'nodemailer';
import type { Secret } from '../config/secret.ts';
import { type AlertChannel, AlertDeliveryError } from './channel.ts';
import { type AlertMessage, headlineOf, linesOf, type ToldAlert } from './message.ts';

/** Whom to write to, and through which server. */
export interface EmailOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  readonly server: Secret;
  readonly from: string;
  readonly to: readonly string[];
}

const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/** Alerts as plain text e-mails; those about one alert are one thread. */
export function emailChannel({ server, from, to }: EmailOptions): AlertChannel {
  return {
    name: 'email',
    async send(message) {
      const transport = createTransport(server.reveal(), { from });
      Object.assign(transport.options, timeouts);
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: `[magento-sync] ${headlineOf(message)}`,
          text: textOf(message),
          ...threadOf(message, from),
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (error) {
        throw deliveryError(error);
      } finally {
        transport.close();
      }
    },
  };
}

function textOf({ alerts, goingOn, links }: AlertMessage): string {
  return [
    ...alerts.flatMap((alert) => [...linesOf(alert), ...factsOf(alert), '']),
    ...(goingOn === 0 ? [] : [`Told before, and not over: ${goingOn}.`]),
    ...(links.page === undefined ? [] : [links.page]),
    '',
  ].join('\n');
}

function factsOf({
  alert,
  severity,
  subject,
  startedAt,
  resolvedAt,
  values,
  links,
  acknowledgedBy,
}: ToldAlert) {
  return [
    `Alert ${alert} (${severity}) about ${subject}`,
    `Since ${startedAt}${resolvedAt ? `, over at ${resolvedAt}` : ''}`,
    ...Object.entries(values).map(([name, value]) => `${name}: ${value}`),
    ...(acknowledgedBy === null ? [] : [`Acknowledged by ${acknowledgedBy}`]),
    ...(links.run === undefined ? [] : [links.run]),
  ];
}

/**
 * The first message about an alert gives its thread a name, and each later one answers to it.
 *
 * Where it stood behind another one of its message, the name is that of a message that never was; programs for mail
 * put those together nevertheless that refer to the same.
 */
function threadOf({ alerts }: AlertMessage, from: string) {
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'magento-sync';
  const idOf = ({ key, startedAt }: ToldAlert, number: number) =>
    `<magento-sync-${key}-${Date.parse(startedAt)}-${number}@${domain}>`;
  const [head] = alerts;
  const messageId = idOf(head, head.notification);
  const references = alerts.map((alert) => idOf(alert, 1)).filter((id) => id !== messageId);
  const [inReplyTo] = references;
  return inReplyTo === undefined ? { messageId } : { messageId, inReplyTo, references };
}

/** A server's words may quote the password's account: only codes are told. */
function deliveryError(error: unknown): AlertDeliveryError {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (code === 'EAUTH') {
    return new AlertDeliveryError('The mail server refuses the login of ALERT_SMTP_URL.', {
      isTransient: false,
    });
  }
  if (responseCode !== undefined && responseCode >= 500) {
    return new AlertDeliveryError(`The mail server refuses the message (${responseCode}).`, {
      isTransient: false,
    });
  }
  const says = responseCode === undefined ? (code ?? 'no answer') : String(responseCode);
  return new AlertDeliveryError(`The mail server of ALERT_SMTP_URL does not take it (${says}).`, {
    isTransient: true,
  });
}
