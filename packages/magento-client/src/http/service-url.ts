import { InvalidOptionsError } from '../errors.ts';

/** Where the services of one shop live. */
export interface ServiceUrls {
  /** `path` starts with `/V1/`; `query` is encoded and has no `?`. */
  rest(path: string, query?: string): string;
  /** For routes outside a store scope, e.g. `/oauth/token/request`. */
  root(path: string, query?: string): string;
  /** `query` as in `services=customerCustomerRepositoryV1`. */
  soap(query: string): string;
  /** The URL as the shop sees it, which is what OAuth signs: differs behind a proxy that rewrites host or scheme. */
  signing(url: string): string;
  /** Headers that carry the scope where the path does not (`Store`, cloud service only). */
  readonly scopeHeaders: Readonly<Record<string, string>>;
}

/**
 * Builds the URLs of a shop.
 *
 * On premises the store code is a segment of the path; Adobe Commerce as a Cloud Service has neither `/rest` nor a
 * store code in its paths and takes the scope as the header `Store`.
 */
export function createServiceUrls(options: {
  baseUrl: string;
  storeCode?: string;
  signingBaseUrl?: string;
  cloud?: boolean;
}): ServiceUrls {
  const base = normalizeBaseUrl(options.baseUrl, 'baseUrl');
  const signingBase =
    options.signingBaseUrl === undefined ? base : normalizeBaseUrl(options.signingBaseUrl, 'signingBaseUrl');
  const scope = options.storeCode;
  if (scope !== undefined && !/^[A-Za-z][A-Za-z0-9_]*$/.test(scope)) {
    throw new InvalidOptionsError(
      `storeCode "${scope}" is not one: Magento's store codes are letters, digits and underscores.`,
    );
  }
  const restBase = options.cloud === true ? base : `${base}/rest${scope === undefined ? '' : `/${scope}`}`;
  return {
    rest: (path, query) => join(`${restBase}${path}`, query),
    root: (path, query) => join(`${base}${path}`, query),
    soap: (query) => join(`${base}/soap/${scope ?? 'default'}`, query),
    signing: (url) => (url.startsWith(base) ? `${signingBase}${url.slice(base.length)}` : url),
    scopeHeaders: options.cloud === true && scope !== undefined ? { Store: scope } : {},
  };
}

function join(url: string, query: string | undefined): string {
  return query === undefined || query === '' ? url : `${url}?${query}`;
}

/** Checks a shop's base URL and takes off what does not belong to it: a trailing slash, `/rest`, a default port. */
export function normalizeBaseUrl(text: string, name: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Without the cause, which repeats the text with whatever stands before an "@".
    const shown = text.replace(/[^/]*@/, '…@');
    throw new InvalidOptionsError(`${name} "${shown}" is not a URL. Write it as https://shop.example.com.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InvalidOptionsError(`${name} must start with https:// or http://, not with ${url.protocol}//.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidOptionsError(
      `${name} must not contain a user name or password; configure them as credentials.`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InvalidOptionsError(`${name} must not contain a query or a fragment.`);
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/rest(\/|$)/.test(path)) {
    throw new InvalidOptionsError(
      `${name} must end before /rest: the client adds it. Write ${url.origin}${path.replace(/\/rest.*$/, '')}.`,
    );
  }
  return `${url.origin}${path}`;
}
