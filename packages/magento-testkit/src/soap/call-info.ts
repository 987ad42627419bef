import type { SoapOperation, SoapService } from './service-model.ts';
import { isScalar } from './type-model.ts';

/**
 * In which operations a member has to be sent or is returned: direction, then condition, then operations, in
 * the order in which they came up. The WSDL prints it below every member.
 */
export type CallInfo = ReadonlyMap<
  'requiredInput' | 'returned',
  ReadonlyMap<'Yes' | 'No' | 'Always' | 'Conditionally', readonly string[]>
>;

/** Call info with a single entry. */
export function callInfoOf(direction: 'requiredInput' | 'returned', operation: string): CallInfo {
  const condition = direction === 'requiredInput' ? 'Yes' : 'Always';
  return new Map([[direction, new Map([[condition, [operation]]])]]);
}

/** Call info of an optional member: what was required is not, what is always returned is sometimes. */
export function relaxed(info: CallInfo): CallInfo {
  return new Map(
    [...info].map(([direction, conditions]) => [
      direction,
      new Map(
        [...conditions].map(([condition, calls]) => {
          const weaker = condition === 'Yes' ? 'No' : condition === 'Always' ? 'Conditionally' : condition;
          return [weaker, calls];
        }),
      ),
    ]),
  );
}

/**
 * Call info of the data types that operations take or return directly; other types inherit that of the member
 * through which they are first reached. Magento: module-webapi/Model/AbstractSchemaGenerator.php.
 */
export function collectCallInfo(services: readonly SoapService[]): ReadonlyMap<string, CallInfo> {
  const byType = new Map<string, CallInfo>();
  for (const service of services) {
    for (const operation of service.operations) {
      const name = service.name + operation.name;
      for (const [type, info] of directTypes(operation, name)) {
        byType.set(type, merged(byType.get(type), info));
      }
    }
  }
  return byType;
}

function directTypes(operation: SoapOperation, name: string): [type: string, info: CallInfo][] {
  const fields = [
    ...operation.input.map((field) => ({ field, direction: 'requiredInput' as const })),
    ...(operation.output ? [{ field: operation.output, direction: 'returned' as const }] : []),
  ];
  return fields.flatMap(({ field, direction }) => {
    if (field.list || isScalar(field.type)) return [];
    const info = callInfoOf(direction, name);
    return [[field.type, field.required ? info : relaxed(info)]];
  });
}

function merged(existing: CallInfo | undefined, added: CallInfo): CallInfo {
  if (!existing) return added;
  const result = new Map(existing);
  for (const [direction, conditions] of added) {
    const known = new Map(result.get(direction));
    for (const [condition, calls] of conditions) {
      known.set(condition, [...(known.get(condition) ?? []), ...calls]);
    }
    result.set(direction, known);
  }
  return result;
}
