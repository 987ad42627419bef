/** Every code a {@link MagentoError} can carry: stable, for metrics and for `switch`. */
export type MagentoErrorCode =
  | 'authentication_refused'
  | 'login_breaker_open'
  | 'two_factor_required'
  | 'login_not_offered'
  | 'gate_refused'
  | 'permission_denied'
  | 'not_found'
  | 'route_missing'
  | 'bad_request'
  | 'page_size_too_large'
  | 'throttled'
  | 'maintenance'
  | 'outage'
  | 'server_fault'
  | 'response_refused'
  | 'network'
  | 'timeout'
  | 'unexpected_payload'
  | 'cached_answer'
  | 'altered_search'
  | 'writes_not_allowed'
  | 'invalid_options'
  | 'invalid_criteria'
  | 'unsignable_request'
  | 'invalid_arguments';

/** What every error of this package has in common. */
export class MagentoError extends Error {
  readonly code: MagentoErrorCode;
  /** True when the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(message: string, details: { code: MagentoErrorCode; retryable: boolean; cause?: unknown }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.retryable = details.retryable;
  }
}

/** What is known of an answer that refused a request. */
export interface ResponseDetails {
  readonly status: number;
  readonly method: string;
  /** The path without the query, because filter values may be personal data. */
  readonly path: string;
  /** Magento's `parameters`; positional ones have the keys '1', '2', … */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The id under which Magento logged an internal error, e.g. `webapi-65f1c0d2a3b4c`. */
  readonly reportId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** The shop answered, and the answer is a refusal. */
export class MagentoResponseError extends MagentoError {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly reportId: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    response: ResponseDetails,
    kind: { code: MagentoErrorCode; retryable: boolean } = { code: 'response_refused', retryable: false },
  ) {
    super(message, { ...kind, cause: response.cause });
    this.status = response.status;
    this.method = response.method;
    this.path = response.path;
    this.parameters = response.parameters ?? {};
    this.reportId = response.reportId ?? null;
    this.retryAfterMs = response.retryAfterMs ?? null;
  }

  /** The answer this error is about, for another error that says more about it. */
  get response(): ResponseDetails {
    const { status, method, path, parameters, reportId, retryAfterMs } = this;
    return { status, method, path, parameters, reportId, retryAfterMs, cause: this };
  }
}

/** A login, a signature or a token was refused. */
export class AuthenticationError extends MagentoResponseError {
  constructor(
    message: string,
    response: ResponseDetails,
    code: MagentoErrorCode = 'authentication_refused',
    retryable = false,
  ) {
    super(message, response, { code, retryable });
  }
}

/**
 * Why no login is tried: the shop has `refused` the last one, it stayed `unanswered` and may have been counted as wrong,
 * or it ended `without_token`, which says nothing of the credentials.
 */
export type LoginBreakerReason = 'refused' | 'unanswered' | 'without_token';

/** No login is tried for now: after refusals because more would lock the account for everybody. */
export class LoginBreakerOpenError extends AuthenticationError {
  readonly reason: LoginBreakerReason;
  readonly retryAt: Date;

  constructor(
    message: string,
    response: ResponseDetails,
    breaker: { readonly reason: LoginBreakerReason; readonly retryAt: Date },
  ) {
    super(message, response, 'login_breaker_open', breaker.reason === 'without_token');
    this.reason = breaker.reason;
    this.retryAt = breaker.retryAt;
  }
}

/**
 * A web server or a proxy in front of the shop asks for a login of its own (401, 407): nothing is said of the shop's.
 *
 * Magento: ErrorProcessor.php answers JSON with a message and never sends `WWW-Authenticate`.
 */
export class GateRefusedError extends MagentoResponseError {
  /** What the gate asks for, e.g. `Basic`; `null` when it does not say so. */
  readonly scheme: string | null;

  constructor(message: string, response: ResponseDetails, scheme: string | null) {
    super(message, response, { code: 'gate_refused', retryable: false });
    this.scheme = scheme;
  }
}

/** The password is right, but the account needs a second factor. */
export class TwoFactorRequiredError extends AuthenticationError {
  readonly activeProviders: readonly string[];

