import { expect, test } from 'vitest';
import type { SignatureGeneration } from './oauth-rules.ts';
import { baseString, sign } from './signature.ts';
import { readSignedParameters, type SignedRequest } from './signed-request.ts';

const generations = ['zf1', 'laminas', 'own'] as const;
const secrets = {
  consumerSecret: 'cs0123456789cs0123456789cs012345',
  tokenSecret: 'ts0123456789ts0123456789ts012345',
};
const header =
  'OAuth oauth_consumer_key="ck0123456789ck0123456789ck012345", oauth_nonce="nonce123", ' +
  'oauth_signature="ignored", oauth_signature_method="HMAC-SHA256", oauth_timestamp="1700000000", ' +
  'oauth_token="tk0123456789tk0123456789tk012345", oauth_version="1.0"';

function request(uri: string, more: Partial<SignedRequest> = {}): SignedRequest {
  return {
    method: 'GET',
    scheme: 'https',
    host: 'magento.example.com',
    uri,
    authorization: header,
    contentType: undefined,
    body: '',
    ...more,
  };
}

function signatureOf(signed: SignedRequest, generation: SignatureGeneration): string {
  return sign(signed, readSignedParameters(signed)!, secrets, generation);
}

function baseOf(uri: string, generation: SignatureGeneration, more: Partial<SignedRequest> = {}): string {
  const signed = request(uri, more);
  return baseString(signed, readSignedParameters(signed)!, generation);
}

/** The signed parameters other than the protocol's, in their order, encoded once. */
function signedQuery(query: string, generation: SignatureGeneration): string[] {
  const parameters = baseOf(`/rest/V1/x?${query}`, generation).split('&')[2]!;
  return decodeURIComponent(parameters)
    .split('&')
    .filter((pair) => !pair.startsWith('oauth_'));
}

const search = '/rest/V1/customers/search';
const filter = `searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D`;

test.each(generations)(
  '%s signs what every generation signs alike as real Magento code did',
  (generation) => {
    const vectors: Record<string, string> = {
      [`${search}?searchCriteria%5BpageSize%5D=10&searchCriteria%5BcurrentPage%5D=1`]:
        '4Qf+VaeL0z4m+pJpoQnLLDIFpKK2OTxUxsEUtbOExzc=',
      [`${search}?searchCriteria[pageSize]=10&searchCriteria[currentPage]=1`]:
        '4Qf+VaeL0z4m+pJpoQnLLDIFpKK2OTxUxsEUtbOExzc=',
      [`${search}?${filter}%5Bfield%5D=updated_at&${filter}%5Bvalue%5D=2024-01-01%2000%3A00%3A00&${filter}%5Bcondition_type%5D=gteq`]:
        'kwoC0Zn54ERgnh1+K0B4xiIH8yf2QQao+tRNYs7PZAA=',
      [`${search}?searchCriteria%5BpageSize%5D=1&fields=items%5Bid%2Cemail%5D%2Ctotal_count`]:
        'xjyt+wng/egZMSL0A1X85dpcewudNNXkjT60YbmMPOg=',
      [`${search}?q=%C3%A9%E2%82%AC`]: 'EcBWu9HnIAyFTpOi1O0nRHGZKsBmZgV4dPdk766pXoA=',
      [`${search}?q=%c3%a9%e2%82%ac`]: 'EcBWu9HnIAyFTpOi1O0nRHGZKsBmZgV4dPdk766pXoA=',
    };
    for (const [uri, signature] of Object.entries(vectors)) {
      expect(signatureOf(request(uri), generation), uri).toBe(signature);
    }
  },
);

test.each(generations)('%s signs form fields and ignores the body’s protocol parameters', (generation) => {
  const form = request('/rest/V1/x?a=1', {
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: 'b=2&c=3+4&oauth_verifier=zz',
  });
  expect(signatureOf(form, generation)).toBe('vSoIclM2t3/ZElAuuzySs7rKflSIlWJtC5EreA9NdwE=');
});

test.each([
  ['zf1', 'SSYwg3LNRA0yFJqyBs/OVdYp1XF91dnx8cfL4lEq7Og='],
  ['laminas', 'SSYwg3LNRA0yFJqyBs/OVdYp1XF91dnx8cfL4lEq7Og='],
  ['own', 'Xel3fv7RIn3mpppYrO5m8En+xmhUHtCXDT+mRRw0rX0='],
] as const)('%s orders indexes above nine in its own way', (generation, signature) => {
  const uri = `${search}?s%5B0%5D=v0&s%5B1%5D=v1&s%5B2%5D=v2&s%5B10%5D=v10&s%5B11%5D=v11`;
  expect(signatureOf(request(uri), generation)).toBe(signature);
});

