import type { Release } from '../release.ts';

/** A request as the shop's web server hands it to Magento. */
export interface ShopRequest {
  readonly method: string;
  /** Path and query exactly as sent. */
  readonly target: string;
  /** Path without the query, as sent. */
  readonly path: string;
  /** The query as sent, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What goes back over the wire, byte for byte. */
export interface ShopAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How many rows a list shows, which is what its making costs. */
  readonly rows?: number;
}

/** The content type of every answer of Magento's REST API in JSON. */
export const jsonType = 'application/json; charset=utf-8';

/** JSON as PHP's `json_encode` writes it: slashes escaped, everything outside ASCII as `\uXXXX`. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value).replace(/[/\u0080-\uffff]+/g, escaped);
}

const escapes = new Map<string, string>();
/** Lists show the same names again and again. */
const mostEscapes = 10_000;

function escaped(text: string): string {
  const known = escapes.get(text);
  if (known !== undefined) return known;
  const escape = text.split('').map(escapedUnit).join('');
  if (escapes.size < mostEscapes) escapes.set(text, escape);
  return escape;
}

function escapedUnit(unit: string): string {
  return unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Thrown by anything that answers a request, to end it with an error in Magento's format. */
export class WebApiError extends Error {
  override readonly name = 'WebApiError';
  readonly status: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
  }

  /** Members in Magento's order; empty ones are absent. Magento: framework/Webapi/Rest/Response.php. */
  get body(): Record<string, unknown> {
    return { message: this.message, ...this.detail };
  }
}

/**
 * Stands for an exception in Magento's own code: a 500 with a Report ID; the message is for developer mode only.
 *
 * Magento: framework/Webapi/ErrorProcessor.php.
 */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** The error of a missing input. Magento: recordings/tokens.json 'password missing'. */
export function requiredField(fieldName: string): WebApiError {
  return new WebApiError(400, '"%fieldName" is required. Enter and try again.', {
    parameters: { fieldName },
  });
}

/**
 * The error of a property that a data object does not have.
 *
 * Magento: recordings/writes.json 'unknown key in the customer'; before 2.4.7 the setter was called all the same.
 */
export function unsupportedField(name: string, release: Release): WebApiError | InternalError {
  const fieldName = name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
  if (!release.namesUnknownFields)
    return new InternalError(`Property "${fieldName}" does not have accessor method`);
  return new WebApiError(400, '"%fieldName" is not supported. Correct the field name and try again.', {
    parameters: { fieldName },
  });
}

/** The error of a scalar of the wrong type. Magento: recordings/reads.json 'customer id not a number'. */
export function wrongType(value: string, expected: string): string {
  return `The "${value}" value's type is invalid. The "${expected}" type was expected. Verify and try again.`;
}

/** The error of a record that does not exist. Magento: recordings/reads.json 'missing customer'. */
export function noSuchEntity(fieldName: string, fieldValue: unknown): WebApiError {
  return new WebApiError(404, 'No such entity with %fieldName = %fieldValue', {
    parameters: { fieldName, fieldValue },
  });
}
