import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeParameters, joinQueries, type QueryValue } from '../search/encode-query.ts';
import { type FilterTerm, type SearchCriteria, searchCriteria } from '../search/search-criteria.ts';
import { magentoSignature, type SignerGeneration } from '../testing/magento-signers.ts';
import { oauthHeader } from './oauth1-header.ts';
import { assertSignable, UnsignableRequestError } from './oauth1-signable.ts';
import { compareNaturally } from './oauth1-signature.ts';

const GENERATIONS = ['up to 2.4.5', '2.4.6 and 2.4.7', '2.4.8'] as const;
const ORIGIN = 'https://magento.example.com';
const KEYS = {
  consumerKey: 'ck0123456789ck0123456789ck012345',
  consumerSecret: 'cs0123456789cs0123456789cs012345',
  token: 'tk0123456789tk0123456789tk012345',
  tokenSecret: 'ts0123456789ts0123456789ts012345',
};
const SECRETS = { consumer: KEYS.consumerSecret, token: KEYS.tokenSecret };
const OCCASION = { timestampSeconds: 1_700_000_000, nonce: 'nonce123' };
const OAUTH = [
  ['oauth_consumer_key', KEYS.consumerKey],
  ['oauth_nonce', OCCASION.nonce],
  ['oauth_signature_method', 'HMAC-SHA256'],
  ['oauth_timestamp', String(OCCASION.timestampSeconds)],
  ['oauth_token', KEYS.token],
  ['oauth_version', '1.0'],
] as const;

const expected = (generation: SignerGeneration, rest: string) =>
  magentoSignature(generation, { method: 'GET', url: `${ORIGIN}${rest}`, oauth: OAUTH }, SECRETS);

function signed(rest: string): string {
  const header = oauthHeader({ method: 'GET', url: `${ORIGIN}${rest}` }, KEYS, OCCASION);
  return decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)![1]!);
}

const SEARCH = '/rest/V1/customers/search';
const FILTER = 'searchCriteria%5BfilterGroups%5D%5B0%5D%5Bfilters%5D%5B0%5D';

/** What Magento's own classes computed: one signature for all generations, or one for each. */
const vectors: ReadonlyArray<readonly [title: string, rest: string, signatures: string | readonly string[]]> =
  [
    [
      'two names',
      `${SEARCH}?searchCriteria%5BpageSize%5D=10&searchCriteria%5BcurrentPage%5D=1`,
      '4Qf+VaeL0z4m+pJpoQnLLDIFpKK2OTxUxsEUtbOExzc=',
    ],
    [
      'raw brackets',
      `${SEARCH}?searchCriteria[pageSize]=10&searchCriteria[currentPage]=1`,
      '4Qf+VaeL0z4m+pJpoQnLLDIFpKK2OTxUxsEUtbOExzc=',
    ],
    [
      'a filter',
      `${SEARCH}?${FILTER}%5Bfield%5D=updated_at&${FILTER}%5Bvalue%5D=2024-01-01%2000%3A00%3A00&${FILTER}%5Bcondition_type%5D=gteq`,
      'kwoC0Zn54ERgnh1+K0B4xiIH8yf2QQao+tRNYs7PZAA=',
    ],
    [
      'a field list',
      `${SEARCH}?searchCriteria%5BpageSize%5D=1&fields=items%5Bid%2Cemail%5D%2Ctotal_count`,
      'xjyt+wng/egZMSL0A1X85dpcewudNNXkjT60YbmMPOg=',
    ],
    ['non-ASCII', `${SEARCH}?q=%C3%A9%E2%82%AC`, 'EcBWu9HnIAyFTpOi1O0nRHGZKsBmZgV4dPdk766pXoA='],
    [
      'twelve entries',
      `${SEARCH}?s%5B0%5D=v0&s%5B1%5D=v1&s%5B2%5D=v2&s%5B10%5D=v10&s%5B11%5D=v11`,
      [
        'SSYwg3LNRA0yFJqyBs/OVdYp1XF91dnx8cfL4lEq7Og=',
        'SSYwg3LNRA0yFJqyBs/OVdYp1XF91dnx8cfL4lEq7Og=',
        'Xel3fv7RIn3mpppYrO5m8En+xmhUHtCXDT+mRRw0rX0=',
      ],
    ],
    [
      'an encoded path',
      '/rest/V1/products/a%20b%2Bc%40d%7Ee?a=1',
      [
        'g8u1RoiJRKMhZ2NKM+HbJGUmsxPfYeBcEzeCy0vmH4U=',
        'gLu4ciDaLTYos4VNj54uVQQT+iDJERGoDUcQ+rYZB3U=',
        'g8u1RoiJRKMhZ2NKM+HbJGUmsxPfYeBcEzeCy0vmH4U=',
      ],
    ],
  ];

