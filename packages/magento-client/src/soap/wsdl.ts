import { UnexpectedPayloadError } from '../errors.ts';
import { child, children, localName, parseXml, type XmlElement } from './xml.ts';

/** A scalar of XML Schema (`int`, `string`, `anyType`, …) or the name of a complex type of the same WSDL. */
export type WsdlTypeReference =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'complex'; readonly name: string };

/** One element of a complex type, in the order in which it has to be sent. */
export interface WsdlField {
  readonly name: string;
  readonly type: WsdlTypeReference;
  readonly required: boolean;
}

/** A complex type: an object with fields, or a list whose elements are called `item`. */
export type WsdlComplexType =
  | { readonly kind: 'object'; readonly fields: readonly WsdlField[] }
  | { readonly kind: 'list'; readonly item: WsdlTypeReference };

/** One operation with the names of the elements it takes and gives. */
export interface WsdlOperation {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

/** What a WSDL of Magento says, for the account it was fetched with. */
export interface Wsdl {
  readonly targetNamespace: string;
  readonly operations: ReadonlyMap<string, WsdlOperation>;
  /** Type of a top-level element, e.g. of `customerCustomerRepositoryV1GetByIdRequest`. */
  readonly elements: ReadonlyMap<string, WsdlTypeReference>;
  readonly types: ReadonlyMap<string, WsdlComplexType>;
  /** The document itself. */
  readonly text: string;
}

/**
 * Reads a WSDL as Magento generates it: document/literal, one schema, lists as types with repeated `item`.
 *
 * Magento: module-webapi/Model/Soap/Wsdl/Generator.php, recordings/soap.json 'WSDL of the currency service as guest'
 */
export function parseWsdl(text: string, path: string): Wsdl {
  const root = parseXml(text, path);
  const targetNamespace = root.attributes['targetNamespace'];
  if (root.name !== 'definitions' || targetNamespace === undefined) {
    throw new UnexpectedPayloadError(`The answer to ${path} is not a WSDL.`, { path });
  }
  const schemas = children(child(root, 'types'), 'schema');
  const toType = typeReader(root);
  const elements = new Map<string, WsdlTypeReference>();
  const types = new Map<string, WsdlComplexType>();
  for (const schema of schemas) {
    for (const element of children(schema, 'element')) {
      elements.set(element.attributes['name'] ?? '', toType(element.attributes['type']));
    }
    for (const type of children(schema, 'complexType')) {
      types.set(type.attributes['name'] ?? '', readComplexType(type, toType));
    }
  }
  return { targetNamespace, operations: readOperations(root), elements, types, text };
}

type TypeReader = (name: string | undefined) => WsdlTypeReference;

/** Prefixes are looked up in the root: Magento declares them all there. */
function typeReader(root: XmlElement): TypeReader {
  return (qualified) => {
    if (qualified === undefined) return { kind: 'scalar', name: 'anyType' };
    const prefix = qualified.includes(':') ? qualified.slice(0, qualified.indexOf(':')) : '';
    const namespace = root.attributes[prefix === '' ? 'xmlns' : `xmlns:${prefix}`];
    const kind = namespace === 'http://www.w3.org/2001/XMLSchema' ? 'scalar' : 'complex';
    return { kind, name: localName(qualified) };
  };
}

function readComplexType(type: XmlElement, toType: TypeReader): WsdlComplexType {
  const elements = children(child(type, 'sequence') ?? child(type, 'all'), 'element');
  const only = elements[0];
  if (
    elements.length === 1 &&
    only?.attributes['name'] === 'item' &&
    only.attributes['maxOccurs'] === 'unbounded'
  ) {
    return { kind: 'list', item: toType(only.attributes['type']) };
  }
  return {
    kind: 'object',
    fields: elements.map((element) => ({
      name: element.attributes['name'] ?? '',
      type: toType(element.attributes['type']),
      required: element.attributes['minOccurs'] !== '0',
    })),
  };
}

function readOperations(root: XmlElement): Map<string, WsdlOperation> {
  const messages = new Map(
    children(root, 'message').map((message) => [
      message.attributes['name'] ?? '',
      localName(child(message, 'part')?.attributes['element'] ?? ''),
    ]),
  );
  /** Magento calls a message like its element. */
  const elementOf = (reference: XmlElement | undefined) => {
    const message = localName(reference?.attributes['message'] ?? '');
    return messages.get(message) || message;
  };
  const operations = new Map<string, WsdlOperation>();
  for (const portType of children(root, 'portType')) {
    for (const operation of children(portType, 'operation')) {
      const name = operation.attributes['name'] ?? '';
      const input = elementOf(child(operation, 'input'));
      const output = elementOf(child(operation, 'output'));
      operations.set(name, { name, input, output });
    }
  }
  return operations;
}
