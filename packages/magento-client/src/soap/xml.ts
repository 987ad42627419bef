import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { UnexpectedPayloadError } from '../errors.ts';
import { withoutMarks } from '../http/parse-json.ts';

/** One element; names come without their prefix. */
export interface XmlElement {
  readonly name: string;
  /** By full name, e.g. `xmlns:tns`, `type`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside. */
  readonly text: string;
}

/** An element as fast-xml-parser keeps it when the order matters: one key names it, `:@` holds its attributes. */
type OrderedNode = Record<string, unknown>;

const ATTRIBUTES = ':@';
const TEXT = '#text';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  processEntities: true,
  htmlEntities: true,
});

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: false,
  processEntities: true,
});

/** Where Magento's documents begin and end; what PHP, modules and editors put around them does no harm. */
const beginning = /<\?xml\b|<(?:[\w-]+:)?(?:Envelope|definitions)\b/;
const ending =
  /<\/(?:[\w-]+:)?(?:Envelope|definitions)\s*>(?![\s\S]*<\/(?:[\w-]+:)?(?:Envelope|definitions)\s*>)/;

/**
 * Parses a document, also with marks, blanks or notices of PHP around it.
 *
 * Refuses what is not well-formed and every DOCTYPE, which Magento never sends.
 */
export function parseXml(answer: string, path: string): XmlElement {
  const text = documentIn(answer);
  if (text === '') {
    throw new UnexpectedPayloadError(`The answer to ${path} is empty.`, {
      path,
      problem: 'empty',
      retryable: true,
    });
  }
  if (/<!DOCTYPE/i.test(text)) {
    throw new UnexpectedPayloadError(
      `The answer to ${path} is a web page or declares a DOCTYPE; it is not SOAP.`,
      { path, problem: 'web_page' },
    );
  }
  const validity = XMLValidator.validate(text);
  if (validity !== true) {
    throw new UnexpectedPayloadError(
      `The answer to ${path} is not complete XML: it is broken or was cut off (line ${validity.err.line}).`,
      { path, problem: 'cut', retryable: true },
    );
  }
  const root = (parser.parse(text) as OrderedNode[]).map(toElement).find((element) => element !== undefined);
  if (root === undefined)
    throw new UnexpectedPayloadError(`The answer to ${path} holds no XML.`, { path, retryable: true });
  return root;
}

function documentIn(answer: string): string {
  const start = answer.search(beginning);
  const text = withoutMarks(start > 0 ? answer.slice(start) : answer);
  const end = ending.exec(text);
  return end === null ? text : text.slice(0, end.index + end[0].length);
}

function toElement(node: OrderedNode): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES && key !== TEXT);
  if (name === undefined) return undefined;
  const content = node[name] as OrderedNode[];
  return {
    name: localName(name),
    attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
    children: content.map(toElement).filter((child) => child !== undefined),
    text: content.map((child) => (typeof child[TEXT] === 'string' ? child[TEXT] : '')).join(''),
  };
}

/** What to build: a name with its prefix, attributes, and either a text or elements. */
export interface XmlSource {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlSource[];
}

/** Writes a document with its declaration. */
export function buildXml(root: XmlSource): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${String(builder.build([toNode(root)]))}`;
}

function toNode(source: XmlSource): OrderedNode {
  const content =
    typeof source.content === 'string' ? [{ [TEXT]: source.content }] : source.content.map(toNode);
  return {
    [source.name]: content,
    ...(source.attributes === undefined ? {} : { [ATTRIBUTES]: source.attributes }),
  };
}

/** The part of a name after its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** All children of that name. */
export function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}
