import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Integration } from './integration.ts';
import type { Integrations } from './integrations.ts';

/** How long the shop waits for the callback URL. Magento: oauth/consumer/post_timeout. */
const CALLBACK_TIMEOUT_MS = 5000;

/** What an activation did, and what the administrator's browser opens next. */
export interface Activation {
  /** The popup's address: the identity link with consumer key and way back; absent without a callback URL. */
  readonly identityLink: string | undefined;
  /** Status of the callback's answer, which Magento does not look at. */
  readonly callbackStatus: number | undefined;
}

/** Parts of the shop that an activation needs. */
export interface ActivationContext {
  readonly integrations: Integrations;
  /** The shop's base URL with a slash at the end, as the callback receives it. */
  readonly storeBaseUrl: string;
  readonly now: () => number;
}

/**
 * Activates an integration as the administrator does by "Activate" or "Reauthorize".
 *
 * Without a callback URL the integration is active at once. With one, the credentials and a verifier are
 * posted to it; the integration becomes active when its app has exchanged them for an access token. An access
 * token from an earlier activation is deleted first.
 * Magento: module-integration/Controller/Adminhtml/Integration/TokensExchange.php, Model/OauthService.php.
 *
 * @throws Error when the callback URL cannot be reached within five seconds
 */
export async function activateIntegration(
  nameOrId: string | number,
  { integrations, storeBaseUrl, now }: ActivationContext,
): Promise<Activation> {
  const integration = integrations.get(nameOrId);
  if (integration.callbackUrl === undefined) {
    if (integration.token?.type === 'access') integration.active = true;
    else integrations.exchange(integration, 'access');
    return { identityLink: undefined, callbackStatus: undefined };
  }
  if (integration.token?.type !== 'verifier') integration.token = undefined;
  integration.active = false;
  integration.postedAt = now();
  const fields = new URLSearchParams({
    oauth_consumer_key: integration.consumerKey,
    oauth_consumer_secret: integration.consumerSecret,
    store_base_url: storeBaseUrl,
    oauth_verifier: integrations.createVerifier(integration),
  });
  const callbackStatus = await postForm(integration.callbackUrl, fields.toString());
  return { identityLink: identityLinkOf(integration, storeBaseUrl), callbackStatus };
}

function identityLinkOf(integration: Integration, storeBaseUrl: string): string | undefined {
  if (integration.identityLinkUrl === undefined) return undefined;
  const wayBack = `${storeBaseUrl}admin/integration/loginSuccessCallback/`;
  // The administration's script appends both parameters without looking whether a query is already there.
  return `${integration.identityLinkUrl}?oauth_consumer_key=${integration.consumerKey}&success_call_back=${wayBack}`;
}

/** Sends what Magento's HTTP client sends; redirects are not followed and the answer's body is dropped. */
function postForm(url: string, body: string): Promise<number> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new Error(
          'The attempt to post data to consumer failed due to an unexpected error. Please try again later.',
          { cause },
        ),
      );
    const outgoing = send(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'User-Agent': 'Laminas\\Http\\Client',
          Accept: '*/*',
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(CALLBACK_TIMEOUT_MS),
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0)).on('error', fail);
      },
    );
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}
