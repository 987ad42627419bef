import type { WebApiError } from '../http/exchange.ts';
import { escapeText } from './xml-text.ts';

/** What a fault's detail says besides the reason. */
type FaultParameters = readonly (readonly [key: string, value: string])[];

/**
 * A fault that PHP's own SOAP server raises before Magento's code is asked: status 500 and a bare fault.
 * Recordings: recordings/soap.json 'unknown operation'.
 */
export class PhpSoapFault extends Error {
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.name = 'PhpSoapFault';
    this.code = code;
  }

  toXml(): string {
    const code = `<env:Code><env:Value>${this.code}</env:Value></env:Code>`;
    const reason = `<env:Reason><env:Text>${escapeText(this.message)}</env:Text></env:Reason>`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault>${code}${reason}</env:Fault></env:Body></env:Envelope>\n`;
  }
}

/**
 * An error of a service as the fault that Magento writes; blanks and line breaks included.
 *
 * @param wsdlUri address of the WSDL, which is encoded into the namespace of the detail
 *
 * Magento: module-webapi/Model/Soap/Fault.php, recordings/soap.json 'missing customer'.
 */
export function faultXml(error: WebApiError, wsdlUri: string): string {
  const detail = detailXml(error);
  const namespace = detail === '' ? '' : `xmlns:m="${encodeForm(wsdlUri)}"`;
  const code = error.status >= 500 ? 'Receiver' : 'Sender';
  return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" ${namespace}>
   <env:Body>
      <env:Fault>
         <env:Code>
            <env:Value>env:${code}</env:Value>
         </env:Code>
         <env:Reason>
            <env:Text xml:lang="en">${escapeReason(error.message)}</env:Text>
         </env:Reason>
         ${detail}
      </env:Fault>
   </env:Body>
</env:Envelope>`;
}

function detailXml({ detail }: WebApiError): string {
  const parameters = parametersOf(detail['parameters']);
  const errors = Array.isArray(detail['errors']) ? (detail['errors'] as Record<string, unknown>[]) : [];
  const parts = [
    ...(parameters.length > 0
      ? [`<m:Parameters>${parameters.map(parameterXml).join('')}</m:Parameters>`]
      : []),
    ...(errors.length > 0
      ? [`<m:WrappedErrors>${errors.map(wrappedErrorXml).join('')}</m:WrappedErrors>`]
      : []),
  ];
  if (parts.length === 0) return '';
  return `<env:Detail><m:GenericFault>${parts.join('')}</m:GenericFault></env:Detail>`;
}

function parameterXml([key, value]: FaultParameters[number]): string {
  return `<m:GenericFaultParameter><m:key>${escapeReason(key)}</m:key><m:value>${escapeReason(value)}</m:value></m:GenericFaultParameter>`;
}

function wrappedErrorXml(error: Record<string, unknown>): string {
  const parameters = parametersOf(error['parameters'])
    .map(
      ([key, value]) =>
        `<m:parameter><m:key>${escapeReason(key)}</m:key><m:value>${escapeReason(value)}</m:value></m:parameter>`,
    )
    .join('');
  const message = `<m:message>${escapeReason(String(error['message'] ?? ''))}</m:message>`;
  return `<m:WrappedError>${message}<m:parameters>${parameters}</m:parameters></m:WrappedError>`;
}

/** Positional parameters are counted from one. */
function parametersOf(given: unknown): FaultParameters {
  if (Array.isArray(given)) return given.map((value, index) => [String(index + 1), String(value)] as const);
  if (given === null || typeof given !== 'object') return [];
  return Object.entries(given).map(([key, value]) => [key, String(value)] as const);
}

function escapeReason(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll("'", '&#039;');
}

/** PHP: `urlencode`. */
function encodeForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
