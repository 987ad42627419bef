import { childrenOf, isNil, localName, textOf, type XmlContent } from './envelope.ts';
import { snakeCase } from './rest-operation.ts';
import type { SoapRecord, SoapValue } from './service-model.ts';
import { PhpSoapFault } from './soap-fault.ts';
import { isScalar, type SoapField, type SoapTypes } from './type-model.ts';
import { element, escapeText } from './xml-text.ts';

/** Reads members by their types; those that the type does not have are dropped, as PHP does. */
export function decodeMembers(
  content: XmlContent,
  fields: readonly SoapField[],
  types: SoapTypes,
): SoapRecord {
  const children = childrenOf(content);
  return Object.fromEntries(
    fields.flatMap((field) => {
      const child = children.find(([name]) => localName(name) === field.name);
      return child ? [[field.name, decodeField(child[1], field, types)]] : [];
    }),
  );
}

function decodeField(content: XmlContent, field: SoapField, types: SoapTypes): SoapValue {
  if (!field.list) return decodeValue(content, field.type, types);
  return childrenOf(content)
    .filter(([name]) => localName(name) === 'item')
    .map(([, item]) => decodeValue(item, field.type, types));
}

function decodeValue(content: XmlContent, type: string, types: SoapTypes): SoapValue {
  if (isNil(content)) return null;
  if (!isScalar(type)) return decodeMembers(content, types.get(type)?.fields ?? [], types);
  const text = textOf(content);
  if (type === 'boolean') return ['true', '1'].includes(text.trim());
  if (type !== 'int' && type !== 'float') return text;
  if (text.trim() === '' || !Number.isFinite(Number(text))) {
    throw new PhpSoapFault('env:Sender', 'SOAP-ERROR: Encoding: Violation of encoding rules');
  }
  return type === 'int' ? Math.trunc(Number(text)) : Number(text);
}

/**
 * Writes a member of an answer in the order and with the names of its type; `value` comes from the REST API.
 *
 * Required members without a value are written empty, optional ones are left out.
 */
export function encodeField(field: SoapField, value: unknown, types: SoapTypes): string {
  if (value === null || value === undefined) return field.required ? element(field.name, {}) : '';
  if (!field.list) return element(field.name, {}, encodeContent(value, field.type, types));
  const items = Array.isArray(value) ? (value as unknown[]) : Object.values(value);
  return element(
    field.name,
    {},
    items.map((item) => element('item', {}, encodeContent(item, field.type, types))).join(''),
  );
}

function encodeContent(value: unknown, type: string, types: SoapTypes): string {
  if (isScalar(type)) return escapeText(String(value));
  const record = value as Readonly<Record<string, unknown>>;
  return (types.get(type)?.fields ?? [])
    .map((field) => encodeField(field, record[snakeCase(field.name)], types))
    .join('');
}
