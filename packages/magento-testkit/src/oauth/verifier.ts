import { timingSafeEqual } from 'node:crypto';
import type { Integration } from './integration.ts';
import type { Integrations } from './integrations.ts';
import { NonceStore } from './nonce-store.ts';
import type { OAuthRules } from './oauth-rules.ts';
import { CREDENTIAL_LENGTH } from './random-credential.ts';
import { missingParameters, OAuthRefusal, unauthorized } from './refusal.ts';
import { sign } from './signature.ts';
import { readSignedParameters, type SignedParameters, type SignedRequest } from './signed-request.ts';

/** How far ahead of the shop's clock a timestamp may be; there is no limit for old ones. */
const TIMESTAMP_LEEWAY_SECONDS = 600;

const BASIC_PARAMETERS = [
  'oauth_consumer_key',
  'oauth_signature',
  'oauth_signature_method',
  'oauth_nonce',
  'oauth_timestamp',
];

/** Parts of the shop that OAuth checks need. */
export interface OAuthContext {
  readonly integrations: Integrations;
  readonly rules: OAuthRules;
  /** The shop's PHP clock, milliseconds. */
  readonly now: () => number;
}

/**
 * Checks OAuth 1.0a requests in Magento's order: version, missing parameters, token length, signature
 * method, consumer, timestamp, nonce, token, signature. The first failure is the answer.
 *
 * Magento: framework/Oauth/Oauth.php, module-integration/Model/Oauth/Token/Provider.php.
 */
export class OAuthVerifier {
  readonly #context: OAuthContext;
  readonly #nonces = new NonceStore();

  constructor(context: OAuthContext) {
    this.#context = context;
  }

  /**
   * The active integration that signed an API call.
   *
   * `undefined` for a request without OAuth credentials, and for rightly signed ones of an inactive
   * integration: Magento goes on with both as with a guest.
   *
   * @throws OAuthRefusal for everything else
   */
  verifyCall(request: SignedRequest): Integration | undefined {
    const parameters = readSignedParameters(request);
    if (!parameters) return undefined;
    const integration = this.checkProtocol(parameters, [...BASIC_PARAMETERS, 'oauth_token']);
    const value = parameters.get('oauth_token') ?? '';
    const owner = this.#context.integrations.findByToken(value);
    const token = owner?.token;
    if (!owner || !token) throw unauthorized('Specified token does not exist');
    if (owner !== integration) throw unauthorized('Token is not associated with the specified consumer');
    if (token.type !== 'access') throw unauthorized('Token is not an access token');
    if (token.revoked) throw unauthorized('Access token has been revoked');
    this.checkSignature(request, parameters, integration, token.secret);
    return integration.active ? integration : undefined;
  }

  /**
   * The checks that every OAuth request goes through before its token is looked at. The nonce is used up even
   * when a later check fails.
   */
  checkProtocol(parameters: SignedParameters, required: readonly string[] = BASIC_PARAMETERS): Integration {
    const version = parameters.get('oauth_version');
    if (version !== undefined && version !== '1.0') {
      throw new OAuthRefusal(400, {
        message: 'The "%1" Oauth version isn\'t supported.',
        parameters: [version],
      });
    }
    const missing = required.filter((name) => !parameters.has(name));
    if (missing.length > 0) throw missingParameters(missing);
    const token = parameters.get('oauth_token');
    if (token !== undefined && token.length !== CREDENTIAL_LENGTH) {
      throw new OAuthRefusal(400, {
        message: 'The token length is invalid. Check the length and try again.',
      });
    }
    const method = parameters.get('oauth_signature_method') ?? '';
    if (!this.#context.rules.signatureMethods.includes(method)) {
      throw new OAuthRefusal(400, {
        message: 'Signature method %1 is not supported',
        parameters: [method],
      });
    }
    const integration = this.#findConsumer(parameters.get('oauth_consumer_key') ?? '');
    this.#useNonce(integration, parameters);
    return integration;
  }

  /** Compares the signature of a request with the one its parameters and secrets ask for. */
  checkSignature(
    request: SignedRequest,
    parameters: SignedParameters,
    { consumerSecret }: Integration,
    tokenSecret: string,
  ): void {
    const { rules } = this.#context;
    const algorithm = parameters.get('oauth_signature_method') === 'HMAC-SHA1' ? 'SHA1' : 'SHA256';
    const secrets = { consumerSecret, tokenSecret };
    const expected = Buffer.from(sign(request, parameters, secrets, rules.generation, algorithm));
    const given = Buffer.from(parameters.get('oauth_signature') ?? '', 'latin1');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw unauthorized(rules.badSignatureMessage);
    }
  }

  #findConsumer(key: string): Integration {
    if (key.length !== CREDENTIAL_LENGTH) throw unauthorized('Consumer key is not the correct length');
    const integration = this.#context.integrations.findByConsumerKey(key);
    if (!integration) throw unauthorized('A consumer having the specified key does not exist');
    return integration;
  }

  #useNonce({ consumerId }: Integration, parameters: SignedParameters): void {
    const timestamp = Number.parseInt(parameters.get('oauth_timestamp') ?? '', 10) || 0;
    const latest = Math.floor(this.#context.now() / 1000) + TIMESTAMP_LEEWAY_SECONDS;
    // Magento throws an input error here but catches it itself, so its text never reaches the client.
    if (timestamp <= 0 || timestamp > latest) throw unauthorized('An error occurred validating the nonce');
    const verdict = this.#nonces.store(consumerId, parameters.get('oauth_nonce') ?? '');
    if (verdict === 'used') {
      throw unauthorized('The nonce is already being used by the consumer with ID %1', [String(consumerId)]);
    }
    if (verdict === 'collision') throw unauthorized('An error occurred validating the nonce');
  }
}
