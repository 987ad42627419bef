import { buildXml, type XmlSource } from './xml.ts';

/** Magento speaks SOAP 1.2 only. */
export const SOAP_CONTENT_TYPE = 'application/soap+xml; charset=utf-8';
const ENVELOPE_NAMESPACE = 'http://www.w3.org/2003/05/soap-envelope';

/**
 * Builds the envelope of a call: the request element is in the namespace of the WSDL, its parts are in none.
 *
 * Magento: recordings/soap.json 'customer list as admin'
 */
export function buildEnvelope(namespace: string, element: string, content: readonly XmlSource[]): string {
  return buildXml({
    name: 'env:Envelope',
    attributes: { 'xmlns:env': ENVELOPE_NAMESPACE, 'xmlns:ns1': namespace },
    content: [{ name: 'env:Body', content: [{ name: `ns1:${element}`, content }] }],
  });
}
