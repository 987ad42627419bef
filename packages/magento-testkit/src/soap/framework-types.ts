import { optional, required, type SoapType } from './type-model.ts';

const EXTENSION_DOCUMENTATION = 'Existing extension attributes object or create a new one.';

/** The member that every extensible data interface has. */
export function extensionAttributes(type: string) {
  return optional('extensionAttributes', type, EXTENSION_DOCUMENTATION);
}

/** The extension interface of a data interface. */
export function extensionType(name: string, of: string, fields?: SoapType['fields']): SoapType {
  const documentation = `ExtensionInterface class for @see \\${of}`;
  return fields ? { name, documentation, fields } : { name, documentation };
}

/** The member that every interface with custom attributes has. */
export const customAttributes = optional(
  'customAttributes',
  'FrameworkAttributeInterface[]',
  'Custom attributes values.',
);

/** Types of a fault's detail. Magento: module-webapi/Model/Soap/Wsdl/Generator.php. */
export const faultTypes: readonly SoapType[] = [
  {
    name: 'GenericFault',
    fields: [
      optional('Trace', 'string', 'Exception calls stack trace.'),
      optional('Parameters', 'GenericFaultParameter[]', 'Additional exception parameters.'),
      optional('WrappedErrors', 'WrappedError[]', 'Additional wrapped errors.'),
    ],
  },
  { name: 'GenericFaultParameter', fields: [required('key', 'string', ''), required('value', 'string', '')] },
  {
    name: 'WrappedError',
    fields: [
      required('message', 'string', ''),
      optional('parameters', 'GenericFaultParameter[]', 'Message parameters.'),
    ],
  },
];

/** Types of Magento's framework. Recordings: recordings/soap.json, the WSDLs. */
export const frameworkTypes: readonly SoapType[] = [
  {
    name: 'FrameworkDataImageContentInterface',
    documentation: 'Image Content data interface',
    fields: [
      required('base64EncodedData', 'string', 'Media data (base64 encoded content)'),
      required('type', 'string', 'MIME type'),
      required('name', 'string', 'Image name'),
    ],
  },
  {
    name: 'FrameworkAttributeInterface',
    documentation: 'Interface for custom attribute value.',
    fields: [
      required('attributeCode', 'string', 'Attribute code'),
      required('value', 'anyType', 'Attribute value'),
    ],
  },
  {
    name: 'FrameworkFilter',
    documentation: 'Filter which can be used by any methods from service layer.',
    fields: [
      required('field', 'string', 'Field'),
      required('value', 'string', 'Value'),
      optional('conditionType', 'string', 'Condition type'),
    ],
  },
  {
    name: 'FrameworkSearchFilterGroup',
    documentation: 'Groups two or more filters together using a logical OR',
    fields: [optional('filters', 'FrameworkFilter[]', 'A list of filters in this group')],
  },
  {
    name: 'FrameworkSortOrder',
    documentation: 'Data object for sort order.',
    fields: [
      required('field', 'string', 'Sorting field.'),
      required('direction', 'string', 'Sorting direction.'),
    ],
  },
  {
    name: 'FrameworkSearchCriteriaInterface',
    documentation: 'Search criteria interface.',
    fields: [
      required('filterGroups', 'FrameworkSearchFilterGroup[]', 'A list of filter groups.'),
      optional('sortOrders', 'FrameworkSortOrder[]', 'Sort order.'),
      optional('pageSize', 'int', 'Page size.'),
      optional('currentPage', 'int', 'Current page.'),
    ],
  },
];
