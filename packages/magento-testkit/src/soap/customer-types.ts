import { customAttributes, extensionAttributes, extensionType } from './framework-types.ts';
import { optional, required, type SoapType } from './type-model.ts';

const BIRTHDAY_DOCUMENTATION =
  'In keeping with current security and privacy best practices, be sure you are aware of any potential legal and security risks associated with the storage of customers’ full date of birth (month, day, year) along with other personal identifiers (e.g., full name) before collecting or processing such data.';

/** Types of customers and their addresses. Recordings: recordings/soap.json 'WSDL of the customer repository as admin'. */
export const customerTypes: readonly SoapType[] = [
  extensionType('CustomerDataRegionExtensionInterface', 'Magento\\Customer\\Api\\Data\\RegionInterface'),
  {
    name: 'CustomerDataRegionInterface',
    documentation: 'Customer address region interface.',
    fields: [
      required('regionCode', 'string', 'Region code'),
      required('region', 'string', 'Region'),
      required('regionId', 'int', 'Region id'),
      extensionAttributes('CustomerDataRegionExtensionInterface'),
    ],
  },
  extensionType('CustomerDataAddressExtensionInterface', 'Magento\\Customer\\Api\\Data\\AddressInterface'),
  {
    name: 'CustomerDataAddressInterface',
    documentation: 'Customer address interface.',
    fields: [
      optional('id', 'int', 'ID'),
      optional('customerId', 'int', 'Customer ID'),
      optional('region', 'CustomerDataRegionInterface', 'Region'),
      optional('regionId', 'int', 'Region ID'),
      optional('countryId', 'string', 'Country code in ISO_3166-2 format'),
      optional('street', 'string[]', 'Street'),
      optional('company', 'string', 'Company'),
      optional('telephone', 'string', 'Telephone number'),
      optional('fax', 'string', 'Fax number'),
      optional('postcode', 'string', 'Postcode'),
      optional('city', 'string', 'City name'),
      optional('firstname', 'string', 'First name'),
      optional('lastname', 'string', 'Last name'),
      optional('middlename', 'string', 'Middle name'),
      optional('prefix', 'string', 'Prefix'),
      optional('suffix', 'string', 'Suffix'),
      optional('vatId', 'string', 'Vat id'),
      optional('defaultShipping', 'boolean', 'If this address is default shipping address.'),
      optional('defaultBilling', 'boolean', 'If this address is default billing address'),
      extensionAttributes('CustomerDataAddressExtensionInterface'),
      customAttributes,
    ],
  },
  extensionType('CustomerDataCustomerExtensionInterface', 'Magento\\Customer\\Api\\Data\\CustomerInterface', [
    optional('isSubscribed', 'boolean', ''),
    optional('assistanceAllowed', 'int', ''),
  ]),
  {
    name: 'CustomerDataCustomerInterface',
    documentation: 'Customer entity interface for API handling.',
    fields: [
      optional('id', 'int', 'Customer id'),
      optional('groupId', 'int', 'Group id'),
      optional('defaultBilling', 'string', 'Default billing address id'),
      optional('defaultShipping', 'string', 'Default shipping address id'),
      optional('confirmation', 'string', 'Confirmation'),
      optional('createdAt', 'string', 'Created at time'),
      optional('updatedAt', 'string', 'Updated at time'),
      optional('createdIn', 'string', 'Created in area'),
      optional('dob', 'string', BIRTHDAY_DOCUMENTATION),
      required('email', 'string', 'Email address'),
      required('firstname', 'string', 'First name'),
      required('lastname', 'string', 'Last name'),
      optional('middlename', 'string', 'Middle name'),
      optional('prefix', 'string', 'Prefix'),
      optional('suffix', 'string', 'Suffix'),
      optional('gender', 'int', 'Gender'),
      optional('storeId', 'int', 'Store id'),
      optional('taxvat', 'string', 'Tax Vat'),
      optional('websiteId', 'int', 'Website id'),
      optional('addresses', 'CustomerDataAddressInterface[]', 'Customer addresses.'),
      optional('disableAutoGroupChange', 'int', 'Disable auto group change flag.'),
      extensionAttributes('CustomerDataCustomerExtensionInterface'),
      customAttributes,
    ],
  },
  {
    name: 'CustomerDataCustomerSearchResultsInterface',
    documentation: 'Interface for customer search results.',
    fields: [
      required('items', 'CustomerDataCustomerInterface[]', 'Customers list.'),
      required('searchCriteria', 'FrameworkSearchCriteriaInterface', 'Search criteria.'),
      required('totalCount', 'int', 'Total count.'),
    ],
  },
];
