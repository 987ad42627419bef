import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { MagentoNetworkError, MagentoTimeoutError, PermissionError } from '../errors.ts';
import { networkError } from './network-error.ts';

const TIMEOUTS = { connectMs: 1, headersMs: 2, bodyMs: 3 };
const withCode = (code: string) => Object.assign(new Error('internal'), { code });
const map = (cause: unknown) =>
  networkError(cause, 'https://shop.example.com:8443/rest/V1/x?secret=1', TIMEOUTS);

test.each<[string, unknown, boolean, RegExp]>([
  ['unknown host', withCode('ENOTFOUND'), true, /host shop\.example\.com is unknown. Check the spelling/],
  [
    'refused on all addresses',
    new AggregateError([withCode('ECONNREFUSED')]),
    true,
    /Nothing answers at shop\.example\.com:8443/,
  ],
  [
    'refused, wrapped',
    new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }),
    true,
    /Nothing answers/,
  ],
  [
    'expired certificate',
    withCode('CERT_HAS_EXPIRED'),
    false,
    /not trusted \(CERT_HAS_EXPIRED\): it has expired. Renew/,
  ],
  ['a certificate of the future', withCode('CERT_NOT_YET_VALID'), false, /Set the clock of this machine/],
  [
    'self-signed certificate',
    withCode('DEPTH_ZERO_SELF_SIGNED_CERT'),
    false,
    /signed by itself.*certificateAuthorities/,
  ],
  [
    'a company’s own authority',
    withCode('SELF_SIGNED_CERT_IN_CHAIN'),
    false,
    /a proxy which looks into connections.*certificateAuthorities/,
  ],
  ['a chain that is not sent', withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), false, /send the whole chain/],
  [
    'certificate of another name',
    Object.assign(withCode('ERR_TLS_CERT_ALTNAME_INVALID'), {
      cert: { subjectaltname: 'DNS:www.example.com, IP Address:192.0.2.1' },
    }),
    false,
    /is made for www\.example\.com, 192\.0\.2\.1, not for shop\.example\.com .*a name in baseUrl that the certificate is made for/,
  ],
  [
    'a client certificate is wanted',
    withCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
    false,
    /asks for a certificate of the client/,
  ],
  ['an old TLS', withCode('ERR_SSL_UNSUPPORTED_PROTOCOL'), false, /TLS 1\.2 or newer/],
  [
    'no TLS at the port',
    withCode('ERR_SSL_WRONG_VERSION_NUMBER'),
    false,
    /baseUrl should start with http:\/\//,
  ],
  ['reset', withCode('ECONNRESET'), true, /broke before the answer was complete/],
  ['closed by the other side', new errors.SocketError('other side closed'), true, /broke before/],
  ['something new', withCode('EWHATEVER'), true, /failed \(EWHATEVER\)/],
])('%s', (_, cause, retryable, message) => {
  const error = map(cause);
  expect(error).toBeInstanceOf(MagentoNetworkError);
  expect(error.retryable).toBe(retryable);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('secret');
  expect(error.cause).toBe(cause);
});

test.each([
  ['connect', new errors.ConnectTimeoutError('x'), false, /within 1 ms.*firewall/],
  ['headers', new errors.HeadersTimeoutError('x'), true, /within 2 ms.*smaller pages/],
  ['body', new errors.BodyTimeoutError('x'), true, /sent nothing for 3 ms/],
])('timeout of %s', (_, cause, mayHaveArrived, message) => {
  const error = map(cause);
  expect(error).toBeInstanceOf(MagentoTimeoutError);
  expect(error).toMatchObject({ mayHaveArrived, retryable: true });
  expect(error.message).toMatch(message);
});

test.each([
  ['refused while connecting', { code: 'ECONNREFUSED', syscall: 'connect' }, false],
  ['no route while connecting', { code: 'EHOSTUNREACH', syscall: 'connect' }, false],
  ['no route in the middle', { code: 'EHOSTUNREACH', syscall: 'read' }, true],
  ['timed out while connecting', { code: 'ETIMEDOUT', syscall: 'connect' }, false],
  ['timed out in the middle', { code: 'ETIMEDOUT', syscall: 'read' }, true],
  ['an answer that is not HTTP', { code: 'HPE_INVALID_CONSTANT' }, true],
  ['a reset', { code: 'ECONNRESET', syscall: 'read' }, true],
])('%s: whether the shop may have seen the request', (_, details, mayHaveArrived) => {
  const cause = Object.assign(new Error('internal'), details);
  expect(map(new TypeError('failed', { cause }))).toMatchObject({ mayHaveArrived });
});

test('an error of this package stays what it is', () => {
  const error = new PermissionError('no', { status: 401, method: 'GET', path: '/x' }, []);
  expect(map(error)).toBe(error);
});

describe('with a proxy on the way', () => {
  const through = (cause: unknown) =>
    networkError(cause, 'https://shop.example.com/rest', TIMEOUTS, 'proxy.internal:3128');

  test.each([
    [
      'ECONNREFUSED',
      MagentoNetworkError,
      /The proxy proxy\.internal:3128 cannot be reached \(ECONNREFUSED\)/,
    ],
    ['ENOTFOUND', MagentoNetworkError, /proxy\.internal:3128 cannot be reached.*proxy\.none/],
    [
      'UND_ERR_CONNECT_TIMEOUT',
      MagentoTimeoutError,
      /No connection to the proxy proxy\.internal:3128 within 1 ms/,
    ],
  ])('%s is about the proxy', (code, type, message) => {
    const error = through(withCode(code));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ mayHaveArrived: false, message: expect.stringMatching(message) as string });
  });

  test.each([
    [407, false, /asks for a login.*user:password@proxy/],
    [403, false, /let it allow this connection.*proxy\.none/],
    [502, true, /cannot reach the shop itself/],
    [400, false, /whether it is a proxy/],
  ])('a tunnel that is refused with %i says what to do', (status, retryable, message) => {
    const error = through(
      new errors.RequestAbortedError(`Proxy response (${status}) !== 200 when HTTP Tunneling`),
    );
    expect(error).toMatchObject({
      retryable,
      mayHaveArrived: false,
      message: expect.stringMatching(message) as string,
    });
  });
});
