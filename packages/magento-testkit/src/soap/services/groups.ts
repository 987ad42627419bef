import { extensionAttributes, extensionType } from '../framework-types.ts';
import { callRest } from '../rest-operation.ts';
import type { SoapService } from '../service-model.ts';
import { optional, required } from '../type-model.ts';

const resource = 'Magento_Customer::group';
const GROUP = 'CustomerDataGroupInterface';
const id = required('id', 'int', '');

/**
 * Customer groups, the service that clients of customers ask for in one WSDL with the customers.
 *
 * Magento: module-customer/Api/GroupRepositoryInterface.php; there is no recording of its WSDL.
 */
export const groupRepositoryService: SoapService = {
  name: 'customerGroupRepositoryV1',
  types: [
    extensionType('CustomerDataGroupExtensionInterface', 'Magento\\Customer\\Api\\Data\\GroupInterface', [
      optional('excludeWebsiteIds', 'int[]', ''),
    ]),
    {
      name: GROUP,
      documentation: 'Customer group interface.',
      fields: [
        optional('id', 'int', 'Id'),
        required('code', 'string', 'Code'),
        required('taxClassId', 'int', 'Tax class id'),
        optional('taxClassName', 'string', 'Tax class name'),
        extensionAttributes('CustomerDataGroupExtensionInterface'),
      ],
    },
    {
      name: 'CustomerDataGroupSearchResultsInterface',
      documentation: 'Interface for customer groups search results.',
      fields: [
        required('items', `${GROUP}[]`, 'Customer groups list.'),
        required('searchCriteria', 'FrameworkSearchCriteriaInterface', 'Search criteria.'),
        required('totalCount', 'int', 'Total count.'),
      ],
    },
  ],
  operations: [
    {
      name: 'GetById',
      documentation: 'Get customer group by group ID.',
      resource,
      input: [id],
      output: required('result', GROUP, ''),
      call: (call) => callRest(call, { method: 'GET', path: `/customerGroups/${groupId(call.args['id'])}` }),
    },
    {
      name: 'GetList',
      documentation: 'Retrieve customer groups.',
      resource,
      input: [required('searchCriteria', 'FrameworkSearchCriteriaInterface', '')],
      output: required('result', 'CustomerDataGroupSearchResultsInterface', ''),
      call: (call) => callRest(call, { method: 'GET', path: '/customerGroups/search', query: call.args }),
    },
    {
      name: 'DeleteById',
      documentation: 'Delete customer group by ID.',
      resource,
      input: [id],
      output: required('result', 'boolean', ''),
      call: (call) =>
        callRest(call, { method: 'DELETE', path: `/customerGroups/${groupId(call.args['id'])}` }),
    },
  ],
};

function groupId(value: unknown): string {
  return encodeURIComponent(String(value ?? ''));
}
