import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Exchange, readExchanges } from '../testing/recordings.ts';
import {
  compareNaturally,
  signatureBaseString,
  signBaseString,
  signedQueryParameters,
} from './oauth1-signature.ts';

const ORIGIN = 'https://magento.example.com';
const OAUTH = [
  ['oauth_consumer_key', 'ck0123456789ck0123456789ck012345'],
  ['oauth_nonce', 'nonce123'],
  ['oauth_signature_method', 'HMAC-SHA256'],
  ['oauth_timestamp', '1700000000'],
  ['oauth_token', 'tk0123456789tk0123456789tk012345'],
  ['oauth_version', '1.0'],
] as const;

function base(method: string, target: string, form: ReadonlyArray<readonly [string, string]> = []): string {
  const [path = '', query = ''] = target.split('?');
  return signatureBaseString(method, `${ORIGIN}${path}`, [
    ...OAUTH,
    ...signedQueryParameters(query),
    ...form,
  ]);
}

function sign(baseString: string): string {
  return signBaseString(baseString, 'cs0123456789cs0123456789cs012345', 'ts0123456789ts0123456789ts012345');
}

test('a form body is signed with the query', () => {
  const form = [
    ['b', '2'],
    ['c', '3 4'],
  ] as const;
  expect(sign(base('POST', '/rest/V1/x?a=1', form))).toBe('vSoIclM2t3/ZElAuuzySs7rKflSIlWJtC5EreA9NdwE=');
});

test('the base string is the one of Magento’s own classes', () => {
  const target =
    '/rest/V1/customers/search?searchCriteria%5BpageSize%5D=10&searchCriteria%5BcurrentPage%5D=1';
  expect(base('GET', target)).toBe(
    'GET&https%3A%2F%2Fmagento.example.com%2Frest%2FV1%2Fcustomers%2Fsearch&oauth_consumer_key%3Dck0123456789ck0123456789ck012345%26oauth_nonce%3Dnonce123%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1700000000%26oauth_token%3Dtk0123456789tk0123456789tk012345%26oauth_version%3D1.0%26searchCriteria%255BcurrentPage%255D%3D1%26searchCriteria%255BpageSize%255D%3D10',
  );
});

describe('requests that a real Magento 2.4.7 judged', () => {
  const secrets = new Map<string, { consumer: string; token: string }>();
  const integrations: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(new URL('../../../../recordings/integrations.json', import.meta.url), 'utf8'),
  );
  for (const integration of Object.values(integrations)) {
    const { consumer_key, consumer_secret, access_token_secret } = integration;
    secrets.set(consumer_key!, { consumer: consumer_secret!, token: access_token_secret! });
  }
  /** The handshake's secrets travel in its own bodies, so they are collected while it is read. */
  const handshake = readExchanges('oauth-handshake.json');
  const posted = new URLSearchParams(handshake[0]!.request.body);
  const tokenSecrets = new Map<string, string>();
  for (const { response } of handshake) {
    const answer = new URLSearchParams(response.body);
    if (answer.has('oauth_token_secret'))
      tokenSecrets.set(answer.get('oauth_token')!, answer.get('oauth_token_secret')!);
  }

  function resign({ request }: Exchange): { recorded: string; computed: string } {
    const header = request.headers['Authorization']!.replace(/^OAuth /, '');
    const parameters = header.split(', ').map((piece) => {
      const [name, value] = piece.split('=');
      return [name!, decodeURIComponent(value!.replaceAll('"', ''))] as const;
    });
    const value = new Map(parameters);
    const known = secrets.get(value.get('oauth_consumer_key')!) ?? {
      consumer: posted.get('oauth_consumer_secret')!,
      token: tokenSecrets.get(value.get('oauth_token') ?? '') ?? '',
    };
    const [path = '', query = ''] = request.path.split('?');
    const signed = [
      ...parameters.filter(([name]) => name !== 'oauth_signature'),
      ...signedQueryParameters(query),
    ];
    const baseString = signatureBaseString(request.method, `http://127.0.0.1:8090${path}`, signed);
    return {
      recorded: value.get('oauth_signature')!,
      computed: signBaseString(baseString, known.consumer, known.token),
    };
  }

  const accepted = [...readExchanges('oauth.json'), ...handshake].filter(
    ({ request, response }) => response.status === 200 && request.headers['Authorization'] !== undefined,
  );
  test('there are accepted requests to compare with', () =>
    expect(accepted.length).toBeGreaterThanOrEqual(12));

  test.each(accepted)('accepted: $title', (exchange) => {
    const { recorded, computed } = resign(exchange);
    expect(computed).toBe(recorded);
  });

  // Those whose signature Magento never reached, or that were signed right and refused for another reason.
  const signedRightButRefused = readExchanges('oauth.json').filter(({ title }) =>
    [
      'timestamp 700 s ahead',
      'the same nonce again',
      'integration without the resource',
      'inactive integration',
      'integration with customers only asks for store views',
    ].includes(title),
  );
  test.each(signedRightButRefused)('refused, not for its signature: $title', (exchange) => {
    const { recorded, computed } = resign(exchange);
    expect(computed).toBe(recorded);
  });

  test.each(
    readExchanges('oauth.json').filter(({ title }) =>
      [
        'space as +',
        'wrong signature',
        'twelve groups, names sorted by bytes: refused',
        'bare key without = is not signed by Magento: signing it fails',
      ].includes(title),
    ),
  )('refused for its signature, which is not ours: $title', (exchange) => {
    const { recorded, computed } = resign(exchange);
    expect(exchange.response.status).toBe(401);
    expect(computed).not.toBe(recorded);
  });
});

test('natural order knows numbers, prefixes and equality', () => {
  expect(['a10', 'a2', 'a', 'b', 'a2b', 'a1'].sort(compareNaturally)).toEqual([
    'a',
    'a1',
    'a2',
    'a2b',
    'a10',
    'b',
  ]);
  expect(compareNaturally('x[1]', 'x[1]')).toBe(0);
});
