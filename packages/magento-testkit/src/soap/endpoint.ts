import { authenticate } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { InternalError, phpJson, type ShopAnswer, type ShopRequest, WebApiError } from '../http/exchange.ts';
import { type PhpArray, parsePhpQuery } from '../http/php-query.ts';
import { phpXml } from '../http/xml.ts';
import { internalError } from '../routes/rest.ts';
import type { ShopState } from '../shop-state.ts';
import { procedureNotPresent, readEnvelope } from './envelope.ts';
import { decodeMembers, encodeField } from './message-values.ts';
import type { SoapService } from './service-model.ts';
import { restrictTo, type SoapServices } from './service-registry.ts';
import { faultXml, PhpSoapFault } from './soap-fault.ts';
import { generateWsdl } from './wsdl.ts';

const SERVICES = /^[a-zA-Z\d]*V\d+(,[a-zA-Z\d]*V\d+)*$/;

/** A request below `/soap` with what belongs to it. */
interface SoapExchange {
  readonly request: ShopRequest;
  readonly shop: ShopState;
  readonly services: SoapServices;
  readonly query: PhpArray;
  readonly scope: string;
  /** `{base}/soap/{scope}` */
  readonly endpoint: string;
}

/**
 * Answers below `/soap`: the service list, WSDLs, and calls.
 *
 * A fault comes with status 200 on a call, and with the error's own status on a WSDL request.
 * Magento: module-webapi/Controller/Soap.php, recordings/soap.json.
 */
export function answerSoap(request: ShopRequest, shop: ShopState, services: SoapServices): ShopAnswer {
  const query = parsePhpQuery(request.query);
  // An unknown scope is no error here: SOAP falls back to the default store view.
  const given = request.path.split('/')[2] ?? '';
  const scope = shop.stores.hasScope(given) ? given : 'default';
  const endpoint = `${shop.baseUrl()}/soap/${scope}`;
  const exchange = { request, shop, services, query, scope, endpoint };
  const isWsdl = query.has('wsdl');
  try {
    if (isWsdl) return xml(200, 'text/xml; charset=UTF-8', describe(exchange));
    if (query.has('wsdl_list')) return listServices(exchange);
    return call(exchange);
  } catch (error) {
    if (error instanceof PhpSoapFault) return xml(500, 'application/soap+xml; charset=utf-8', error.toXml());
    const known = error instanceof InternalError ? internalError(error, shop) : error;
    if (!(known instanceof WebApiError)) throw known;
    const fault = faultXml(known, `${serviceUri(exchange)}&wsdl=1`);
    if (isWsdl) return xml(known.status, 'text/xml; charset=UTF-8', fault);
    return xml(200, 'application/soap+xml; charset=UTF-8', fault);
  }
}

function listServices({ request, services, endpoint }: SoapExchange): ShopAnswer {
  const list = Object.fromEntries(
    services.names.map((name) => [name, { wsdl_endpoint: `${endpoint}?wsdl&services=${name}` }]),
  );
  const wantsXml = /^(text|application)\/(xhtml\+)?xml/.test(request.headers['accept'] ?? '');
  return wantsXml
    ? xml(200, 'application/xml; charset=UTF-8', phpXml(list))
    : xml(200, 'application/json; charset=UTF-8', phpJson(list));
}

function describe(exchange: SoapExchange): string {
  const others = [...exchange.query.keys()].filter((name) => name !== 'wsdl' && name !== 'services');
  if (others.length > 0) {
    const message = `Not allowed parameters: ${others.join(', ')}. Please use only wsdl and services.`;
    throw new WebApiError(400, message);
  }
  return generateWsdl(servicesFor(exchange).allowed, exchange.services.types, serviceUri(exchange));
}

function call(exchange: SoapExchange): ShopAnswer {
  const { request, shop, services } = exchange;
  const namespace = serviceUri(exchange);
  const message = readEnvelope(request.body);
  const { allowed, caller } = servicesFor(exchange);
  const isMeant = message.namespace === undefined || message.namespace === namespace;
  const operation = allowed
    .flatMap((service) => service.operations.map((each) => ({ ...each, fullName: service.name + each.name })))
    .find(({ fullName }) => isMeant && `${fullName}Request` === message.element);
  if (!operation) throw procedureNotPresent();
  const args = decodeMembers(message.content, operation.input, services.types);
  const result = operation.call({ request, shop, caller, scope: exchange.scope, args });
  const content = operation.output ? encodeField(operation.output, result, services.types) : '';
  const name = `ns1:${operation.fullName}Response`;
  const body = content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
  return xml(
    200,
    'application/soap+xml; charset=utf-8',
    `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:ns1="${namespace}"><env:Body>${body}</env:Body></env:Envelope>\n`,
  );
}

/** The requested services as far as the caller may see them. */
function servicesFor(exchange: SoapExchange): { allowed: SoapService[]; caller: Caller } {
  const requested = exchange.query.get('services');
  if (typeof requested !== 'string' || !SERVICES.test(requested)) {
    throw new WebApiError(400, 'Incorrect format of request URI or Requested services are missing.');
  }
  const names = requested.split(',');
  const caller = authenticate(exchange.request, exchange.shop, exchange.scope);
  if ('status' in caller) throw new WebApiError(caller.status, caller.body);
  const allowed = names.flatMap((name) => {
    const service = exchange.services.get(name);
    if (!service) throw missingService(name, exchange.services);
    return restrictTo(service, caller, exchange.shop.release) ?? [];
  });
  if (allowed.length === 0) {
    const parameters = { resources: names.join(', ') };
    throw new WebApiError(401, "The consumer isn't authorized to access %resources.", { parameters });
  }
  return { allowed, caller };
}

/** Recordings: recordings/soap.json 'WSDL of an unknown service'. */
function missingService(name: string, services: SoapServices): Error {
  // The list is that of the recorded shop; a service that is only listed must not pass for a broken one.
  return services.names.includes(name)
    ? new WebApiError(501, `The stand-in lists the service ${name} and does not model it.`)
    : new InternalError(`Requested service is not available: "${name}"`);
}

/** The address of the requested services, which is also the namespace of their messages. */
function serviceUri({ endpoint, query }: SoapExchange): string {
  const services = query.get('services');
  return `${endpoint}?services=${encodeURIComponent(typeof services === 'string' ? services : '')}`;
}

function xml(status: number, contentType: string, body: string): ShopAnswer {
  return { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body };
}
