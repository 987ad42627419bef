import { formDecode, percentDecode } from './percent-encoding.ts';

/** What of a request takes part in an OAuth signature, as byte strings. */
export interface SignedRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** The Host header as sent, with its port. */
  readonly host: string;
  /** Path and query exactly as in the request line. */
  readonly uri: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** The parameters of a signed request by name; protocol parameters (`oauth_…`) and others together. */
export type SignedParameters = ReadonlyMap<string, string>;

/**
 * Collects what Magento signs: the header's `oauth_…` parameters, form fields, and the query.
 *
 * Answers `undefined` when the Authorization header carries no OAuth credentials; then the request is no
 * OAuth request, whatever its query or body say. A query parameter counts only when it has exactly one `=`;
 * of a repeated name the last one wins. Magento: framework/Oauth/Helper/Request.php.
 */
export function readSignedParameters(request: SignedRequest): SignedParameters | undefined {
  const parameters = readHeader(request.authorization);
  if (!parameters) return undefined;
  const headerIsEmpty = parameters.size === 0;
  if (request.contentType?.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of parseTopLevel(request.body)) {
      // The header's protocol parameters are authoritative; a body may only supply them when it has none.
      if (value !== undefined && (headerIsEmpty || !isProtocolParameter(name))) parameters.set(name, value);
    }
  }
  for (const piece of queryOf(request.uri).split('&')) {
    const [name, value, ...rest] = piece.split('=');
    if (name === undefined || value === undefined || rest.length > 0) continue;
    if (!isProtocolParameter(name)) parameters.set(percentDecode(name), percentDecode(value));
  }
  return parameters.size === 0 ? undefined : parameters;
}

/** The query of a request line, without the question mark. */
export function queryOf(uri: string): string {
  const start = uri.indexOf('?');
  return start === -1 ? '' : uri.slice(start + 1);
}

/**
 * Reads a query or form body as PHP's `parse_str` does, top level only: scalars keep their value, and a name
 * that became an array has `undefined`.
 */
export function parseTopLevel(text: string): Map<string, string | undefined> {
  const fields = new Map<string, string | undefined>();
  for (const piece of text.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const rawName = formDecode(equals === -1 ? piece : piece.slice(0, equals)).replace(/^ +/, '');
    const value = equals === -1 ? '' : formDecode(piece.slice(equals + 1));
    const bracket = rawName.indexOf('[');
    const isArray = bracket > 0 && rawName.indexOf(']', bracket) > bracket;
    const name = (isArray ? rawName.slice(0, bracket) : rawName).replace(/[ .[]/g, '_');
    if (name !== '') fields.set(name, isArray ? undefined : value);
  }
  return fields;
}

function readHeader(authorization: string | undefined): Map<string, string> | undefined {
  const start = authorization?.toLowerCase().indexOf('oauth ') ?? -1;
  if (authorization === undefined || start === -1) return undefined;
  const parameters = new Map<string, string>();
  for (const piece of authorization.slice(start + 'oauth '.length).split(',')) {
    const text = piece.trim();
    const equals = text.indexOf('=');
    if (equals === -1) continue;
    const name = text.slice(0, equals);
    if (isProtocolParameter(name)) {
      parameters.set(percentDecode(name), percentDecode(text.slice(equals + 1).replace(/^"+|"+$/g, '')));
    }
  }
  return parameters;
}

function isProtocolParameter(name: string): boolean {
  return /oauth_[a-z_-]+/.test(name);
}
