import { type CallInfo, relaxed } from './call-info.ts';
import { isScalar, type SoapField, type SoapType, type SoapTypes } from './type-model.ts';
import { annotation } from './wsdl-annotation.ts';
import { element } from './xml-text.ts';

const NO_CALLS: CallInfo = new Map();

/**
 * The XML Schema inside a WSDL, built type by type: a type is written after the types it needs, and once.
 *
 * Magento: module-webapi/Model/Soap/Wsdl/ComplexTypeStrategy.php.
 */
export class WsdlSchema {
  readonly #namespace: string;
  readonly #types: SoapTypes;
  readonly #callInfoByType: ReadonlyMap<string, CallInfo>;
  readonly #written = new Set<string>();
  #content = '';

  constructor(namespace: string, types: SoapTypes, callInfoByType: ReadonlyMap<string, CallInfo>) {
    this.#namespace = namespace;
    this.#types = types;
    this.#callInfoByType = callInfoByType;
  }

  /** Declares the element of a message. */
  addElement(name: string, type: string, nillable = false): void {
    this.#content += element('xsd:element', {
      name,
      type: `tns:${type}`,
      ...(nillable ? { nillable: 'true' } : {}),
    });
  }

  /** Writes a registered type with everything it needs. */
  addType(name: string, inherited: CallInfo = NO_CALLS): void {
    const type = this.#types.get(name);
    if (!type) throw new Error(`No type "${name}" is registered; add it to the service that uses it.`);
    this.writeType(type, this.#callInfoByType.get(name) ?? inherited);
  }

  /** Writes a type that is not registered, as those of messages and lists. */
  writeType({ name, documentation, fields }: SoapType, callInfo: CallInfo): void {
    if (this.#written.has(name)) return;
    this.#written.add(name);
    const text = documentation === undefined ? '' : annotation({ documentation }, this.#namespace);
    const sequence = fields ? element('xsd:sequence', {}, this.#members(fields, callInfo)) : '';
    this.#content += element('xsd:complexType', { name }, text + sequence);
  }

  toXml(): string {
    return element('xsd:schema', { targetNamespace: this.#namespace }, this.#content);
  }

  #members(fields: readonly SoapField[], callInfo: CallInfo): string {
    let current = callInfo;
    return fields
      .map((field) => {
        // Once an optional member came by, all that follow count as optional too; Magento never goes back.
        if (!field.required) current = relaxed(current);
        return this.#member(field, current);
      })
      .join('');
  }

  #member(field: SoapField, callInfo: CallInfo): string {
    const { name, documentation } = field;
    const type = this.#reference(field, callInfo);
    const minOccurs = field.required ? '1' : '0';
    const attributes = field.list
      ? { name, type, ...(field.required ? {} : { minOccurs }) }
      : { name, minOccurs, maxOccurs: '1', type };
    return element('xsd:element', attributes, this.#annotationOf(documentation, type, callInfo));
  }

  #annotationOf(documentation: string | undefined, type: string, callInfo: CallInfo): string {
    if (documentation === undefined) return '';
    return annotation({ documentation, type: type.slice(type.indexOf(':') + 1), callInfo }, this.#namespace);
  }

  #reference({ type, list }: SoapField, callInfo: CallInfo): string {
    if (!isScalar(type)) this.addType(type, callInfo);
    const single = `${isScalar(type) ? 'xsd' : 'tns'}:${type}`;
    if (!list) return single;
    const arrayName = `ArrayOf${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    this.#writeArray(arrayName, type, single, callInfo);
    return `tns:${arrayName}`;
  }

  #writeArray(name: string, itemType: string, itemReference: string, callInfo: CallInfo): void {
    if (this.#written.has(name)) return;
    this.#written.add(name);
    const item = element(
      'xsd:element',
      { name: 'item', minOccurs: '0', maxOccurs: 'unbounded', type: itemReference },
      this.#annotationOf(`An item of ${name}.`, itemReference, relaxed(callInfo)),
    );
    const text = annotation({ documentation: `An array of ${itemType} items.` }, this.#namespace);
    this.#content += element('xsd:complexType', { name }, text + element('xsd:sequence', {}, item));
  }
}
