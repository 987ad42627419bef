import { customerTypes } from '../customer-types.ts';
import { callRest, type RestEquivalent } from '../rest-operation.ts';
import type { SoapCall, SoapOperation, SoapService } from '../service-model.ts';
import { optional, required } from '../type-model.ts';

const LIST_DOCUMENTATION =
  'Retrieve customers which match a specified criteria. This call returns an array of objects, but detailed information about each object’s attributes might not be included. See https://developer.adobe.com/commerce/webapi/rest/attributes#CustomerRepositoryInterface to determine which call to use to get detailed information about all attributes for an object.';

const customerId = required('customerId', 'int', '');
const savedCustomer = [
  required('customer', 'CustomerDataCustomerInterface', ''),
  optional('passwordHash', 'string', ''),
];
const oneCustomer = required('result', 'CustomerDataCustomerInterface', '');

function operation(
  name: string,
  details: Omit<SoapOperation, 'name' | 'call'>,
  equivalent: (call: SoapCall) => RestEquivalent,
): SoapOperation {
  return { name, ...details, call: (call) => callRest(call, equivalent(call)) };
}

/** The customer repository. Recordings: recordings/soap.json 'WSDL of the customer repository as admin'. */
export const customerRepositoryService: SoapService = {
  name: 'customerCustomerRepositoryV1',
  types: customerTypes,
  operations: [
    operation(
      'GetById',
      {
        documentation: 'Get customer by Customer ID.',
        resource: 'Magento_Customer::customer',
        input: [customerId],
        output: oneCustomer,
      },
      ({ args }) => ({ method: 'GET', path: `/customers/${idOf(args['customerId'])}` }),
    ),
    operation(
      'Save',
      {
        documentation: 'Create or update a customer.',
        resource: 'Magento_Customer::manage',
        input: savedCustomer,
        output: oneCustomer,
      },
      ({ args }) => {
        const { customer } = args as { customer?: { id?: number } };
        return customer?.id === undefined
          ? { method: 'POST', path: '/customers', body: args }
          : { method: 'PUT', path: `/customers/${customer.id}`, body: args };
      },
    ),
    operation(
      'SaveSelf',
      {
        documentation: 'Create or update a customer.',
        resource: 'self',
        input: savedCustomer,
        output: oneCustomer,
      },
      ({ args, caller }) => ({ method: 'PUT', path: `/customers/${caller.id}`, body: args }),
    ),
    operation(
      'GetSelf',
      {
        documentation: 'Get customer by Customer ID.',
        resource: 'self',
        input: [customerId],
        output: oneCustomer,
      },
      () => ({ method: 'GET', path: '/customers/me' }),
    ),
    operation(
      'GetList',
      {
        documentation: LIST_DOCUMENTATION,
        resource: 'Magento_Customer::customer',
        input: [required('searchCriteria', 'FrameworkSearchCriteriaInterface', '')],
        output: required('result', 'CustomerDataCustomerSearchResultsInterface', ''),
      },
      ({ args }) => ({ method: 'GET', path: '/customers/search', query: args }),
    ),
    operation(
      'DeleteById',
      {
        documentation: 'Delete customer by Customer ID.',
        resource: 'Magento_Customer::delete',
        input: [customerId],
        output: required('result', 'boolean', 'true on success'),
      },
      ({ args }) => ({ method: 'DELETE', path: `/customers/${idOf(args['customerId'])}` }),
    ),
  ],
};

function idOf(value: unknown): string {
  return encodeURIComponent(String(value ?? ''));
}
