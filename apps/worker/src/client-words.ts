import { LoginBreakerOpenError, type MagentoError } from '@magento-sync/magento-client';
import type { VariableName } from './config/variables.ts';

/** What a user sets where the client's messages name an option of its own; `auth.…` depends on the way to sign in. */
export const optionVariables: Readonly<Record<string, VariableName>> = {
  baseUrl: 'MAGENTO_BASE_URL',
  signingBaseUrl: 'MAGENTO_SIGNING_BASE_URL',
  storeCode: 'MAGENTO_STORE_CODE',
  basicAuth: 'MAGENTO_BASIC_AUTH',
  extraHeaders: 'MAGENTO_EXTRA_HEADERS',
  certificateAuthorities: 'MAGENTO_CA_FILE',
  'proxy.http': 'HTTP_PROXY',
  'proxy.https': 'HTTPS_PROXY',
  'proxy.none': 'NO_PROXY',
  'timeouts.connectMs': 'MAGENTO_CONNECT_TIMEOUT',
  'timeouts.headersMs': 'MAGENTO_HEADERS_TIMEOUT',
  'timeouts.bodyMs': 'MAGENTO_BODY_TIMEOUT',
  'auth.username': 'MAGENTO_USERNAME',
  'auth.password': 'MAGENTO_PASSWORD',
  'auth.totpSecret': 'MAGENTO_TOTP_SECRET',
  'auth.token': 'MAGENTO_BEARER_TOKEN',
  'auth.consumerKey': 'MAGENTO_CONSUMER_KEY',
  'auth.consumerSecret': 'MAGENTO_CONSUMER_SECRET',
  'auth.accessToken': 'MAGENTO_ACCESS_TOKEN',
  'auth.accessTokenSecret': 'MAGENTO_ACCESS_TOKEN_SECRET',
  'auth.clientId': 'MAGENTO_IMS_CLIENT_ID',
  'auth.clientSecret': 'MAGENTO_IMS_CLIENT_SECRET',
  'auth.organizationId': 'MAGENTO_IMS_ORGANIZATION_ID',
  'auth.tokenUrl': 'MAGENTO_IMS_TOKEN_URL',
};

const options = new RegExp(
  `(?<![\\w./-])(${Object.keys(optionVariables)
    .sort((one, other) => other.length - one.length)
    .map((name) => name.replaceAll('.', '\\.'))
    .join('|')})(?![\\w/-])`,
  'g',
);

/** Puts an error of the client into the words of the worker: variables for options, and the command that helps. */
export function inWordsOfTheWorker(message: string, error: MagentoError): string {
  const named = message.replaceAll(options, (option) => optionVariables[option] ?? option);
  if (!(error instanceof LoginBreakerOpenError)) return named;
  const when =
    error.reason === 'refused' ? 'When it was put right in the shop' : 'When the cause is cured before that';
  return `${/[.!?]$/.test(named) ? named : `${named}.`} ${when}, "magento-sync sign-in" tries at once.`;
}
