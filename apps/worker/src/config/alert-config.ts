import type { EnvironmentReader } from './environment-reader.ts';
import type { Secret } from './secret.ts';

/** Who is told when a person is needed. */
export interface AlertConfig {
  readonly webhook:
    | { readonly url: Secret; readonly format: 'json' | 'slack'; readonly secret: Secret | undefined }
    | undefined;
  readonly email:
    | { readonly server: Secret; readonly from: string; readonly to: readonly string[] }
    | undefined;
  readonly heartbeatUrl: Secret | undefined;
  readonly repeatEveryMs: number;
  /** Address of the page for people, without a slash at its end, for links; this process need not serve it. */
  readonly consoleUrl: string | undefined;
  /** Address of the document with the runbooks; `undefined` for the one of the repository. */
  readonly runbooks: string | undefined;
}

/** Reads whom to tell of alerts, and how. */
export function readAlerts(reader: EnvironmentReader): AlertConfig {
  const url = reader.read('ALERT_WEBHOOK_URL');
  const format = reader.require('ALERT_WEBHOOK_FORMAT') ?? 'json';
  const secret = reader.read('ALERT_WEBHOOK_SECRET');
  const to = reader.read('ALERT_EMAIL_TO');
  const server = reader.read('ALERT_SMTP_URL');
  const from = reader.read('ALERT_EMAIL_FROM') ?? to?.[0];
  if (to && !server) reader.require('ALERT_SMTP_URL', 'ALERT_EMAIL_TO is set');
  if (server && !to) reader.require('ALERT_EMAIL_TO', 'ALERT_SMTP_URL is set');
  return {
    webhook: url && { url, format, secret },
    email: to && server && from ? { server, from, to } : undefined,
    heartbeatUrl: reader.read('ALERT_HEARTBEAT_URL'),
    repeatEveryMs: reader.require('ALERT_REPEAT_EVERY') ?? 0,
    consoleUrl: reader.read('CONSOLE_URL')?.replace(/\/+$/, ''),
    runbooks: reader.read('ALERT_RUNBOOK_URL')?.replace(/#.*$/, ''),
  };
}