test.each([
  ['zf1', 'g8u1RoiJRKMhZ2NKM+HbJGUmsxPfYeBcEzeCy0vmH4U='],
  ['laminas', 'gLu4ciDaLTYos4VNj54uVQQT+iDJERGoDUcQ+rYZB3U='],
  ['own', 'g8u1RoiJRKMhZ2NKM+HbJGUmsxPfYeBcEzeCy0vmH4U='],
] as const)('%s treats an encoded path in its own way', (generation, signature) => {
  expect(signatureOf(request('/rest/V1/products/a%20b%2Bc%40d%7Ee?a=1'), generation)).toBe(signature);
});

test('the base string is the one that Magento builds', () => {
  expect(
    baseOf(`${search}?searchCriteria%5BpageSize%5D=10&searchCriteria%5BcurrentPage%5D=1`, 'laminas'),
  ).toBe(
    'GET&https%3A%2F%2Fmagento.example.com%2Frest%2FV1%2Fcustomers%2Fsearch&oauth_consumer_key%3Dck0123456789ck0123456789ck012345%26oauth_nonce%3Dnonce123%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1700000000%26oauth_token%3Dtk0123456789tk0123456789tk012345%26oauth_version%3D1.0%26searchCriteria%255BcurrentPage%255D%3D1%26searchCriteria%255BpageSize%255D%3D10',
  );
});

test('names are ordered naturally up to 2.4.7 and by bytes from 2.4.8', () => {
  const query = 'aB=5&a%5BaB%5D=3&a%5Ba_b%5D=4&a%5Ba%5D=2&a=1';
  const natural = ['a=1', 'a%5Ba%5D=2', 'a%5BaB%5D=3', 'a%5Ba_b%5D=4', 'aB=5'];
  expect(signedQuery(query, 'zf1')).toEqual(natural);
  expect(signedQuery(query, 'laminas')).toEqual(natural);
  const bytes = ['a=1', 'aB=5', 'a%5BaB%5D=3', 'a%5Ba%5D=2', 'a%5Ba_b%5D=4'];
  expect(signedQuery(query, 'own')).toEqual(bytes);
});

test('a key without "=" and a value with one are signed from 2.4.8 only', () => {
  expect(signedQuery('searchCriteria&x=a=b', 'laminas')).toEqual([]);
  expect(signedQuery('searchCriteria&x=a=b', 'own')).toEqual(['searchCriteria=', 'x=a%3Db']);
});

test('a plus in a top-level value means a space from 2.4.8 only', () => {
  expect(signedQuery('fields=a+b&s%5Bv%5D=a+b', 'laminas')).toEqual(['fields=a%2Bb', 's%5Bv%5D=a%2Bb']);
  expect(signedQuery('fields=a+b&s%5Bv%5D=a+b', 'own')).toEqual(['fields=a%20b', 's%5Bv%5D=a%2Bb']);
});

test('a name with a dot is signed twice from 2.4.8', () => {
  expect(signedQuery('a.b=1', 'zf1')).toEqual(['a.b=1']);
  expect(signedQuery('a.b=1', 'own')).toEqual(['a.b=1', 'a_b=1']);
});

test('a query name that looks like a protocol parameter is signed from 2.4.8 only', () => {
  expect(signedQuery('my_oauth_thing=1', 'laminas')).toEqual([]);
  expect(signedQuery('my_oauth_thing=1', 'own')).toEqual(['my_oauth_thing=1']);
});

test('host and default port are rewritten up to 2.4.7 and kept from 2.4.8', () => {
  const urlOf = (generation: SignatureGeneration) =>
    decodeURIComponent(baseOf('/rest/V1/x', generation, { host: 'Magento.Example.com:443' }).split('&')[1]!);
  expect(urlOf('zf1')).toBe('https://magento.example.com/rest/V1/x');
  expect(urlOf('laminas')).toBe('https://magento.example.com/rest/V1/x');
  expect(urlOf('own')).toBe('https://Magento.Example.com:443/rest/V1/x');
});
