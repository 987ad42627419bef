import type { Integration } from './integration.ts';
import { CREDENTIAL_LENGTH } from './random-credential.ts';
import { OAuthRefusal, renderRefusal, unauthorized } from './refusal.ts';
import { readSignedParameters, type SignedRequest } from './signed-request.ts';
import type { OAuthContext, OAuthVerifier } from './verifier.ts';

/** How long after the post to the callback URL a request token can be fetched. */
const CONSUMER_KEY_LIFETIME_SECONDS = 300;

const ACCESS_TOKEN_PARAMETERS = [
  'oauth_consumer_key',
  'oauth_signature',
  'oauth_signature_method',
  'oauth_nonce',
  'oauth_timestamp',
  'oauth_token',
  'oauth_verifier',
];

/** Status and form-encoded body of a token request. */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401;
  readonly body: string;
}

/**
 * The two requests with which an integration that has a callback URL gets its access token.
 *
 * A refusal is a body of `oauth_problem=…`, a success `oauth_token=…&oauth_token_secret=…`; both are
 * form-encoded and served as HTML. Magento: module-integration/Controller/Token/*.php,
 * recordings/oauth-handshake.json.
 */
export class TokenExchange {
  readonly #verifier: OAuthVerifier;
  readonly #context: OAuthContext;

  constructor(verifier: OAuthVerifier, context: OAuthContext) {
    this.#verifier = verifier;
    this.#context = context;
  }

  /** Answers `/oauth/token/request`. */
  requestToken(request: SignedRequest): TokenAnswer {
    return answer(() => {
      const parameters = readSignedParameters(request) ?? new Map<string, string>();
      const integration = this.#verifier.checkProtocol(parameters);
      const elapsedMs = this.#context.now() - integration.postedAt;
      if (elapsedMs >= CONSUMER_KEY_LIFETIME_SECONDS * 1000) throw unauthorized('Consumer key has expired');
      this.#verifier.checkSignature(request, parameters, integration, '');
      const { token } = integration;
      if (!token) throw missingToken(integration);
      if (token.type !== 'verifier') {
        throw unauthorized('Cannot create request token because consumer token is not a verifier token');
      }
      return this.#context.integrations.exchange(integration, 'request');
    });
  }

  /** Answers `/oauth/token/access`; the integration is active afterwards. */
  accessToken(request: SignedRequest): TokenAnswer {
    return answer(() => {
      const parameters = readSignedParameters(request) ?? new Map<string, string>();
      const integration = this.#verifier.checkProtocol(parameters, ACCESS_TOKEN_PARAMETERS);
      const owner = this.#context.integrations.findByToken(parameters.get('oauth_token') ?? '');
      const token = owner?.token;
      if (!token) throw unauthorized('Specified token does not exist');
      if (owner !== integration) {
        throw unauthorized('Request token is not associated with the specified consumer');
      }
      if (token.type !== 'request') throw unauthorized('Token is already being used');
      checkVerifier(parameters.get('oauth_verifier') ?? '', token.verifier);
      this.#verifier.checkSignature(request, parameters, integration, token.secret);
      return this.#context.integrations.exchange(integration, 'access');
    });
  }
}

function checkVerifier(given: string, expected: string | undefined): void {
  if (given.length !== CREDENTIAL_LENGTH) throw unauthorized('Verifier is not the correct length');
  if (given !== expected) throw unauthorized('Token verifier and verifier token do not match');
}

function missingToken({ consumerId }: Integration): OAuthRefusal {
  return unauthorized('A token with consumer ID %1 does not exist', [String(consumerId)]);
}

function answer(exchange: () => { value: string; secret: string }): TokenAnswer {
  try {
    const { value, secret } = exchange();
    const fields = new URLSearchParams({ oauth_token: value, oauth_token_secret: secret });
    return { status: 200, body: fields.toString() };
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error;
    return { status: error.status, body: new URLSearchParams({ oauth_problem: problem(error) }).toString() };
  }
}

/** Several missing parameters are joined by commas, each without its full stop. */
function problem(refusal: OAuthRefusal): string {
  if (refusal.errors.length === 0) {
    const { message, parameters } = refusal;
    return renderRefusal(parameters ? { message, parameters } : { message });
  }
  return refusal.errors.map((error) => renderRefusal(error).replace(/\.$/, '')).join(', ');
}