describe('vectors', () => {
  test.each(vectors)('%s', (_title, rest, proven) => {
    const each = typeof proven === 'string' ? GENERATIONS.map(() => proven) : proven;
    expect(GENERATIONS.map((generation) => expected(generation, rest))).toEqual(each);
    if (typeof proven === 'string') expect(signed(rest)).toBe(proven);
    else expect(() => assertSignable(`${ORIGIN}${rest}`)).toThrow(UnsignableRequestError);
  });
});

function isSignable(rest: string): boolean {
  try {
    assertSignable(`${ORIGIN}${rest}`);
    return true;
  } catch {
    return false;
  }
}

/** Ours and the three that Magento would compare with. */
const signatures = (rest: string) => [
  signed(rest),
  ...GENERATIONS.map((generation) => expected(generation, rest)),
];
const same = (rest: string) => Array<string>(4).fill(signed(rest));

test('whatever is let pass has one signature in every release', () => {
  const part = fc.stringMatching(/^[aAb_.\-0129]{1,3}$/);
  const name = fc
    .tuple(part, fc.array(part, { maxLength: 2 }))
    .map(([first, rest]) => first + rest.map((level) => `[${level}]`).join(''));
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 5 }).map(encodeURIComponent),
    fc.constantFrom('', 'a+b', 'a=b', 'a%2Bb', '%c3%a9', "it's(*)!"),
  );
  const piece = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(name, value).map(([key, text]) => `${encodeURIComponent(key)}=${text}`),
    },
    { weight: 1, arbitrary: fc.constantFrom('bare', 'oauth_x=1', 'a%20b=1', 'x=1=2') },
  );
  const path = fc.constantFrom('/rest/V1/x', '/rest/V1/a@b.c/x', '/rest/V1/products/a%20b', '/rest/V1/a~b');
  let passed = 0;
  fc.assert(
    fc.property(path, fc.array(piece, { maxLength: 5 }), (start, pieces) => {
      const rest = pieces.length === 0 ? start : `${start}?${pieces.join('&')}`;
      if (!isSignable(rest)) return;
      passed += 1;
      expect(signatures(rest)).toEqual(same(rest));
    }),
    { numRuns: 3_000 },
  );
  expect(passed).toBeGreaterThan(300);
});

type Field = 'email' | 'firstname' | 'lastname' | 'taxvat' | 'middlename';
const FIELDS = ['email', 'firstname', 'lastname', 'taxvat', 'middlename'] as const;

test('whatever the builder accepts is let pass, and all three orders of its names are one', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 4 });
  const term: fc.Arbitrary<FilterTerm<Field>> = fc.oneof(
    fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom('eq' as const, 'nlike' as const), text),
    fc.tuple(fc.constantFrom(...FIELDS), fc.constant('in' as const), fc.constant(['a b', '+', '='])),
    fc.tuple(fc.constantFrom(...FIELDS), fc.constant('notnull' as const)),
  );
  const groups = fc.oneof(
    fc.array(fc.array(term, { minLength: 1, maxLength: 3 }), { maxLength: 10 }),
    fc.array(fc.array(term, { minLength: 1, maxLength: 10 }), { maxLength: 2 }),
  );
  const sorts = fc.uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 5 });
  const fields = fc.option(fc.constantFrom('items[id,email],total_count', 'total_count'), { nil: undefined });
  fc.assert(
    fc.property(groups, sorts, fields, (terms, orders, selected) => {
      let criteria: SearchCriteria<Field> = searchCriteria<Field>();
      for (const group of terms) criteria = criteria.whereAny(group);
      for (const order of orders) criteria = criteria.sortBy(order, 'ASC');
      const query = joinQueries(encodeSearchCriteria(criteria), encodeParameters({ fields: selected }));
      const rest = `${SEARCH}?${query}`;
      assertSignable(`${ORIGIN}${rest}`);
      expect(signatures(rest)).toEqual(same(rest));

      const names = query.split('&').map((pair) => pair.split('=')[0]!);
      const byBytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(names.toSorted(compareNaturally)).toEqual(byBytes);
      expect(names.toSorted((a, b) => (decodeURIComponent(a) < decodeURIComponent(b) ? -1 : 1))).toEqual(
        byBytes,
      );
    }),
    { numRuns: 300 },
  );
});

test('parameters of any endpoint are signed alike, or refused', () => {
  const name = fc.stringMatching(/^[a-zA-Z_]{1,6}$/);
  const scalar = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.integer(), fc.boolean());
  const value: fc.Arbitrary<QueryValue> = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 10 }),
    fc.dictionary(name, scalar, { maxKeys: 3 }),
  );
  let passed = 0;
  fc.assert(
    fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), (parameters) => {
      const rest = `/rest/V1/x?${encodeParameters(parameters)}`;
      if (!isSignable(rest)) return;
      passed += 1;
      expect(signatures(rest)).toEqual(same(rest));
    }),
  );
  expect(passed).toBeGreaterThan(20);
});
