import { AuthenticationError, type MagentoResponseError } from '../errors.ts';

/** Why Magento refused a signed request. */
export type OAuthRefusalReason =
  | 'signature_mismatch'
  | 'clock_ahead'
  | 'nonce_used'
  | 'unknown_consumer'
  | 'unknown_token'
  | 'token_of_other_consumer'
  | 'token_revoked'
  | 'token_of_wrong_type'
  | 'credential_malformed'
  | 'method_unsupported'
  | 'version_unsupported'
  | 'parameter_missing'
  | 'consumer_expired'
  | 'verifier_used'
  | 'verifier_wrong'
  | 'unknown';

/** Magento's own sentences; they are compared in English, so a shop that translates them yields `unknown`. */
const SENTENCES: ReadonlyArray<readonly [RegExp, OAuthRefusalReason]> = [
  // Releases 2.3.0 and 2.3.1 misspell it.
  [/The signat(?:ure|ire) is invalid/i, 'signature_mismatch'],
  // A refused timestamp reads like this, because the inner exception is swallowed.
  [/error occurred validating the nonce/i, 'clock_ahead'],
  [/nonce is already being used/i, 'nonce_used'],
  [/consumer having the specified key does not exist/i, 'unknown_consumer'],
  [/Consumer key has expired/i, 'consumer_expired'],
  [/Specified token does not exist/i, 'unknown_token'],
  [/token is not associated with the specified consumer/i, 'token_of_other_consumer'],
  [/Access token has been revoked/i, 'token_revoked'],
  [/Token is not an access token|consumer token is not a request token/i, 'token_of_wrong_type'],
  [/consumer token is not a verifier token|Token is already being used/i, 'verifier_used'],
  [/verifier (?:is invalid|is not the correct length|and verifier token do not match)/i, 'verifier_wrong'],
  [/token length is invalid|key is not the correct length/i, 'credential_malformed'],
  [/Signature method .+ is not supported/i, 'method_unsupported'],
  [/Oauth version isn't supported/i, 'version_unsupported'],
  [/"?%?(?:fieldName|oauth_\w+)"? is required/i, 'parameter_missing'],
];

const CURES: Readonly<Record<OAuthRefusalReason, string>> = {
  signature_mismatch:
    'Compare auth.consumerSecret and auth.accessTokenSecret with the integration. If they are right, something between this client and the shop changes host, scheme or path: set signingBaseUrl to the address the shop itself sees.',
  clock_ahead:
    'The timestamp was more than ten minutes ahead of the shop, or a nonce collided. Set the clock of this machine.',
  nonce_used: 'A proxy may have sent the same request twice; the client never does.',
  unknown_consumer: 'The consumer key is of another shop, or the integration was deleted.',
  consumer_expired:
    'Magento gives an activation five minutes. Start it again in System > Extensions > Integrations (Reauthorize).',
  unknown_token:
    'The integration was reauthorized or deleted since its credentials were copied. Copy all four again.',
  token_of_other_consumer: 'Consumer key and access token belong to two different integrations.',
  token_revoked:
    'Reauthorize the integration in System > Extensions > Integrations and copy its credentials.',
  token_of_wrong_type: 'The token is not of the kind this step needs. Start the activation again.',
  credential_malformed: 'Each credential has exactly 32 characters.',
  method_unsupported: 'Since 2.4.4 Magento takes HMAC-SHA256 only.',
  version_unsupported: 'Magento speaks OAuth 1.0a only.',
  parameter_missing: 'Something between this client and the shop cuts the Authorization header.',
  verifier_used: 'This activation was completed or started before. Reauthorize the integration.',
  verifier_wrong: 'The verifier is not the one of this activation. Start it again.',
  unknown: 'Check the four credentials and whether the integration is active.',
};

/** Recognises Magento's sentence in an error message or a body. */
export function oauthRefusalReason(text: string): OAuthRefusalReason {
  return SENTENCES.find(([sentence]) => sentence.test(text))?.[1] ?? 'unknown';
}

/** What to do about a refusal, in plain words. */
export function oauthRefusalCure(reason: OAuthRefusalReason): string {
  return CURES[reason];
}

/** Magento refused a signature, a nonce or one of the four credentials. */
export class OAuthRefusedError extends AuthenticationError {
  readonly reason: OAuthRefusalReason;

  constructor(refusal: MagentoResponseError) {
    const reason = oauthRefusalReason(refusal.message);
    super(`${refusal.message} ${oauthRefusalCure(reason)}`, refusal.response);
    this.reason = reason;
  }
}
