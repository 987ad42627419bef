import { createHmac } from 'node:crypto';
import { EnvHttpProxyAgent, request } from 'undici';
import type { Secret } from '../config/secret.ts';
import { type AlertChannel, AlertDeliveryError } from './channel.ts';
import { type AlertMessage, headlineOf, linesOf } from './message.ts';
import { slackBody } from './slack.ts';

/** Where webhooks go to and how. */
export interface WebhookOptions {
  readonly url: Secret;
  readonly format: 'json' | 'slack';
  /** Signs the body, so that the receiver knows who sent it. */
  readonly secret: Secret | undefined;
  readonly proxy: {
    readonly http: Secret | undefined;
    readonly https: Secret | undefined;
    readonly none: string | undefined;
  };
}

const connectMs = 3_000;
const wholeMs = 10_000;
const longestRetryAfterMs = 3_600_000;

/** POSTs to an address with a time limit, without following redirects, through the proxy of the environment. */
export async function postTo(
  { url, proxy }: Pick<WebhookOptions, 'url' | 'proxy'>,
  what: string,
  body: string,
  headers: Record<string, string>,
): Promise<void> {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: connectMs },
    httpProxy: proxy.http?.reveal() ?? '',
    httpsProxy: proxy.https?.reveal() ?? '',
    noProxy: proxy.none ?? '',
  });
  try {
    const answer = await request(url.reveal(), {
      method: 'POST',
      headers,
      body,
      dispatcher,
      signal: AbortSignal.timeout(wholeMs),
    });
    await answer.body.dump({ limit: 65_536 });
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) return;
    throw new AlertDeliveryError(refusal(what, statusCode), {
      isTransient: statusCode >= 500 || statusCode === 429 || statusCode === 408,
      retryAfterMs: retryAfterMs(answer.headers['retry-after']),
    });
  } catch (error) {
    if (error instanceof AlertDeliveryError) throw error;
    // The message of the cause may quote the address, and the address is a secret.
    const code = (error as { code?: string }).code ?? (error as Error).name;
    throw new AlertDeliveryError(`${what} cannot be reached (${code}).`, { isTransient: true });
  } finally {
    await dispatcher.destroy();
  }
}

function refusal(what: string, status: number): string {
  if (status >= 300 && status < 400) {
    return `${what} answers ${status}, a redirect, which is not followed: set the address it leads to.`;
  }
  return `${what} answers ${status}.`;
}

function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, longestRetryAfterMs) : undefined;
}

/** Alerts as POST requests: the documented JSON, or the form that Slack and those like it take. */
export function webhookChannel(options: WebhookOptions): AlertChannel {
  return {
    name: 'webhook',
    async send(message) {
      const body = JSON.stringify(options.format === 'slack' ? slackBody(message) : jsonBody(message));
      await postTo(options, 'ALERT_WEBHOOK_URL', body, {
        'content-type': 'application/json',
        'user-agent': 'magento-sync',
        // The same however often it is sent, so that a receiver may tell it twice sent from told twice.
        'idempotency-key': idempotencyKey(message),
        ...signature(options.secret, body),
      });
    },
  };
}

/** `text` is for the receivers that show nothing else. */
function jsonBody(message: AlertMessage) {
  const lines = message.alerts.flatMap(linesOf);
  return { ...message, text: [headlineOf(message), ...lines].join('\n') };
}

function idempotencyKey({ status, alerts: [{ key, startedAt, notification }] }: AlertMessage): string {
  return `${key}-${status}-${startedAt}-${notification}`;
}

function signature(secret: Secret | undefined, body: string): Record<string, string> {
  if (!secret) return {};
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const digest = createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-magento-sync-timestamp': timestamp, 'x-magento-sync-signature': `sha256=${digest}` };
}