  constructor(message: string, response: ResponseDetails, activeProviders: readonly string[]) {
    super(message, response, 'two_factor_required');
    this.activeProviders = activeProviders;
  }
}

/** Why a route is closed, as far as it can be told: Magento answers all of these alike. */
export type PermissionReason =
  | 'missing_right'
  | 'expired'
  | 'bearer_switched_off'
  | 'token_not_accepted'
  | 'inactive_integration'
  | 'no_rights_at_all'
  | 'behind_basic_auth'
  | 'guest'
  | 'shopper'
  | 'not_a_shopper'
  | 'other_website'
  | 'session_ended'
  | 'unknown';

/** The caller is known, or is a guest, and may not use this route. */
export class PermissionError extends MagentoResponseError {
  /** The ACL resources that the role lacks, e.g. `Magento_Customer::customer`. */
  readonly resources: readonly string[];
  readonly reason: PermissionReason;

  constructor(
    message: string,
    response: ResponseDetails,
    resources: readonly string[],
    reason: PermissionReason = 'unknown',
  ) {
    super(message, response, { code: 'permission_denied', retryable: false });
    this.resources = resources;
    this.reason = reason;
  }
}

/** Magento itself says that the entity does not exist. */
export class NotFoundError extends MagentoResponseError {
  constructor(message: string, response: ResponseDetails) {
    super(message, response, { code: 'not_found', retryable: false });
  }
}

/** The shop has no such route: mostly its module is switched off, or another release is running. */
export class RouteMissingError extends MagentoResponseError {
  /** What the route is the list of, e.g. `orders`, when it is the list of an entity. */
  readonly entity: string | null;

  constructor(message: string, response: ResponseDetails, entity: string | null = null) {
    super(message, response, { code: 'route_missing', retryable: false });
    this.entity = entity;
  }
}

/** Magento refused the input. */
export class BadRequestError extends MagentoResponseError {
  constructor(message: string, response: ResponseDetails, code: MagentoErrorCode = 'bad_request') {
    super(message, response, { code, retryable: false });
  }
}

/** The shop limits the page size to less than what was asked for. */
export class PageSizeTooLargeError extends BadRequestError {
  readonly max: number;

  constructor(message: string, response: ResponseDetails, max: number) {
    super(message, response, 'page_size_too_large');
    this.max = max;
  }
}

/** The shop, or something before it, asks for fewer requests. */
export class ThrottledError extends MagentoResponseError {
  constructor(message: string, response: ResponseDetails) {
    super(message, response, { code: 'throttled', retryable: true });
  }
}

/** What is away: the shop on purpose, PHP behind its web server, or the database behind PHP. */
export type OutageReason = 'maintenance' | 'gateway' | 'database';

/**
 * The shop is away as a whole: neither the size of a page nor a row in it has to do with it, and waiting helps.
 *
 * A `gateway` outage is a 502 (or 504, 520 to 523) that came at once. A row over which a PHP process dies is answered
 * in the same way: when the shop answers other requests at that time, it is about the row.
 */
export class OutageError extends MagentoResponseError {
  readonly reason: OutageReason;

  constructor(message: string, response: ResponseDetails, reason: OutageReason) {
    super(message, response, { code: reason === 'maintenance' ? 'maintenance' : 'outage', retryable: true });
    this.reason = reason;
  }
}

/** The shop is in maintenance mode or unavailable for now (503). */
export class MaintenanceError extends OutageError {
  constructor(message: string, response: ResponseDetails) {
    super(message, response, 'maintenance');
  }
}

/** The shop failed while it answered, or a gateway waited for it long and in vain (502, 504, 524). */
export class ServerFault extends MagentoResponseError {
  constructor(message: string, response: ResponseDetails) {
    super(message, response, { code: 'server_fault', retryable: true });
  }
}

/** The shop could not be reached, or the connection broke. */
export class MagentoNetworkError extends MagentoError {
  /** False when it is certain that the shop never saw the request. */
  readonly mayHaveArrived: boolean;

