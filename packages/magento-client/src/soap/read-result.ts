import type { Wsdl, WsdlTypeReference } from './wsdl.ts';
import { child, type XmlElement } from './xml.ts';

/**
 * Reads the result of a response element as plain values, typed by the WSDL.
 *
 * Whole numbers and floats become numbers, booleans booleans, lists arrays (empty ones too); everything else stays
 * text, e.g. the values of custom attributes. An operation without a result yields `null`.
 */
export function readResult(wsdl: Wsdl, element: string, response: XmlElement): unknown {
  const result = child(response, 'result');
  if (result === undefined) return null;
  const type = wsdl.elements.get(element);
  const complex = type?.kind === 'complex' ? wsdl.types.get(type.name) : undefined;
  const field = complex?.kind === 'object' ? complex.fields.find(({ name }) => name === 'result') : undefined;
  return readValue(wsdl, field?.type ?? ANY, result);
}

const ANY: WsdlTypeReference = { kind: 'scalar', name: 'anyType' };

function readValue(wsdl: Wsdl, type: WsdlTypeReference, element: XmlElement): unknown {
  if (isNil(element)) return null;
  if (type.kind === 'scalar') return readScalar(type.name, element);
  const complex = wsdl.types.get(type.name);
  if (complex === undefined) return readUntyped(element);
  if (complex.kind === 'list') return element.children.map((item) => readValue(wsdl, complex.item, item));
  const result: Record<string, unknown> = {};
  for (const part of element.children) {
    const field = complex.fields.find(({ name }) => name === part.name);
    result[part.name] = readValue(wsdl, field?.type ?? ANY, part);
  }
  return result;
}

/** Text that does not fit its type is handed over as it came: losing it would be worse. */
function readScalar(type: string, element: XmlElement): unknown {
  const { text } = element;
  switch (type) {
    case 'int':
    case 'integer':
    case 'long':
    case 'short':
      return /^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case 'float':
    case 'double':
    case 'decimal':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    case 'anyType':
      return readUntyped(element);
    default:
      return text;
  }
}

function readUntyped(element: XmlElement): unknown {
  if (isNil(element)) return null;
  if (element.children.length === 0) return element.text;
  if (element.children.every(({ name }) => name === 'item')) return element.children.map(readUntyped);
  return Object.fromEntries(element.children.map((part) => [part.name, readUntyped(part)]));
}

function isNil(element: XmlElement): boolean {
  return element.attributes['xsi:nil'] === 'true' || element.attributes['xsi:nil'] === '1';
}
