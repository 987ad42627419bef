import { MagentoError } from '../errors.ts';
import type { Wsdl, WsdlField, WsdlTypeReference } from './wsdl.ts';
import type { XmlSource } from './xml.ts';

/** The arguments of a SOAP call do not fit its WSDL. */
export class SoapArgumentError extends MagentoError {
  constructor(message: string) {
    super(message, { code: 'invalid_arguments', retryable: false });
  }
}

/** Plain values by their camelCase names; lists are arrays. */
export type SoapArguments = Readonly<Record<string, unknown>>;

/**
 * Turns plain arguments into the elements of a request, named, ordered and nested as the WSDL says.
 *
 * Lists become repeated `<item>` elements. `null` and `undefined` are left out, which Magento reads as not given.
 */
export function writeArguments(wsdl: Wsdl, element: string, args: SoapArguments): XmlSource[] {
  const type = wsdl.elements.get(element);
  if (type === undefined) throw new SoapArgumentError(`The WSDL has no element ${element}.`);
  return writeFields(wsdl, fieldsOf(wsdl, type), args, element);
}

function fieldsOf(wsdl: Wsdl, type: WsdlTypeReference): readonly WsdlField[] {
  const complex = type.kind === 'complex' ? wsdl.types.get(type.name) : undefined;
  return complex?.kind === 'object' ? complex.fields : [];
}

function writeFields(
  wsdl: Wsdl,
  fields: readonly WsdlField[],
  values: SoapArguments,
  where: string,
): XmlSource[] {
  const unknown = Object.keys(values).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    const known = fields.map((field) => field.name).join(', ');
    throw new SoapArgumentError(
      `${where} has no "${unknown}". ${known === '' ? 'It takes no arguments.' : `It takes: ${known}.`}`,
    );
  }
  return fields.flatMap((field) => {
    const value = values[field.name];
    if (value === undefined || value === null) return [];
    return [writeValue(wsdl, field.type, field.name, value, `${where}.${field.name}`)];
  });
}

function writeValue(
  wsdl: Wsdl,
  type: WsdlTypeReference,
  name: string,
  value: unknown,
  where: string,
): XmlSource {
  if (type.kind === 'scalar') {
    const content =
      type.name === 'anyType' ? writeUntyped(value, where) : writeScalar(type.name, value, where);
    return { name, content };
  }
  const complex = wsdl.types.get(type.name);
  if (complex === undefined) return { name, content: writeUntyped(value, where) };
  if (complex.kind === 'list') {
    if (!Array.isArray(value)) throw new SoapArgumentError(`${where} must be a list.`);
    const items = value.map((entry, index) =>
      writeValue(wsdl, complex.item, 'item', entry, `${where}[${index}]`),
    );
    return { name, content: items };
  }
  if (!isObject(value)) throw new SoapArgumentError(`${where} must be an object.`);
  return { name, content: writeFields(wsdl, complex.fields, value, where) };
}

function writeScalar(type: string, value: unknown, where: string): string {
  const text = scalarText(value, where);
  if (type === 'int' && !/^[+-]?\d+$/.test(text))
    throw new SoapArgumentError(`${where} must be a whole number.`);
  if (type === 'boolean' && !/^(true|false|0|1)$/.test(text))
    throw new SoapArgumentError(`${where} must be true or false.`);
  if (
    (type === 'float' || type === 'double' || type === 'decimal') &&
    (text === '' || Number.isNaN(Number(text)))
  ) {
    throw new SoapArgumentError(`${where} must be a number.`);
  }
  return text;
}

/** `xsd:anyType`, e.g. the value of a custom attribute. */
function writeUntyped(value: unknown, where: string): string | XmlSource[] {
  if (Array.isArray(value)) {
    return value.map((entry, index) => ({
      name: 'item',
      content: writeUntyped(entry, `${where}[${index}]`),
    }));
  }
  if (isObject(value)) {
    return Object.entries(value).map(([name, entry]) => ({
      name,
      content: writeUntyped(entry, `${where}.${name}`),
    }));
  }
  return scalarText(value, where);
}

function scalarText(value: unknown, where: string): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new SoapArgumentError(`${where} is not a number.`);
  if (
    typeof value !== 'string' &&
    typeof value !== 'number' &&
    typeof value !== 'boolean' &&
    typeof value !== 'bigint'
  ) {
    throw new SoapArgumentError(`${where} must be a text, a number or a boolean.`);
  }
  const text = String(value);
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) {
    throw new SoapArgumentError(`${where} holds a control character, which XML cannot carry.`);
  }
  return text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
