import { MagentoError, MagentoNetworkError, MagentoTimeoutError } from '../errors.ts';
import type { Timeouts } from './dispatcher.ts';

/** What is wrong with a certificate, and what to do about it. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED:
    'has expired. Renew it on its server, and let the server read it anew when that is done already.',
  CERT_NOT_YET_VALID: 'is not valid yet. Set the clock of this machine, or wait.',
  CERT_REVOKED: 'was revoked. Its server needs a new one.',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'is signed by itself. Give it as certificateAuthorities, if it is yours, or use one of a known authority.',
  SELF_SIGNED_CERT_IN_CHAIN:
    "comes from an authority that this machine does not know: a company's own, or that of a proxy which looks into connections. Give the certificate of that authority as certificateAuthorities.",
  UNABLE_TO_GET_ISSUER_CERT:
    'comes from an authority that this machine does not know. Give the certificate of that authority as certificateAuthorities.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'comes from an authority that this machine does not know, or its server leaves out the intermediate certificates. Give the certificate of that authority as certificateAuthorities, or let the server send the whole chain.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "cannot be traced to an authority: its server leaves out the intermediate certificates, or the authority is a company's own. Let the server send the whole chain, or give the certificate of the authority as certificateAuthorities.",
};

/** Where an attempt was on its way to. */
interface Destination {
  readonly url: string;
  readonly timeouts: Timeouts;
  /** Host and port of the proxy before it. */
  readonly proxy: string | undefined;
}

/** Turns what undici, the TLS layer or the resolver threw into one sentence that names the cure. */
export function networkError(cause: unknown, url: string, timeouts: Timeouts, proxy?: string): MagentoError {
  if (cause instanceof MagentoError) return cause;
  const { host, hostname, protocol } = new URL(url);
  const code = errorCode(cause);
  const refusedTunnel = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(messageOf(cause))?.[1];
  if (refusedTunnel !== undefined && proxy !== undefined)
    return tunnelError(Number(refusedTunnel), { url, timeouts, proxy }, cause);
  if (proxy !== undefined && isAboutProxy(code)) return proxyError(code, { url, timeouts, proxy }, cause);
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
        // One in flight is cut off.
        mayHaveArrived: code === 'UND_ERR_DESTROYED',
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
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return unsent(
      `The certificate at ${host} is made for ${namesOf(cause)}, not for ${hostname} (${code}). Use a name in baseUrl that the certificate is made for, or renew it with this name.`,
      false,
    );
  }
  const certificate = CERTIFICATES[code];
  if (certificate !== undefined) {
    return unsent(`The certificate of ${host} is not trusted (${code}): it ${certificate}`, false);
  }
  if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/.test(code)) {
    return unsent(
      `${host} asks for a certificate of the client (${code}), which this client has not. Exempt the paths /rest, /soap and /oauth, or this machine's address, from it.`,
      false,
    );
  }
  if (/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION/.test(code)) {
    return unsent(
      `${host} speaks only a version of TLS that is not safe any more (${code}). Let its server speak TLS 1.2 or newer.`,
      false,
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('HPE_')) {
    const http2 = code.startsWith('HPE_') ? ' A server that speaks nothing but HTTP/2 needs https://.' : '';
    return unspoken(
      `${host} does not speak ${protocol === 'https:' ? 'HTTPS' : 'HTTP'} as expected (${code}). Check whether baseUrl should start with ${protocol === 'https:' ? 'http://' : 'https://'} or has another port.${http2}`,
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

/** A proxy that does not open the way, by the status with which it says so. */
function tunnelError(status: number, { url, proxy }: Destination, cause: unknown): MagentoNetworkError {
  const { host } = new URL(url);
  const cure =
    status === 407
      ? 'it asks for a login: write user name and password into its address, as http://user:password@proxy:3128'
      : status === 403 || status === 405
        ? 'let it allow this connection, or name the shop among the addresses that need no proxy (proxy.none)'
        : status >= 500
          ? 'it cannot reach the shop itself: check the name and port in baseUrl, and the network of the proxy'
          : 'check whether it is a proxy that opens tunnels (CONNECT)';
  return new MagentoNetworkError(
    `The proxy ${proxy} does not let this client through to ${host} (${status}); ${cure}.`,
    { retryable: status >= 500, mayHaveArrived: false, cause },
  );
}

/** Codes of a connection that never stood: with a proxy, it is the one to the proxy. */
function isAboutProxy(code: string): boolean {
  return /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
}

function proxyError(code: string, { proxy, timeouts }: Destination, cause: unknown): MagentoError {
  const cure =
    'Check proxy.http and proxy.https, or name the shop among the addresses that need no proxy (proxy.none).';
  const details = { mayHaveArrived: false, cause };
  return code === 'UND_ERR_CONNECT_TIMEOUT'
    ? new MagentoTimeoutError(
        `No connection to the proxy ${proxy} within ${timeouts.connectMs} ms. ${cure}`,
        details,
      )
    : new MagentoNetworkError(`The proxy ${proxy} cannot be reached (${code}). ${cure}`, details);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : '';
}

/** The names of a certificate, without the kinds of names. */
function namesOf(cause: unknown): string {
  const certificate = (cause as { cert?: { subjectaltname?: unknown; subject?: { CN?: unknown } } } | null)
    ?.cert;
  const names = certificate?.subjectaltname ?? certificate?.subject?.CN;
  if (typeof names !== 'string' || names === '') return 'another name';
  const plain = names.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));
  return plain.length > 5 ? `${plain.slice(0, 5).join(', ')} and ${plain.length - 5} more` : plain.join(', ');
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
