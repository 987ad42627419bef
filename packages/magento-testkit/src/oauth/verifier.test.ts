import { expect, test } from 'vitest';
import type { Integration } from './integration.ts';
import { Integrations } from './integrations.ts';
import { oauthRules } from './oauth-rules.ts';
import { percentEncode } from './percent-encoding.ts';
import { OAuthRefusal } from './refusal.ts';
import { sign } from './signature.ts';
import { readSignedParameters, type SignedRequest } from './signed-request.ts';
import { TokenExchange } from './token-exchange.ts';
import { OAuthVerifier } from './verifier.ts';

/** An OAuth checker with one active integration, on a clock that stands until it is moved. */
function setUp(release = '2.4.7') {
  const integrations = new Integrations({ existing: [{ name: 'CRM', active: true }] });
  const clock = { now: 1_800_000_000_000 };
  const context = { integrations, rules: oauthRules(release), now: () => clock.now };
  const verifier = new OAuthVerifier(context);
  const integration = integrations.get('CRM');
  let nonces = 0;

  /** Signs as a client would; members given replace those of the header. */
  function signed(
    given: Record<string, string> = {},
    { tokenSecret = integration.token?.secret ?? '', uri = '/rest/V1/customers/1' } = {},
  ): SignedRequest {
    nonces += 1;
    const fields: Record<string, string> = {
      oauth_consumer_key: integration.consumerKey,
      oauth_nonce: `nonce${nonces}`,
      oauth_signature_method: 'HMAC-SHA256',
      oauth_timestamp: String(clock.now / 1000),
      ...(integration.token ? { oauth_token: integration.token.value } : {}),
      oauth_version: '1.0',
      ...given,
    };
    const headerOf = (all: Record<string, string>) =>
      `OAuth ${Object.entries(all)
        .map(([name, value]) => `${name}="${percentEncode(value)}"`)
        .join(', ')}`;
    const unsigned: SignedRequest = {
      method: 'GET',
      scheme: 'http',
      host: 'shop.test',
      uri,
      authorization: headerOf(fields),
      contentType: undefined,
      body: '',
    };
    const algorithm = fields['oauth_signature_method'] === 'HMAC-SHA1' ? 'SHA1' : 'SHA256';
    const secrets = { consumerSecret: integration.consumerSecret, tokenSecret };
    const oauth_signature = sign(
      unsigned,
      readSignedParameters(unsigned)!,
      secrets,
      context.rules.generation,
      algorithm,
    );
    return { ...unsigned, authorization: headerOf({ oauth_signature, ...fields, ...given }) };
  }

  return {
    integrations,
    integration,
    clock,
    verifier,
    exchange: new TokenExchange(verifier, context),
    signed,
  };
}

function refusalOf(attempt: () => Integration | undefined): { status: number; message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof OAuthRefusal) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error('The request was accepted.');
}

test('a failed signature has used up its nonce', () => {
  const { verifier, signed } = setUp();
  const bad = signed({ oauth_nonce: 'once', oauth_signature: 'wrong' });
  expect(refusalOf(() => verifier.verifyCall(bad)).message).toBe(
    'The signature is invalid. Verify and try again.',
  );
  expect(refusalOf(() => verifier.verifyCall(signed({ oauth_nonce: 'ONCE' }))).message).toBe(
    'The nonce is already being used by the consumer with ID %1',
  );
});

test('a timestamp may be ten minutes ahead and as old as it likes', () => {
  const { verifier, signed, clock, integration } = setUp();
  const at = (seconds: number) => signed({ oauth_timestamp: String(clock.now / 1000 + seconds) });
  expect(verifier.verifyCall(at(600))).toBe(integration);
  expect(verifier.verifyCall(at(-10_000_000))).toBe(integration);
  for (const refused of [at(601), signed({ oauth_timestamp: '0' }), signed({ oauth_timestamp: 'today' })]) {
    expect(refusalOf(() => verifier.verifyCall(refused)).message).toBe(
      'An error occurred validating the nonce',
    );
  }
});

test('earlier checks win over later ones', () => {
  const { verifier, signed } = setUp();
  const everythingWrong = {
    oauth_version: '2.0',
    oauth_token: 'short',
    oauth_signature_method: 'PLAINTEXT',
    oauth_consumer_key: 'short',
    oauth_timestamp: '0',
  };
  const messages = Object.keys(everythingWrong).map((_name, index, names) => {
    const given = Object.fromEntries(
      Object.entries(everythingWrong).filter(([name]) => names.indexOf(name) >= index),
    );
    return refusalOf(() => verifier.verifyCall(signed(given))).message;
  });
  expect(messages).toEqual([
    'The "%1" Oauth version isn\'t supported.',
    'The token length is invalid. Check the length and try again.',
    'Signature method %1 is not supported',
    'Consumer key is not the correct length',
    'An error occurred validating the nonce',
  ]);
});

