import { callRest } from '../rest-operation.ts';
import type { SoapService } from '../service-model.ts';
import { required, type SoapField } from '../type-model.ts';

/** A service with one list of the store tree. */
function treeService(service: string, type: string, fields: readonly SoapField[], path: string): SoapService {
  return {
    name: service,
    types: [{ name: type, documentation: 'A part of the store tree.', fields }],
    operations: [
      {
        name: 'GetList',
        documentation: 'Retrieve the whole list.',
        resource: 'Magento_Backend::store',
        input: [],
        output: required('result', `${type}[]`, ''),
        call: (call) => callRest(call, { method: 'GET', path }),
      },
    ],
  };
}

const id = required('id', 'int', '');
const code = required('code', 'string', '');
const name = required('name', 'string', '');
const websiteId = required('websiteId', 'int', '');

/** Websites, stores and store views. Magento: module-store/Api/; there is no recording of these WSDLs. */
export const storeServices: readonly SoapService[] = [
  treeService(
    'storeWebsiteRepositoryV1',
    'StoreDataWebsiteInterface',
    [id, code, name, required('defaultGroupId', 'int', '')],
    '/store/websites',
  ),
  treeService(
    'storeGroupRepositoryV1',
    'StoreDataGroupInterface',
    [id, websiteId, required('rootCategoryId', 'int', ''), required('defaultStoreId', 'int', ''), name, code],
    '/store/storeGroups',
  ),
  treeService(
    'storeStoreRepositoryV1',
    'StoreDataStoreInterface',
    [id, code, name, websiteId, required('storeGroupId', 'int', ''), required('isActive', 'int', '')],
    '/store/storeViews',
  ),
];