  constructor(
    message: string,
    details: { retryable?: boolean; mayHaveArrived?: boolean; cause?: unknown } = {},
  ) {
    super(message, { code: 'network', retryable: details.retryable ?? true, cause: details.cause });
    this.mayHaveArrived = details.mayHaveArrived ?? true;
  }
}

/** The shop did not answer in time. */
export class MagentoTimeoutError extends MagentoError {
  /** False when it is certain that the shop never saw the request. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, details: { mayHaveArrived?: boolean; cause?: unknown } = {}) {
    super(message, { code: 'timeout', retryable: true, cause: details.cause });
    this.mayHaveArrived = details.mayHaveArrived ?? true;
  }
}

/**
 * What is wrong with an answer of a status of success that cannot be used.
 *
 * - `encoding`: its bytes are not what `Content-Encoding` says, and no plain text either
 * - `cut`: it ended early: shorter than its `Content-Length`, without its last chunk, its compression or its JSON unfinished
 * - `too_large`: it is larger than this client reads; the rest was not read
 * - `empty`: a status of success and no byte, which a PHP process leaves that ran out of memory or time
 * - `web_page`: HTML: a login page, a firewall, a CDN
 * - `text_around`: JSON with other text before or behind it, such as a notice that PHP prints
 * - `invalid_json`, `invalid_utf8`: what its names say
 * - `shape`: JSON, but not as Magento documents it
 * - `missing_rows`: as documented, but fewer rows came than were counted
 * - `twins`: as documented, but one row came twice, and the two differ
 * - `other_rows`: as documented, but not the rows that were asked for: another order, beyond the bounds, more of them
 */
export type PayloadProblem =
  | 'encoding'
  | 'cut'
  | 'too_large'
  | 'empty'
  | 'web_page'
  | 'text_around'
  | 'invalid_json'
  | 'invalid_utf8'
  | 'shape'
  | 'missing_rows'
  | 'twins'
  | 'other_rows';

/**
 * The answer is not what was asked for: not JSON, not the documented shape, or not the rows of the filter.
 *
 * One row can be the cause of all but the last of them, so that a list without this row works: see {@link mayBeAboutRows}.
 */
export class UnexpectedPayloadError extends MagentoError {
  readonly path: string;
  readonly problem: PayloadProblem;

  constructor(
    message: string,
    details: { path: string; problem?: PayloadProblem; retryable?: boolean; cause?: unknown },
  ) {
    super(message, {
      code: 'unexpected_payload',
      retryable: details.retryable ?? false,
      cause: details.cause,
    });
    this.path = details.path;
    this.problem = details.problem ?? 'shape';
  }
}

/** Something between client and shop answered from its memory: the answer proves nothing about the shop as it is now. */
export class CachedAnswerError extends MagentoError {
  readonly path: string;

  constructor(message: string, details: { path: string }) {
    super(message, { code: 'cached_answer', retryable: false });
    this.path = details.path;
  }
}

/** The shop understood another search than was asked for: the query was cut or rewritten on its way. */
export class AlteredSearchError extends MagentoError {
  readonly path: string;

  constructor(message: string, details: { path: string }) {
    super(message, { code: 'altered_search', retryable: false });
    this.path = details.path;
  }
}

/** A request that would change the shop was made by a client that may only read. */
export class WritesNotAllowedError extends MagentoError {
  constructor(message: string) {
    super(message, { code: 'writes_not_allowed', retryable: false });
  }
}

/** The client was created with options that cannot work. */
export class InvalidOptionsError extends MagentoError {
  constructor(message: string, details: { cause?: unknown } = {}) {
    super(message, { code: 'invalid_options', retryable: false, cause: details.cause });
  }
}

/** A search was asked for in a way that Magento would misread without an error. */
export class InvalidCriteriaError extends MagentoError {
  constructor(message: string) {
    super(message, { code: 'invalid_criteria', retryable: false });
  }
}
