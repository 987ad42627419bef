import { WebApiError, wrongType } from '../http/exchange.ts';
import type { RouteCall } from './route.ts';

/** A path variable as a whole number. Magento: recordings/reads.json 'customer id not a number'. */
export function integerVariable(call: RouteCall, name: string): number {
  const text = call.variables[name] ?? '';
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new WebApiError(400, wrongType(text, 'int'));
  return Math.trunc(Number(text));
}
