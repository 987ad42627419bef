import { randomUUID } from 'node:crypto';
import { type AsyncKind, acceptAsync } from '../async/accept.ts';
import { authenticate } from '../auth/authenticate.ts';
import { type Caller, guest } from '../auth/caller.ts';
import {
  InternalError,
  jsonType,
  phpJson,
  type ShopAnswer,
  type ShopRequest,
  WebApiError,
} from '../http/exchange.ts';
import { filterFields } from '../http/fields-filter.ts';
import { parsePhpQuery } from '../http/php-query.ts';
import { phpXml } from '../http/xml.ts';
import type { ShopState } from '../shop-state.ts';
import { matchRoute } from './table.ts';

/**
 * Answers a request below `/rest` in Magento's order of checks: verb, scope and version, route, permission, input, service.
 *
 * Magento: module-webapi/Controller/Rest.php; recordings/reads.json, recordings/tokens.json.
 */
export function answerRest(request: ShopRequest, shop: ShopState): ShopAnswer {
  try {
    return serve(request, shop);
  } catch (error) {
    return render(request, ...errorAnswer(error, shop));
  }
}

function serve(request: ShopRequest, shop: ShopState): ShopAnswer {
  if (!['GET', 'POST', 'PUT', 'DELETE'].includes(request.method)) {
    throw shop.release.verbIs405
      ? new WebApiError(405, `The ${request.method} HTTP method is not supported.`)
      : new WebApiError(400, 'Request method is invalid.');
  }
  const { scope, path, later } = splitPath(request, shop);
  const match = matchRoute(request.method, path, shop, later === 'bulk');
  const [module = ''] = match?.resource.split('::') ?? [];
  if (!match || shop.disabledModules.has(module))
    throw new WebApiError(404, 'Request does not match any route.');
  // Magento does not look at credentials where none are needed, so bad ones do no harm there.
  const caller = match.resource === 'anonymous' ? guest : authenticate(request, shop, scope);
  if ('status' in caller) return caller;
  if (!isAllowed(caller, match.resource)) {
    const parameters = { resources: match.resource };
    throw new WebApiError(401, "The consumer isn't authorized to access %resources.", { parameters });
  }
  const query = parsePhpQuery(request.query);
  const body = decodeBody(request);
  const call = { request, shop, caller, scope, variables: match.variables, query, body };
  if (later) return render(request, 202, acceptAsync(match, call, later));
  const result = match.route.handle(call);
  const fields = query.get('fields');
  const answer = render(request, 200, filterFields(result, typeof fields === 'string' ? fields : undefined));
  const { items } = (result ?? {}) as { items?: unknown };
  return Array.isArray(items) ? { ...answer, rows: items.length } : answer;
}

/** `/rest[/{scope}][/async[/bulk]]/V1/…`; anything else is no request that Magento knows. */
function splitPath(
  { path, method }: ShopRequest,
  { stores }: ShopState,
): { scope: string | undefined; path: string; later: AsyncKind | undefined } {
  const [, , ...segments] = path.split('/');
  const first = segments[0];
  const scope = first !== undefined && stores.hasScope(first) ? segments.shift() : undefined;
  let later: AsyncKind | undefined;
  // Nothing that is only read can be asked for later.
  if (segments[0] === 'async' && method !== 'GET') {
    later = segments[1] === 'bulk' ? 'bulk' : 'one';
    segments.splice(0, later === 'bulk' ? 2 : 1);
  }
  if (segments.shift() !== 'V1') throw new WebApiError(400, 'Specified request cannot be processed.');
  return { scope, path: `/${segments.join('/')}`, later };
}

function isAllowed(caller: Caller, resource: string): boolean {
  if (resource === 'anonymous' || caller.resources === 'all') return true;
  // The root of all rights comes with any of them. Magento: recordings/2.4.8-p1/other-reads.json 'without the right: GET /modules'.
  if (resource === 'Magento_Backend::admin' && caller.type === 'integration')
    return caller.resources.size > 0;
  return caller.resources.has(resource);
}

function decodeBody(request: ShopRequest): Record<string, unknown> {
  if (request.body === '') return {};
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type === '') throw new WebApiError(400, 'Content-Type header is empty.');
  if (type !== 'application/json') {
    throw new WebApiError(400, `Server cannot understand Content-Type HTTP header media type ${type}`);
  }
  try {
    return JSON.parse(request.body) as Record<string, unknown>;
  } catch {
    throw new WebApiError(400, 'Decoding error.');
  }
}

function errorAnswer(error: unknown, shop: ShopState): [status: number, body: unknown] {
  const known = error instanceof InternalError ? internalError(error, shop) : error;
  if (!(known instanceof WebApiError)) throw known;
  const trace =
    shop.mode === 'developer' ? { trace: '#0 <root>/vendor/magento/framework/Webapi.php(1): fail()' } : {};
  // Magento: framework/Webapi/ErrorProcessor.php sends the translated template, and nested errors untranslated.
  const { message } = known;
  return [known.status, { ...known.body, message: shop.translations.get(message) ?? message, ...trace }];
}

/** The 500 of an exception: in developer mode what happened, else the id under which Magento logged it. */
export function internalError({ message }: InternalError, { mode }: ShopState): WebApiError {
  if (mode === 'developer') return new WebApiError(500, message);
  const id = randomUUID().replaceAll('-', '').slice(0, 13);
  return new WebApiError(
    500,
    `Internal Error. Details are available in Magento log file. Report ID: webapi-${id}`,
  );
}

function render(request: ShopRequest, status: number, value: unknown): ShopAnswer {
  const wantsXml = /^(text|application)\/(xhtml\+)?xml/.test(request.headers['accept'] ?? '');
  return {
    status,
    headers: {
      'content-type': wantsXml ? 'application/xml; charset=utf-8' : jsonType,
      'cache-control': 'no-store',
    },
    body: wantsXml ? phpXml(value) : phpJson(value),
  };
}
