import type { AuthStrategy } from '../auth/strategy.ts';
import { readErrorBody } from '../error-body.ts';
import { type AlteredSearchError, InvalidOptionsError, WritesNotAllowedError } from '../errors.ts';
import { assertUnderstood, assertUnderstoodOrShifted, lostSearch } from '../search/search-echo.ts';
import type { RestCall, RestClient } from './rest.ts';
import type { ServiceUrls } from './service-url.ts';
import type { RawAnswer, Transport } from './transport.ts';

/** What a REST client is made of. */
export interface RestClientOptions {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly auth: AuthStrategy;
  readonly allowWrites: boolean;
}

/** Creates the REST client that all resources share. */
export function createRestClient(options: RestClientOptions): RestClient {
  return {
    async call(call) {
      if (call.method !== 'GET' && call.changesNothing !== true && !options.allowWrites) {
        throw new WritesNotAllowedError(
          `${call.method} ${call.route} would change the shop, and this client may only read. Create it with allowWrites: true.`,
        );
      }
      const path = fillRoute(call);
      const shown = call.secretVariables === undefined ? undefined : fillRoute(withoutSecrets(call));
      const json = call.body === undefined ? undefined : JSON.stringify(call.body);
      const response = await options.transport.send({
        method: call.method,
        mustBeFresh: call.method === 'GET',
        url: options.urls.rest(path, call.query),
        route: anonymousRoute(call.route),
        auth: options.auth,
        ...(json === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: json }),
        ...(shown === undefined ? {} : { shownPath: new URL(options.urls.rest(shown)).pathname }),
        ...(call.search === undefined ? {} : { findError: (raw) => findLostSearch(raw, path) }),
        ...(call.secrets === undefined ? {} : { secrets: call.secrets }),
        ...(call.idempotent === undefined ? {} : { idempotent: call.idempotent }),
        ...(call.givesUpWhenSlow === undefined ? {} : { givesUpWhenSlow: call.givesUpWhenSlow }),
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      const { search, acceptsShift } = call;
      const echo = echoOf(response.body);
      if (search && acceptsShift) await assertUnderstoodOrShifted(search, echo, path, acceptsShift);
      else if (search) assertUnderstood(search, echo, path);
      return { ...response, path: shown ?? path };
    },
  };
}

/** Magento: a list without any search is refused with 400, recordings/customers-search.json. */
function findLostSearch({ status, text }: RawAnswer, path: string): AlteredSearchError | undefined {
  if (status !== 400) return undefined;
  const { template, parameters } = readErrorBody(text);
  const isMissing = template.includes('is required') && parameters['fieldName'] === 'searchCriteria';
  return isMissing ? lostSearch(path) : undefined;
}

function echoOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'search_criteria' in body
    ? body.search_criteria
    : undefined;
}

/** Puts the variables into a route template. */
export function fillRoute(call: Pick<RestCall, 'route' | 'variables'>): string {
  return call.route.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = call.variables?.[name];
    if (value === undefined || value === '') {
      throw new InvalidOptionsError(`${call.route} needs a value for :${name}.`);
    }
    // An "@" may stand in a path as it is, and releases differ in how they sign an encoded one.
    return encodeURIComponent(value).replaceAll('%40', '@');
  });
}

function withoutSecrets(call: RestCall): Pick<RestCall, 'route' | 'variables'> {
  const hidden = Object.fromEntries((call.secretVariables ?? []).map((name) => [name, 'secret']));
  return { route: call.route, variables: { ...call.variables, ...hidden } };
}

/** A route for metrics: what looks like a value of a path that was written out is taken away. */
function anonymousRoute(route: string): string {
  const start = route.indexOf('/V1/') + 1;
  return route.slice(0, start + 2) + route.slice(start + 2).replace(/\/[^/:]*[\d@%][^/]*/g, '/:value');
}
