import type { Caller } from '../auth/caller.ts';
import type { ShopRequest } from '../http/exchange.ts';
import type { ShopState } from '../shop-state.ts';
import type { SoapField, SoapType } from './type-model.ts';

/** A decoded argument: text, numbers and booleans by the WSDL's type, lists as arrays. */
export type SoapValue = string | number | boolean | null | readonly SoapValue[] | SoapRecord;

/** Arguments or a data object by member name in camelCase, as on the wire. */
export interface SoapRecord {
  readonly [name: string]: SoapValue;
}

/** What an operation works with. */
export interface SoapCall {
  readonly request: ShopRequest;
  readonly shop: ShopState;
  readonly caller: Caller;
  /** As in REST. */
  readonly scope: string | undefined;
  readonly args: SoapRecord;
}

/** One method of a service. */
export interface SoapOperation {
  /** With a capital, as it follows the service's name: `GetList`. */
  readonly name: string;
  readonly documentation: string;
  /** The right that a caller needs to see and call it; `anonymous` and `self` as in REST. */
  readonly resource: string;
  /** The first release that has it; every one when absent. */
  readonly since?: string;
  readonly input: readonly SoapField[];
  /** The member `result` of the answer; absent for methods that return nothing. */
  readonly output?: SoapField;
  /** Returns what the REST API would answer; throws `WebApiError`. */
  call(call: SoapCall): unknown;
}

/** A service of the SOAP API. */
export interface SoapService {
  /** Module, path and version: `customerCustomerRepositoryV1`. */
  readonly name: string;
  readonly operations: readonly SoapOperation[];
  /** Types that its operations use beside those of Magento's framework and customers. */
  readonly types?: readonly SoapType[];
}
