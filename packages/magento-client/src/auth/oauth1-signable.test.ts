import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertSignable, UnsignableRequestError } from './oauth1-signable.ts';

const url = (rest: string) => `https://shop.example.com${rest}`;

describe('refuses what some release of Magento signs differently', () => {
  test.each([
    ['a bare name', '/rest/V1/x?searchCriteria', /has no "="/],
    ['two equals signs', '/rest/V1/x?a=b=c', /bare "="/],
    ['a plus sign', '/rest/V1/x?a=b+c', /%20/],
    ['a name twice', '/rest/V1/x?a=1&a=2', /twice/],
    ['a name twice in two spellings', '/rest/V1/x?a[0]=1&a%5B0%5D=2', /twice/],
    ['a dot in a name', '/rest/V1/x?a.b=1', /rewrites/],
    ['a space in a name', '/rest/V1/x?a%20b=1', /rewrites/],
    ['a number with zeros before it', '/rest/V1/x?a[01]=1', /starts with 0/],
    ['entries without an index', '/rest/V1/x?storeCodes[]=a', /\[0\], \[1\]/],
    ['a name with oauth_', '/rest/V1/x?my_oauth_thing=1', /oauth_/],
    ['an encoded path', '/rest/V1/products/a%20b', /percent-encoded/],
    [
      'eleven entries',
      `/rest/V1/x?${Array.from({ length: 11 }, (_, i) => `f[${i}]=1`).join('&')}`,
      /at most ten/,
    ],
    ['two spellings', '/rest/V1/x?s[pageSize]=1&s[page]=1', /snake_case/],
    ['a value and entries', '/rest/V1/x?aB=1&a[b]=1', /snake_case/],
  ])('%s', (_title, rest, message) => {
    expect(() => assertSignable(url(rest))).toThrow(UnsignableRequestError);
    expect(() => assertSignable(url(rest))).toThrow(message);
  });
});

test.each([
  '/rest/V1/customers/1',
  '/rest/default/V1/customers/search?searchCriteria=',
  '/rest/V1/customers/someone@example.com/activate',
  `/rest/V1/x?${Array.from({ length: 10 }, (_, i) => `searchCriteria%5Bfilter_groups%5D%5B${i}%5D%5Bfield%5D=1`).join('&')}`,
  '/soap/default?services=customerCustomerRepositoryV1&wsdl=1',
  '/soap/default?services=customerCustomerRepositoryV1%2CcustomerGroupRepositoryV1&wsdl=1',
])('lets %s pass', (rest) => {
  expect(() => assertSignable(url(rest))).not.toThrow();
});

test('never repeats a value, which may be personal', () => {
  const name = fc.stringMatching(/^[a-z.[\]0-9 ]{1,8}$/);
  const value = fc.constantFrom('secret-value', 'secret-value+x', 'secret-value=y');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), (pairs) => {
      const query = pairs.map(([key, text]) => `${encodeURIComponent(key)}=${text}`).join('&');
      expect(messageOf(() => assertSignable(url(`/rest/V1/x?${query}`)))).not.toContain('secret-value');
    }),
  );
});

function messageOf(action: () => void): string {
  try {
    action();
    return '';
  } catch (error) {
    return String(error);
  }
}
