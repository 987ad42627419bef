import type { AuthStrategy } from '../auth/strategy.ts';
import { InvalidOptionsError, UnexpectedPayloadError, WritesNotAllowedError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { Transport } from '../http/transport.ts';
import { type CallOptions, withSignal } from '../resources/call-options.ts';
import { SearchCriteria } from '../search/search-criteria.ts';
import { assertUnderstood } from '../search/search-echo.ts';
import { buildEnvelope, SOAP_CONTENT_TYPE } from './envelope.ts';
import { findSoapFault } from './fault.ts';
import { isReadOperation } from './read-operation.ts';
import { readResult } from './read-result.ts';
import { soapSearchCriteria } from './search-argument.ts';
import { SoapArgumentError, type SoapArguments, writeArguments } from './write-arguments.ts';
import { parseWsdl, type Wsdl, type WsdlOperation } from './wsdl.ts';
import { createWsdlMemory } from './wsdl-memory.ts';
import { child, parseXml } from './xml.ts';

/** One service of the shop; a WSDL is fetched for one or several of them. */
export interface SoapService {
  readonly name: string;
  readonly wsdlUrl: string;
}

/** How one SOAP call is made. */
export interface SoapCallOptions extends CallOptions {
  /** Says that an operation only reads whose name does not show it: it is allowed without `allowWrites` and may be repeated. */
  readonly changesNothing?: boolean;
}

/** Calls Magento's services over SOAP 1.2, those of custom modules included. */
export interface SoapClient {
  /** All services of the shop; asks no rights. */
  services(options?: CallOptions): Promise<SoapService[]>;
  /** What the account may call of these services; fetched once and remembered. */
  wsdl(services: string | readonly string[], options?: CallOptions): Promise<Wsdl>;
  /**
   * Calls an operation: `call('customerCustomerRepositoryV1', 'GetById', { customerId: 1 })`.
   *
   * Arguments and result are plain values by their camelCase names; `searchCriteria` may be the builder's object.
   * Faults come as the same errors as over REST, although Magento sends them with status 200.
   */
  call<T = unknown>(
    service: string,
    operation: string,
    args?: SoapArguments,
    options?: SoapCallOptions,
  ): Promise<T>;
}

/** What a SOAP client is made of. */
export interface SoapClientOptions {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly auth: AuthStrategy;
  readonly clock: ShopClock;
  readonly allowWrites: boolean;
}

/** Creates the SOAP client of one shop; nothing is sent until it is used. */
export function createSoapClient(options: SoapClientOptions): SoapClient {
  const { urls, transport, auth, clock } = options;
  const wsdls = createWsdlMemory(fetchWsdl);

  function assertPossible(): void {
    if (auth.kind === 'ims')
      throw new InvalidOptionsError('Adobe Commerce as a Cloud Service has no SOAP: use REST.');
    if (auth.kind === 'session') {
      throw new InvalidOptionsError(
        'Magento takes storefront sessions over REST only: use a customer token for SOAP.',
      );
    }
  }

  async function fetchWsdl(services: string, signal: AbortSignal): Promise<Wsdl> {
    // `wsdl=1` and not a bare `wsdl`: releases differ in whether they sign a name without a value.
    const url = urls.soap(`wsdl=1&services=${encodeURIComponent(services)}`);
    const { pathname } = new URL(url);
    const answer = await transport.send({
      method: 'GET',
      url,
      route: '/soap?wsdl',
      auth,
      headers: { accept: 'text/xml, application/soap+xml' },
      decode: 'text',
      findError: (raw) => findSoapFault(raw, { path: pathname, shopNow: clock.shopNow() }),
      signal,
    });
    return parseWsdl(String(answer.body), pathname);
  }

  function assertAllowed(operation: WsdlOperation, service: string, changesNothing: boolean): void {
    if (options.allowWrites || changesNothing) return;
    throw new WritesNotAllowedError(
      `${operation.name} may change the shop, and this client may only read. Create it with allowWrites: true, or pass changesNothing: true if this operation of ${service} only reads.`,
    );
  }

  return {
    async services(callOptions = {}) {
      const url = urls.soap('wsdl_list=1');
      const { pathname } = new URL(url);
      const answer = await transport.send({
        method: 'GET',
        url,
        route: '/soap?wsdl_list',
        findError: (raw) => findSoapFault(raw, { path: pathname, shopNow: clock.shopNow() }),
        ...withSignal(callOptions.signal),
      });
      return readServices(answer.body, pathname);
    },

    async wsdl(services, callOptions = {}) {
      assertPossible();
      return wsdls.get(serviceList(services), callOptions.signal ?? new AbortController().signal);
    },

    async call<T>(
      service: string,
      name: string,
      args: SoapArguments = {},
      callOptions: SoapCallOptions = {},
    ) {
      const services = serviceList(service);
      assertPossible();
      const fullName = name.startsWith(services)
        ? name
        : `${services}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
      const wsdl = await wsdls.getOffering(
        services,
        fullName,
        callOptions.signal ?? new AbortController().signal,
      );
      const operation = wsdl.operations.get(fullName);
      if (operation === undefined) throw unknownOperation(wsdl, services, name);
      const changesNothing =
        callOptions.changesNothing ?? isReadOperation(operation.name.slice(services.length));
      assertAllowed(operation, services, changesNothing);
      const url = urls.soap(`services=${encodeURIComponent(services)}`);
      const { pathname } = new URL(url);
      const answer = await transport.send({
        method: 'POST',
        url,
        route: `/soap/${operation.name}`,
        auth,
        headers: { 'content-type': SOAP_CONTENT_TYPE, accept: 'application/soap+xml, text/xml' },
        body: buildEnvelope(
          wsdl.targetNamespace,
          operation.input,
          writeArguments(wsdl, operation.input, convert(args)),
        ),
        decode: 'text',
        idempotent: changesNothing,
        findError: (raw) => findSoapFault(raw, { path: pathname, shopNow: clock.shopNow() }),
        ...withSignal(callOptions.signal),
      });
      const response = child(child(parseXml(String(answer.body), pathname), 'Body'), operation.output);
      if (response === undefined) {
        throw new UnexpectedPayloadError(
          `The answer to ${operation.name} has no element ${operation.output}.`,
          { path: pathname },
        );
      }
      const result = readResult(wsdl, operation.output, response);
      const search = Object.values(args).find((value) => value instanceof SearchCriteria);
      if (search !== undefined) assertUnderstood(search, echoOf(result), pathname);
      return result as T;
    },
  };
}

function echoOf(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'searchCriteria' in result
    ? result.searchCriteria
    : undefined;
}

function serviceList(services: string | readonly string[]): string {
  const list = typeof services === 'string' ? [services] : services;
  const wrong = list.find((service) => !/^[a-zA-Z\d]*V\d+$/.test(service));
  if (list.length === 0 || wrong !== undefined) {
    throw new SoapArgumentError(
      `"${wrong ?? ''}" is not a service name: those end in their version, as customerCustomerRepositoryV1 does. client.soap.services() lists them.`,
    );
  }
  return list.join(',');
}

function unknownOperation(wsdl: Wsdl, service: string, name: string): SoapArgumentError {
  const offered = Array.from(wsdl.operations.keys(), (key) =>
    key.startsWith(service) ? key.slice(service.length) : key,
  );
  return new SoapArgumentError(
    `${service} offers this account no operation ${name}. It may call: ${offered.join(', ')}. A role without the right hides operations.`,
  );
}

function convert(args: SoapArguments): SoapArguments {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      value instanceof SearchCriteria ? soapSearchCriteria(value) : value,
    ]),
  );
}

function readServices(body: unknown, path: string): SoapService[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new UnexpectedPayloadError(`The answer to ${path} is not a list of services.`, { path });
  }
  return Object.entries(body).map(([name, service]) => {
    const wsdlUrl: unknown = (service as { wsdl_endpoint?: unknown } | null)?.wsdl_endpoint;
    return { name, wsdlUrl: typeof wsdlUrl === 'string' ? wsdlUrl : '' };
  });
}
