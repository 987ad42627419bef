import { MagentoError, MagentoNetworkError, MagentoTimeoutError } from '../errors.ts';
import type { Timeouts } from './dispatcher.ts';

const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Turns what undici, the TLS layer or the resolver threw into one sentence that names the cure. */
export function networkError(cause: unknown, url: string, timeouts: Timeouts): MagentoError {
  if (cause instanceof MagentoError) return cause;
  const { host, hostname, protocol } = new URL(url);
  const code = errorCode(cause);
  // The same codes also end a connection that stood: the request may have arrived then.
  const unsent = (message: string, retryable = true) =>
    new MagentoNetworkError(message, { retryable, mayHaveArrived: hasConnected(cause), cause });
  switch (code) {
    case 'ENOTFOUND':
      return unsent(`The host ${hostname} is unknown. Check the spelling of baseUrl and this machine's DNS.`);
    case 'EAI_AGAIN':
      return unsent(`The name ${hostname} could not be looked up. Check this machine's DNS and network.`);
    case 'ECONNREFUSED':
      return unsent(
        `Nothing answers at ${host}. Check host and port of baseUrl, and that the shop is running.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return unsent(`There is no route to ${host}. Check this machine's network, VPN and firewall.`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return network(`The connection to ${host} broke before the answer was complete.`);
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return new MagentoNetworkError('This client is closed: create a new one.', {
        retryable: false,
        mayHaveArrived: false,
        cause,
      });
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return timeout(
        `No connection to ${host} within ${timeouts.connectMs} ms. Check that a firewall lets this machine reach the shop.`,
        hasConnected(cause),
      );
    case 'UND_ERR_HEADERS_TIMEOUT':
      return timeout(
        `The shop at ${host} did not answer within ${timeouts.headersMs} ms. Ask for smaller pages, or raise timeouts.headersMs.`,
      );
    case 'UND_ERR_BODY_TIMEOUT':
      return timeout(`The shop at ${host} began an answer and then sent nothing for ${timeouts.bodyMs} ms.`);
    default:
  }
  if (CERTIFICATE_CODES.has(code)) {
    return unsent(
      `The certificate of ${host} is not trusted (${code}). Use the host name that the certificate is made for, renew it, or make its authority known with NODE_EXTRA_CA_CERTS.`,
      false,
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('HPE_')) {
    return unspoken(
      `${host} does not speak ${protocol === 'https:' ? 'HTTPS' : 'HTTP'} as expected (${code}). Check whether baseUrl should start with ${protocol === 'https:' ? 'http://' : 'https://'} or has another port.`,
      false,
    );
  }
  return network(`The request to ${host} failed${code === '' ? '' : ` (${code})`}.`);

  function network(message: string): MagentoNetworkError {
    return new MagentoNetworkError(message, { cause });
  }
  /** The other side answered something, so it may also have understood the request. */
  function unspoken(message: string, retryable: boolean): MagentoNetworkError {
    return new MagentoNetworkError(message, { retryable, cause });
  }
  function timeout(message: string, mayHaveArrived = true): MagentoTimeoutError {
    return new MagentoTimeoutError(message, { mayHaveArrived, cause });
  }
}

/** Whether a system call other than those that open a connection failed. */
function hasConnected(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  if ('syscall' in cause) return cause.syscall === 'read' || cause.syscall === 'write';
  if (cause instanceof AggregateError) return hasConnected(cause.errors[0]);
  return hasConnected(cause.cause);
}

/** The code of an error or of what caused it; a host with several addresses fails with one error per address. */
function errorCode(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if (cause instanceof AggregateError) return errorCode(cause.errors[0]);
  return errorCode(cause.cause);
}
