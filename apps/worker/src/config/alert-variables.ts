import type { Variable } from './variable.ts';
import {
  documentAddress,
  duration,
  emailAddress,
  emailAddresses,
  longSecret,
  oneOf,
  secretAddress,
} from './variable-types.ts';

const minute = 60_000;

/** Who is told when a person is needed, and how. */
export const alertVariables = {
  ALERT_WEBHOOK_URL: {
    section: 'Alerts',
    about: 'Address to which alerts are sent by POST; secret',
    example: 'https://hooks.example.com/services/T000/B000/secret',
    otherwise: 'no webhook',
    schema: secretAddress('https:', 'http:'),
  },
  ALERT_WEBHOOK_FORMAT: {
    section: 'Alerts',
    about:
      '`json` as described in docs/operations.md, or `slack` for Slack and what takes the same, such as Mattermost',
    example: 'slack',
    default: 'json',
    schema: oneOf('json', 'slack'),
  },
  ALERT_WEBHOOK_SECRET: {
    section: 'Alerts',
    about: 'Signs the body of webhooks, so that the receiver knows who sent it; at least 16 characters',
    example: 'make-one-with-openssl-rand-hex-32',
    otherwise: 'not signed',
    schema: longSecret(16),
  },
  ALERT_EMAIL_TO: {
    section: 'Alerts',
    about: 'E-mail addresses that are told of alerts, with commas between them; needs ALERT_SMTP_URL',
    example: 'oncall@example.com,shop@example.com',
    otherwise: 'no e-mail',
    schema: emailAddresses,
  },
  ALERT_EMAIL_FROM: {
    section: 'Alerts',
    about: 'E-mail address of the sender',
    example: 'magento-sync@example.com',
    otherwise: 'the first address of ALERT_EMAIL_TO',
    schema: emailAddress,
  },
  ALERT_SMTP_URL: {
    section: 'Alerts',
    about: 'Mail server with its login: `smtp://` with STARTTLS where offered, or `smtps://`; secret',
    example: 'smtps://user:password@mail.example.com:465',
    otherwise: 'no e-mail',
    schema: secretAddress('smtp:', 'smtps:'),
  },
  ALERT_REPEAT_EVERY: {
    section: 'Alerts',
    about:
      'How often a critical alert that goes on is told again; others six times as seldom, after six messages once a day',
    example: '1h',
    default: '4h',
    schema: duration(minute, 7 * 24 * 60 * minute, 'from 1m to 7d'),
  },
  ALERT_RUNBOOK_URL: {
    section: 'Alerts',
    about:
      'Address at which people read docs/operations.md, or runbooks of yours with the same headings; alerts link to it',
    example: 'https://wiki.example.com/magento-sync/operations.html',
    otherwise: 'the runbooks of the page at `CONSOLE_URL`; without it alerts name `docs/operations.md`',
    schema: documentAddress,
  },
  ALERT_HEARTBEAT_URL: {
    section: 'Alerts',
    about:
      'Address of a monitor that is told every half minute that all is well, and `/fail` behind it when not; secret',
    example: 'https://monitor.example.com/ping/secret',
    otherwise: 'no monitor',
    schema: secretAddress('https:', 'http:'),
  },
} as const satisfies Record<string, Variable>;
