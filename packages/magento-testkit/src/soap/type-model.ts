/** Scalar types that Magento's WSDLs use. */
export type ScalarType = 'string' | 'int' | 'float' | 'boolean' | 'anyType';

/** One member of a type, or one argument of an operation. */
export interface SoapField {
  /** In camelCase, as on the wire. */
  readonly name: string;
  /** A scalar type or the name of a {@link SoapType}. */
  readonly type: string;
  /** Whether the member is a list; on the wire its entries are `item` elements. */
  readonly list: boolean;
  readonly required: boolean;
  /** Absent: the member has no annotation at all; empty: an annotation without text. */
  readonly documentation?: string;
}

/** A data interface as the WSDL describes it. */
export interface SoapType {
  readonly name: string;
  readonly documentation?: string;
  /** Absent for extension interfaces that nobody extends; they have no sequence. */
  readonly fields?: readonly SoapField[];
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'int', 'float', 'boolean', 'anyType']);

/** Whether a type is one of XML Schema's and needs no definition of its own. */
export function isScalar(type: string): type is ScalarType {
  return SCALARS.has(type);
}

/** A member that is always there. A type ending in `[]` is a list. */
export function required(name: string, type: string, documentation?: string): SoapField {
  return field(name, type, true, documentation);
}

/** A member that may be absent. A type ending in `[]` is a list. */
export function optional(name: string, type: string, documentation?: string): SoapField {
  return field(name, type, false, documentation);
}

function field(
  name: string,
  type: string,
  isRequired: boolean,
  documentation: string | undefined,
): SoapField {
  const list = type.endsWith('[]');
  const base = { name, type: list ? type.slice(0, -2) : type, list, required: isRequired };
  return documentation === undefined ? base : { ...base, documentation };
}

/** Types by name. */
export type SoapTypes = ReadonlyMap<string, SoapType>;

/** Collects types into a registry; a later type of the same name replaces an earlier one. */
export function typesByName(...lists: readonly (readonly SoapType[])[]): SoapTypes {
  return new Map(lists.flat().map((type) => [type.name, type]));
}
