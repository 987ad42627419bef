import type { PhpArray, PhpValue } from '../http/php-query.ts';
import { matchRoute } from '../routes/table.ts';
import type { SoapCall, SoapRecord, SoapValue } from './service-model.ts';

/** How a SOAP call maps to the REST route of the same service method. */
export interface RestEquivalent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/V1`, with the arguments filled in. */
  readonly path: string;
  readonly query?: SoapRecord;
  readonly body?: SoapRecord;
}

/** Runs the service method behind a REST route: SOAP and REST are two doors to the same services. */
export function callRest({ request, shop, caller, scope }: SoapCall, equivalent: RestEquivalent): unknown {
  const match = matchRoute(equivalent.method, equivalent.path, shop);
  if (!match) throw new Error(`The shop has no route ${equivalent.method} ${equivalent.path}.`);
  return match.route.handle({
    request,
    shop,
    caller,
    scope,
    variables: match.variables,
    query: toPhpArray(equivalent.query ?? {}),
    body: toRestBody(equivalent.body ?? {}) as Record<string, unknown>,
  });
}

/** Arguments as PHP would have them from a query: text only, lists with their indexes as keys. */
export function toPhpArray(value: SoapRecord | readonly SoapValue[]): PhpArray {
  return new Map(Object.entries(value).map(([name, member]) => [name, toPhpValue(member)]));
}

/** Member names as REST spells them: `customerId` becomes `customer_id`. */
function toRestBody(value: SoapValue): unknown {
  if (Array.isArray(value)) return value.map(toRestBody);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [snakeCase(name), toRestBody(member as SoapValue)]),
  );
}

/** The spelling of a name in REST. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toPhpValue(value: SoapValue): PhpValue {
  if (value !== null && typeof value === 'object') return toPhpArray(value);
  return String(value ?? '');
}
