import { errors } from 'undici';
import { expect, test } from 'vitest';
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
  ['expired certificate', withCode('CERT_HAS_EXPIRED'), false, /is not trusted \(CERT_HAS_EXPIRED\)/],
  ['self-signed certificate', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), false, /NODE_EXTRA_CA_CERTS/],
  [
    'certificate of another name',
    withCode('ERR_TLS_CERT_ALTNAME_INVALID'),
    false,
    /host name that the certificate is made for/,
  ],
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
