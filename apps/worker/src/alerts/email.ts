import { createTransport } from 'nodemailer';
import type { Secret } from '../config/secret.ts';
import type { AlertMessage } from './alert-life.ts';
import { type AlertChannel, AlertDeliveryError, headlineOf } from './channel.ts';

/** Whom to write to, and through which server. */
export interface EmailOptions {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  readonly server: Secret;
  readonly from: string;
  readonly to: readonly string[];
}

const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/** Alerts as plain text e-mails; all about one alert are one thread. */
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

function textOf(message: AlertMessage): string {
  const { summary, cure, status, severity, startedAt, resolvedAt, alert, subject, values } = message;
  const facts = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return [
    summary,
    ...(status === 'firing' ? [cure] : []),
    '',
    `Since ${startedAt}${resolvedAt ? `, over at ${resolvedAt}` : ''}`,
    `Alert ${alert} (${severity}) about ${subject}`,
    ...facts,
    '',
  ].join('\n');
}

/** The first message about an alert gives the thread its name; each other answers to it. */
function threadOf({ key, startedAt, notification }: AlertMessage, from: string) {
  const domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'magento-sync';
  const idOf = (number: number) => `<magento-sync-${key}-${Date.parse(startedAt)}-${number}@${domain}>`;
  const first = idOf(1);
  if (notification <= 1) return { messageId: first };
  return { messageId: idOf(notification), inReplyTo: first, references: [first] };
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