test('a token must exist, be the consumer’s, be an access token and not be revoked', () => {
  const { verifier, signed, integrations, integration } = setUp();
  const other = integrations.create({ name: 'Other', active: true });
  const messageWith = (token: string) =>
    refusalOf(() => verifier.verifyCall(signed({ oauth_token: token }))).message;
  expect(messageWith('0'.repeat(32))).toBe('Specified token does not exist');
  expect(messageWith(other.token!.value)).toBe('Token is not associated with the specified consumer');
  integration.token!.type = 'request';
  expect(messageWith(integration.token!.value)).toBe('Token is not an access token');
  integration.token!.type = 'access';
  integration.token!.revoked = true;
  expect(messageWith(integration.token!.value)).toBe('Access token has been revoked');
});

test('without OAuth credentials, and for an inactive integration, the caller is nobody', () => {
  const { verifier, signed, integration } = setUp();
  expect(verifier.verifyCall({ ...signed(), authorization: undefined })).toBeUndefined();
  expect(verifier.verifyCall({ ...signed(), authorization: 'Bearer abc' })).toBeUndefined();
  expect(verifier.verifyCall({ ...signed(), authorization: 'OAuth realm="x"' })).toBeUndefined();
  integration.active = false;
  expect(verifier.verifyCall(signed())).toBeUndefined();
});

test.each([
  ['2.3.1', 'The signatire is invalid. Verify and try again.', true],
  ['2.4.3-p3', 'The signature is invalid. Verify and try again.', true],
  ['2.4.4', 'The signature is invalid. Verify and try again.', false],
  ['2.4.8', 'The signature is invalid. Verify and try again.', false],
])('release %s says "%s"; HMAC-SHA1 allowed: %s', (release, message, sha1Allowed) => {
  const { verifier, signed, integration } = setUp(release);
  expect(refusalOf(() => verifier.verifyCall(signed({ oauth_signature: 'wrong' }))).message).toBe(message);
  const sha1 = () => verifier.verifyCall(signed({ oauth_signature_method: 'HMAC-SHA1' }));
  if (sha1Allowed) expect(sha1()).toBe(integration);
  else expect(refusalOf(sha1)).toEqual({ status: 400, message: 'Signature method %1 is not supported' });
});

test('a request token can be fetched for 300 seconds', () => {
  const { integrations, integration, exchange, clock, signed } = setUp();
  integration.token = undefined;
  integration.postedAt = clock.now;
  integrations.createVerifier(integration);
  const attempt = () => {
    const request = signed(
      { oauth_token: integration.token!.value },
      { tokenSecret: '', uri: '/oauth/token/request' },
    );
    return exchange.requestToken(request);
  };
  clock.now += 300_000;
  expect(attempt()).toEqual({ status: 401, body: 'oauth_problem=Consumer+key+has+expired' });
  clock.now -= 1;
  clock.now = Math.floor(clock.now / 1000) * 1000;
  expect(attempt().status).toBe(200);
});

test('a request token is good for one access token, and only with its verifier', () => {
  const { integrations, integration, exchange, clock, signed } = setUp();
  const other = integrations.create({ name: 'Other', active: true });
  integration.token = undefined;
  integration.active = false;
  integration.postedAt = clock.now;
  const verifier = integrations.createVerifier(integration);
  const token = integrations.exchange(integration, 'request');
  const attempt = (given: Record<string, string>) =>
    exchange.accessToken(
      signed({ oauth_token: token.value, oauth_verifier: verifier, ...given }, { tokenSecret: token.secret }),
    ).body;
  expect(attempt({ oauth_verifier: 'short' })).toBe('oauth_problem=Verifier+is+not+the+correct+length');
  expect(attempt({ oauth_token: other.token!.value })).toBe(
    'oauth_problem=Request+token+is+not+associated+with+the+specified+consumer',
  );
  expect(integration.active).toBe(false);
  expect(attempt({})).toMatch(/^oauth_token=[0-9a-z]{32}&oauth_token_secret=[0-9a-z]{32}$/);
  expect(integration.active).toBe(true);
  expect(attempt({})).toBe('oauth_problem=Specified+token+does+not+exist');
  expect(attempt({ oauth_token: integration.token!.value })).toBe(
    'oauth_problem=Token+is+already+being+used',
  );
});
