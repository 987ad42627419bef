import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { WebApiError } from '../http/exchange.ts';
import { PhpSoapFault } from './soap-fault.ts';

const SOAP_1_2 = 'http://www.w3.org/2003/05/soap-envelope';

/** An XML element: attributes with `@`, children by qualified name, text under `#text`. */
export interface XmlNode {
  readonly [name: string]: XmlContent | readonly XmlContent[];
}

/** What stands between tags: text alone, or elements. */
export type XmlContent = string | XmlNode;

/** The call inside a SOAP request. */
export interface SoapMessage {
  /** Local name of the body's element, such as `customerCustomerRepositoryV1GetByIdRequest`. */
  readonly element: string;
  /** Its namespace; `undefined` when it has none. */
  readonly namespace: string | undefined;
  readonly content: XmlContent;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * Reads the envelope of a call.
 *
 * @throws WebApiError when the body is no XML; PhpSoapFault when it is no SOAP 1.2 envelope with a body.
 *
 * Magento: module-webapi/Model/Soap/Server.php.
 */
export function readEnvelope(xml: string): SoapMessage {
  if (/<!DOCTYPE/i.test(xml)) throw new WebApiError(500, 'Invalid XML: Detected use of illegal DOCTYPE');
  if (xml.trim() === '' || XMLValidator.validate(xml) !== true) throw new WebApiError(500, 'Invalid XML');
  const document = parser.parse(xml) as XmlNode;
  const envelope = childNamed(document, 'Envelope');
  if (!envelope || namespaceOf(envelope.name, [envelope.node]) !== SOAP_1_2) {
    throw new PhpSoapFault('env:VersionMismatch', 'Wrong Version');
  }
  const body = childNamed(envelope.node, 'Body');
  if (!body) throw new PhpSoapFault('env:Sender', 'Body must be present in a SOAP envelope');
  const [name, content] = childrenOf(body.node)[0] ?? [];
  if (name === undefined || content === undefined) throw procedureNotPresent();
  const scopes = [...(typeof content === 'string' ? [] : [content]), body.node, envelope.node];
  return { element: localName(name), namespace: namespaceOf(name, scopes), content };
}

/** The fault for an operation that the caller's WSDL does not have. */
export function procedureNotPresent(): PhpSoapFault {
  return new PhpSoapFault('rpc:ProcedureNotPresent', 'Procedure not present');
}

/** The elements below a node, in order; repeated names come once for each element. */
export function childrenOf(node: XmlContent): [name: string, content: XmlContent][] {
  if (typeof node === 'string') return [];
  return Object.entries(node).flatMap(([name, value]) => {
    if (name.startsWith('@') || name === '#text') return [];
    const contents = Array.isArray(value) ? (value as readonly XmlContent[]) : [value as XmlContent];
    return contents.map((content): [string, XmlContent] => [name, content]);
  });
}

/** The text of an element without child elements. */
export function textOf(content: XmlContent): string {
  if (typeof content === 'string') return content;
  const text = content['#text'];
  return typeof text === 'string' ? text : '';
}

/** Whether an element says that it has no value (`xsi:nil`). */
export function isNil(content: XmlContent): boolean {
  if (typeof content === 'string') return false;
  return Object.entries(content).some(
    ([name, value]) =>
      name.startsWith('@') && localName(name) === 'nil' && (value === 'true' || value === '1'),
  );
}

/** A name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function childNamed(node: XmlNode, name: string): { name: string; node: XmlNode } | undefined {
  const child = childrenOf(node).find(([candidate]) => localName(candidate) === name);
  if (!child) return undefined;
  const [qualified, content] = child;
  return { name: qualified, node: typeof content === 'string' ? {} : content };
}

function namespaceOf(name: string, scopes: readonly XmlNode[]): string | undefined {
  const colon = name.indexOf(':');
  const declaration = colon === -1 ? '@xmlns' : `@xmlns:${name.slice(0, colon)}`;
  const value = scopes.map((scope) => scope[declaration]).find((found) => found !== undefined);
  return typeof value === 'string' ? value : undefined;
}
