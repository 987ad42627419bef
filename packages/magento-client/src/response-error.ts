import { type ErrorBody, readErrorBody } from './error-body.ts';
import {
  AuthenticationError,
  BadRequestError,
  GateRefusedError,
  MagentoResponseError,
  MaintenanceError,
  NotFoundError,
  OutageError,
  PageSizeTooLargeError,
  PermissionError,
  type ResponseDetails,
  RouteMissingError,
  ServerFault,
  ThrottledError,
  TwoFactorRequiredError,
} from './errors.ts';
import { looksLikeHtml, pageTitle } from './http/parse-json.ts';
import { explainRedirect } from './http/redirect.ts';
import { parseRetryAfter } from './http/retry-policy.ts';
import type { RawAnswer } from './http/transport.ts';
import { findOutage } from './outage-answer.ts';

/**
 * Turns a refusing answer into the error that fits it, with the cure where one is known.
 *
 * Without the time that the answer took, a gateway is believed to have waited long.
 */
export function responseError(
  answer: RawAnswer,
  {
    durationMs = Number.POSITIVE_INFINITY,
    url,
    ...request
  }: { method: string; path: string; durationMs?: number; url?: string },
  shopNow: number,
): MagentoResponseError {
  const body = readErrorBody(answer.text);
  const response: ResponseDetails = {
    status: answer.status,
    ...request,
    parameters: body.parameters,
    reportId: body.reportId,
    retryAfterMs: parseRetryAfter(answer.headers['retry-after'], shopNow),
  };
  const { status } = answer;
  if (status === 401) return unauthorized(answer, body, response);
  if (status === 407) return refusedByProxy(response);
  if (status === 403) return forbidden(answer, body, response);
  if (status === 404) return notFound(answer, body, response);
  if (status === 429) {
    return new ThrottledError(`The shop asks for fewer requests (429).${waitHint(response)}`, response);
  }
  if (status === 503 || isMaintenanceText(answer.text)) {
    return new MaintenanceError(
      `The shop is in maintenance mode or out of capacity (${status})${pageTitle(answer.text)}.${waitHint(response)} When it lasts, "bin/magento maintenance:status" tells.`,
      response,
    );
  }
  if (status === 414 || status === 431) return tooLong(response);
  if (status >= 500) {
    const outage = findOutage(answer, body.reportId, durationMs);
    if (outage !== undefined) return new OutageError(outage.message, response, outage.reason);
    return serverFault(answer, body, response);
  }
  if (status >= 300 && status < 400) return redirect(answer, response, url);
  return badRequest(answer, body, response);
}

function unauthorized(answer: RawAnswer, body: ErrorBody, response: ResponseDetails): MagentoResponseError {
  const resources = body.parameters['resources'];
  if (typeof resources === 'string') return permission(resources.split(/,\s*/), response);
  if (Array.isArray(resources)) return permission(resources.map(String), response);
  const challenge = answer.headers['www-authenticate'];
  // Gateways that look at tokens themselves ask for a Bearer, in place of the shop: there a new login helps.
  const byShop = body.message !== '' && (challenge === undefined || /^(Bearer|OAuth)\b/i.test(challenge));
  if (!byShop) return refusedByGate(answer, challenge, response);
  return new AuthenticationError(`${body.message} (401)`, response);
}

function refusedByGate(
  answer: RawAnswer,
  challenge: string | undefined,
  response: ResponseDetails,
): GateRefusedError {
  const scheme = challenge === undefined ? null : (/^[\w-]+/.exec(challenge)?.[0] ?? null);
  const realm = /realm="([^"]{1,100})"/i.exec(challenge ?? '')?.[1];
  const kind = [scheme, realm && `"${realm}"`].filter(Boolean).join(' ');
  const cure =
    scheme === null || /^Basic$/i.test(scheme)
      ? 'Give its user name and password as basicAuth, or exempt the paths /rest, /soap and /oauth from its password protection.'
      : `A program cannot sign in there by ${scheme}: exempt the paths /rest, /soap and /oauth, or this machine's address, from it.`;
  return new GateRefusedError(
    `A web server or proxy before the shop asks for a login of its own (401${kind && `, ${kind}`})${pageTitle(answer.text)}; Magento has not seen the request to ${response.path}. ${cure}`,
    response,
    scheme,
  );
}

function refusedByProxy(response: ResponseDetails): GateRefusedError {
  return new GateRefusedError(
    `The proxy on the way to the shop asks for a login of its own (407); Magento has not seen the request to ${response.path}. Write its user name and password into the address of the proxy, as http://user:password@proxy:3128.`,
    response,
    null,
  );
}

/** Magento: recordings/tokens.json: an expired token, a missing right and an inactive integration get the same answer. */
function permission(resources: string[], response: ResponseDetails): PermissionError {
  const named = resources.join(', ');
  const cure =
    named === 'self'
      ? 'This route needs a shopper: log in as a customer of the website that the store code belongs to.'
      : `Give the role of this account ${named} (System > Permissions > User Roles, or the integration's API tab), and check that the account or integration is active.`;
  return new PermissionError(
    `The shop does not let this account use ${response.method} ${response.path} (401, needs ${named}). ${cure}`,
    response,
    resources,
  );
}

/** Magento defines 403 and never sends it: the answer comes from a firewall, a CDN or the web server. */
function forbidden(answer: RawAnswer, body: ErrorBody, response: ResponseDetails): MagentoResponseError {
  const said = body.message === '' ? pageTitle(answer.text) : ` ("${body.message}")`;
  if (response.retryAfterMs !== null && response.retryAfterMs !== undefined) {
    return new ThrottledError(
      `Something before the shop asks for fewer requests (403)${said}.${waitHint(response)}`,
      response,
    );
  }
  return new PermissionError(
    `A firewall, a CDN or the web server before the shop refuses ${response.path} (403)${said}. Let this machine's address and user agent through.`,
    response,
    [],
  );
}

