import type { CallInfo } from './call-info.ts';
import { element, escapeText } from './xml-text.ts';

/** What an annotation says about a member or type. */
export interface Annotation {
  readonly documentation: string;
  /** The local name of the member's type; absent for the annotation of a whole type. */
  readonly type?: string;
  readonly callInfo?: CallInfo;
}

/**
 * The annotation of a member or type: its documentation, and facts for machines in `appinfo`.
 *
 * Magento: module-webapi/Model/Soap/Wsdl/ComplexTypeStrategy.php.
 */
export function annotation({ documentation, type, callInfo }: Annotation, namespace: string): string {
  const facts = [...typeFacts(type), ...callFacts(callInfo)].join('');
  return element(
    'xsd:annotation',
    {},
    element('xsd:documentation', {}, escapeText(documentation)) +
      element('xsd:appinfo', { 'xmlns:inf': namespace }, facts),
  );
}

function typeFacts(type: string | undefined): string[] {
  if (type === undefined) return [];
  if (type === 'boolean') return [element('inf:default', {}, 'false')];
  if (type === 'int') return ['<inf:min/>', '<inf:max/>'];
  if (type === 'string') return ['<inf:maxLength/>'];
  return type.startsWith('ArrayOf') ? [element('inf:natureOfType', {}, 'array')] : [];
}

function callFacts(callInfo: CallInfo | undefined): string[] {
  return [...(callInfo ?? [])].flatMap(([direction, conditions]) =>
    [...conditions].map(([condition, calls]) => {
      const names = calls.map((call) => element('inf:callName', {}, call)).join('');
      return element('inf:callInfo', {}, names + element(`inf:${direction}`, {}, condition));
    }),
  );
}
