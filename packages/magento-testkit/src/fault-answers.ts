import { maintenancePage } from './outages.ts';

/** What happens instead of, or on top of, the shop's own answer. */
export type FaultAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** After how long it comes, as of a gateway that waited in vain. */
      readonly afterMs?: number;
    }
  /** The connection ends before an answer. */
  | { readonly kind: 'reset' }
  /** The shop's own answer, cut after the given share of its bytes (0 to 1). */
  | { readonly kind: 'truncate'; readonly share?: number }
  /** The shop's own answer with another body, as a module or a proxy would change it. */
  | { readonly kind: 'change'; readonly change: (body: string) => string }
  /** The shop's own answer up to the given share of its bytes (0 to 1), then silence on an open connection. */
  | { readonly kind: 'stall'; readonly share?: number }
  /** The shop's own answer, delayed. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The shop does what was asked, and the connection ends before its answer. */
  | { readonly kind: 'drop-answer' };

const html = (title: string, server = 'nginx') =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`;

const page = (
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): FaultAnswer => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'text/html', ...headers },
  body: html(`${status} ${title}`),
});

/** Answers of shops, proxies and networks in trouble. */
export const faultPresets = {
  /** Magento in maintenance mode: a 503 in HTML without Retry-After. Recordings: outages.json 'maintenance mode'. */
  maintenance: (): FaultAnswer => ({ kind: 'answer', ...maintenancePage() }),
  /** A rate limit of a proxy; `retryAfter` in seconds or as an HTTP date, no such header when absent. */
  tooManyRequests: (retryAfter?: number | string): FaultAnswer =>
    page(429, 'Too Many Requests', retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  /** A 503 of a proxy that is out of workers. */
  serviceUnavailable: (retryAfter?: number): FaultAnswer =>
    page(
      503,
      'Service Temporarily Unavailable',
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    ),
  /** A 502 of a proxy whose PHP process died. */
  badGateway: (): FaultAnswer => page(502, 'Bad Gateway'),
  /** A 504 of a proxy that gave up waiting for PHP. */
  gatewayTimeout: (): FaultAnswer => page(504, 'Gateway Time-out'),
  /** A 403 of a web application firewall. */
  forbidden: (): FaultAnswer => page(403, 'Forbidden'),
  /** A 404 of a proxy, not of Magento: it proves nothing about a record. */
  notFound: (): FaultAnswer => page(404, 'Not Found'),
  /** A page in HTML with status 200, as of a sign-in wall in front of a staging shop. */
  signInPage: (): FaultAnswer => page(200, 'Sign in'),
  /** An exception in Magento, with the id under which it was logged. Recordings: soap.json 'WSDL of an unknown service'. */
  internalError: (reportId = 'webapi-65f1c0d2a3b4c'): FaultAnswer => ({
    kind: 'answer',
    status: 500,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `{"message":"Internal Error. Details are available in Magento log file. Report ID: ${reportId}"}`,
  }),
  /** Magento's own 404 for a customer. Recordings: reads.json 'missing customer'. */
  noSuchCustomer: (id: number): FaultAnswer => ({
    kind: 'answer',
    status: 404,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      message: 'No such entity with %fieldName = %fieldValue',
      parameters: { fieldName: 'customerId', fieldValue: id },
    }),
  }),
  /** The shop's own answer, delayed by the given milliseconds. */
  slow: (milliseconds: number): FaultAnswer => ({ kind: 'delay', milliseconds }),
  /** The shop's own answer, truncated. */
  truncated: (share = 0.5): FaultAnswer => ({ kind: 'truncate', share }),
  /** The shop's own answer, stalled in the middle while the connection stays open. */
  stalled: (share = 0.5): FaultAnswer => ({ kind: 'stall', share }),
  /** The connection is reset before an answer. */
  reset: (): FaultAnswer => ({ kind: 'reset' }),
  /** The request is executed, and its answer is lost with the connection. */
  answerLost: (): FaultAnswer => ({ kind: 'drop-answer' }),
} as const;