function notFound(answer: RawAnswer, body: ErrorBody, response: ResponseDetails): MagentoResponseError {
  if (body.message === '') {
    return new MagentoResponseError(
      `${response.path} was not answered by Magento's web API but by a page of the web server (404)${pageTitle(answer.text)}. Check baseUrl.`,
      response,
    );
  }
  if (body.template === 'Request does not match any route.') {
    return new RouteMissingError(
      `The shop has no route ${response.method} ${response.path} (404). Check the path, the method, and that the module which offers it is enabled.`,
      response,
    );
  }
  return new NotFoundError(`${body.message} (404)`, response);
}

function badRequest(answer: RawAnswer, body: ErrorBody, response: ResponseDetails): MagentoResponseError {
  const { parameters, message } = body;
  const providers = parameters['active_providers'];
  if (Array.isArray(providers)) return twoFactor(body, response, providers.map(String));
  if (/configure 2FA first/.test(body.template)) return twoFactor(body, response, []);
  if (parameters['fieldName'] === 'customerId' && /\/me(\/|$)/.test(response.path)) {
    return new BadRequestError(
      `${response.path} acts on the shopper who is logged in (400): configure a customer token or a session, or use the route with an id.`,
      response,
    );
  }
  if (typeof parameters['max'] === 'number') {
    if (parameters['type'] === undefined) {
      return new PageSizeTooLargeError(
        `The shop limits the page size to ${parameters['max']} (400). Ask for at most that many rows.`,
        response,
        parameters['max'],
      );
    }
    return new BadRequestError(
      `${message} (400). Use fewer filters, or one filter with the condition "in", or raise webapi/validation/complex_array_limit in the shop.`,
      response,
    );
  }
  if (body.template === 'Specified request cannot be processed.') {
    return new BadRequestError(
      `The shop does not know the start of the path ${response.path} (400). Check storeCode and baseUrl: an unknown store code is answered like this.`,
      response,
    );
  }
  if (message === '') {
    const what = looksLikeHtml(answer) ? `a web page${pageTitle(answer.text)}` : 'no message';
    return new MagentoResponseError(
      `${response.path} was refused with status ${answer.status} and ${what}. Something before the shop may have answered.`,
      response,
    );
  }
  return new BadRequestError(`${message} (${answer.status})`, response);
}

/** What an administrator has to do at each provider; the token that it gives can be used as a ready one (`bearer`). */
const PROVIDERS: Readonly<Record<string, string>> = {
  authy:
    'Authy sends the code to a telephone (POST /V1/tfa/provider/authy/authenticate gives a token for it)',
  duo_security:
    'Duo asks on a telephone (POST /V1/tfa/provider/duo_security/authenticate gives a token for its passcode, since 2.4.8)',
  u2fkey: 'U2F needs somebody who touches a security key (POST /V1/tfa/provider/u2fkey/verify)',
};

/** Magento: recordings/two-factor.json: right credentials are answered with 400, never with a token. */
function twoFactor(body: ErrorBody, response: ResponseDetails, active: string[]): TwoFactorRequiredError {
  const cure =
    active.length === 0
      ? 'This account has not set up its second factor yet: follow the link in the e-mail that Magento has just sent, or use an integration.'
      : active.includes('google')
        ? 'Set auth.totpSecret to the secret of the authenticator app of this account, or use an integration.'
        : `${active.map((provider) => PROVIDERS[provider] ?? `the provider ${provider} needs a person`).join('; ')}. A program needs an integration, or Google Authenticator added to this account and its secret given as auth.totpSecret.`;
  return new TwoFactorRequiredError(`${body.message} (400) ${cure}`, response, active);
}

function tooLong(response: ResponseDetails): BadRequestError {
  return new BadRequestError(
    `The web server or proxy before the shop takes no address or header as long as that of ${response.path} (${response.status}). Raise large_client_header_buffers (nginx), LimitRequestLine and LimitRequestFieldSize (Apache) or the like to 8 KiB at least.`,
    response,
  );
}

function serverFault(answer: RawAnswer, body: ErrorBody, response: ResponseDetails): ServerFault {
  if (answer.status === 502 || answer.status === 504 || answer.status === 524) {
    return new ServerFault(
      `The web server or CDN before the shop waited for it long and in vain (${answer.status})${pageTitle(answer.text)}. When it lasts, ask for smaller pages.`,
      response,
    );
  }
  const said = body.message === '' ? pageTitle(answer.text) : `: ${body.message}`;
  const where =
    response.reportId === null || response.reportId === undefined
      ? 'Look into var/log/exception.log and var/report of the shop.'
      : `Search for ${response.reportId} in var/log and var/report of the shop.`;
  return new ServerFault(
    `The shop failed while it answered ${response.path} (${answer.status})${said}. ${where}`,
    response,
  );
}

function redirect(
  answer: RawAnswer,
  response: ResponseDetails,
  url: string | undefined,
): MagentoResponseError {
  const from = url ?? `https://unknown${response.path}`;
  return new MagentoResponseError(
    `The shop redirects ${response.path} (${answer.status}) ${explainRedirect(from, answer.headers['location'])} Redirects are not followed, because credentials would follow them.`,
    response,
  );
}

/** Magento: in developer mode maintenance is a 500 with a stack trace as text. */
function isMaintenanceText(text: string): boolean {
  return text.includes('the maintenance mode is enabled');
}

function waitHint(response: ResponseDetails): string {
  return response.retryAfterMs === null || response.retryAfterMs === undefined
    ? ''
    : ` It asks to wait ${Math.ceil(response.retryAfterMs / 1_000)} s.`;
}
