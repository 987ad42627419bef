import { type OAuthRefusalReason, oauthRefusalReason } from '../auth/oauth1-refusal.ts';
import type { MagentoResponseError } from '../errors.ts';
import type { RawAnswer } from '../http/transport.ts';
import { responseError } from '../response-error.ts';
import { child, children, parseXml, type XmlElement } from './xml.ts';

/**
 * What OAuth refuses with 401 over REST; a missing parameter, e.g. of a call, and what is malformed get 400.
 *
 * Magento: recordings/oauth.json
 */
const OAUTH_401: ReadonlySet<OAuthRefusalReason> = new Set([
  'signature_mismatch',
  'clock_ahead',
  'nonce_used',
  'unknown_consumer',
  'unknown_token',
  'token_of_other_consumer',
  'token_revoked',
  'token_of_wrong_type',
]);

/** What a SOAP fault says. */
export interface SoapFault {
  /** `env:Sender` for what the caller did wrong, `env:Receiver` for what the shop did wrong. */
  readonly code: string;
  /** With its placeholders, e.g. `No such entity with %fieldName = %fieldValue`. */
  readonly reason: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly errors: ReadonlyArray<{ message: string; parameters: Readonly<Record<string, unknown>> }>;
}

/**
 * Finds the fault in an answer and turns it into the error that REST gives for the same cause.
 *
 * The HTTP status says nothing: Magento sends the faults of calls with 200. The error carries the status that the
 * REST API answers. Magento: recordings/soap.json 'missing customer', module-webapi/Model/Soap/Fault.php
 */
export function findSoapFault(
  answer: RawAnswer,
  request: { path: string; shopNow: number },
): MagentoResponseError | undefined {
  if (!/<(?:[\w-]+:)?Fault[\s>]/.test(answer.text)) return undefined;
  const fault = readFault(parseXml(answer.text, request.path));
  if (fault === undefined) return undefined;
  if (fault.code === 'ProcedureNotPresent')
    return responseError(missingOperation(answer), describe(request), request.shopNow);
  const status = restStatus(fault, answer.status);
  const text = JSON.stringify({
    message: fault.reason,
    parameters: fault.parameters,
    ...(fault.errors.length === 0 ? {} : { errors: fault.errors }),
  });
  return responseError(
    { status, headers: { ...answer.headers, 'content-type': 'application/json' }, text },
    describe(request),
    request.shopNow,
  );
}

function describe(request: { path: string }): { method: string; path: string } {
  return { method: 'SOAP', path: request.path };
}

/** PHP's own refusal of an operation that is not in the caller's WSDL: the account may not use it, or it does not exist. */
function missingOperation(answer: RawAnswer): RawAnswer {
  const message =
    'The shop offers no such operation to this account. Compare with the operations of client.soap.wsdl(service), which lists what the account may use.';
  return { status: 400, headers: answer.headers, text: JSON.stringify({ message }) };
}

function readFault(envelope: XmlElement): SoapFault | undefined {
  const fault = child(child(envelope, 'Body'), 'Fault');
  if (fault === undefined) return undefined;
  const detail = child(child(fault, 'Detail'), 'GenericFault');
  const wrapped = children(child(detail, 'WrappedErrors'), 'WrappedError');
  const code = child(child(fault, 'Code'), 'Value')?.text.trim() ?? '';
  return {
    code: code.slice(code.indexOf(':') + 1),
    reason: child(child(fault, 'Reason'), 'Text')?.text ?? '',
    parameters: readParameters(children(child(detail, 'Parameters'), 'GenericFaultParameter')),
    errors: wrapped.map((error) => ({
      message: child(error, 'message')?.text ?? '',
      parameters: readParameters(children(child(error, 'parameters'), 'parameter')),
    })),
  };
}

/** SOAP carries texts only; the values that the error tree reads get back the types they have in REST. */
function readParameters(elements: readonly XmlElement[]): Record<string, unknown> {
  return Object.fromEntries(
    elements.map((element) => {
      const key = child(element, 'key')?.text ?? '';
      const value = child(element, 'value')?.text ?? '';
      if (key === 'max' && /^\d+$/.test(value)) return [key, Number(value)];
      if (key === 'active_providers' || key === 'providers')
        return [key, value.split(/[,\s]+/).filter(Boolean)];
      return [key, value];
    }),
  );
}

function restStatus(fault: SoapFault, httpStatus: number): number {
  if (httpStatus >= 400) return httpStatus;
  if (fault.code === 'Receiver') return 500;
  const { parameters } = fault;
  if (parameters['resources'] !== undefined) return 401;
  if (parameters['fieldName'] !== undefined && parameters['fieldValue'] !== undefined) return 404;
  if (parameters['active_providers'] !== undefined) return 400;
  const refused = /sign-in was incorrect|isn't confirmed|Invalid code/.test(fault.reason);
  return refused || OAUTH_401.has(oauthRefusalReason(fault.reason)) ? 401 : 400;
}
