import { kept, personal } from './column.ts';
import type { Entity } from './entity.ts';

/** Customers with their addresses. */
export const customers = {
  name: 'customers',
  record: 'customer',

  list: '/V1/customers/search',
  single: '/V1/customers/:customerId',
  right: { name: 'Magento_Customer::customer' },
  id: { filter: 'entity_id', sort: 'entity_id' },
  stamp: { filter: 'updated_at', sort: 'updated_at', qualified: null },
  absence: { parameter: 'customerId' },
  page: { first: 100, most: 300 },

  table: {
    name: 'customers',
    comment: 'Customers as the shop last showed them',
    key: 'id',
    createdAt: 'source_created_at',
    updatedAt: 'source_updated_at',
    columns: {
      id: kept.id('Customer id in Magento'),
      email: personal.text('E-mail address, as typed'),
      group_id: personal.id('Customer group', { pointsTo: 'customer_groups' }),
      website_id: kept.integer('Website that the account belongs to', { pointsTo: 'websites' }),
      store_id: kept.integer('Store view in which the account was made', { pointsTo: 'store_views' }),
      created_in: personal.text('Name of that store view'),
      prefix: personal.text('Name prefix'),
      firstname: personal.text('First name'),
      middlename: personal.text('Middle name'),
      lastname: personal.text('Last name'),
      suffix: personal.text('Name suffix'),
      dob: personal.day('Date of birth'),
      gender: personal.integer('Option id of the attribute gender'),
      taxvat: personal.text('Tax or VAT number'),
      confirmation: personal.text('Confirmation key; null once the e-mail address is confirmed'),
      default_billing: personal.reference('Id of the default billing address'),
      default_shipping: personal.reference('Id of the default shipping address'),
      disable_auto_group_change: personal.flag('Whether the VAT check may not change the group'),
      is_subscribed: personal.flag('Newsletter subscription; null when the shop does not say', {
        from: 'extension_attributes.is_subscribed',
      }),
      custom_attributes: personal.attributes(
        'Custom attributes by code; values as stored by Magento, mostly text',
      ),
      extension_attributes: personal.members('Values that modules add'),
      source_created_at: kept.time(
        'created_at of the shop; another value under the same id is another person',
        {
          from: 'created_at',
        },
      ),
      source_updated_at: kept.time('updated_at of the shop; address edits do not move it', {
        from: 'updated_at',
      }),
    },
    indexes: [{ on: ['email'], lower: true }],
  },
  children: [
    {
      name: 'customer_addresses',
      record: 'address',
      comment: 'Address books; a row goes when its customer no longer shows the address',
      key: ['id'],
      parent: 'customer_id',
      from: ['addresses'],
      columns: {
        id: kept.id('Address id in Magento'),
        customer_id: kept.id('Customer, see customers'),
        prefix: personal.text('Name prefix'),
        firstname: personal.text('First name'),
        middlename: personal.text('Middle name'),
        lastname: personal.text('Last name'),
        suffix: personal.text('Name suffix'),
        company: personal.text('Company'),
        street: personal.texts('Street lines'),
        city: personal.text('City'),
        postcode: personal.text('Postcode'),
        country_id: personal.text('ISO 3166-1 alpha-2 code of the country'),
        region_id: personal.reference("Region in Magento's directory; null or 0 for free text", {
          from: ['region_id', 'region.region_id'],
        }),
        region_code: personal.text('Code of the region; repeats the text for free text', {
          from: 'region.region_code',
        }),
        // Modules that flatten the object send the name alone.
        region: personal.text('Name of the region', { from: ['region.region', 'region'] }),
        telephone: personal.text('Telephone'),
        fax: personal.text('Fax'),
        vat_id: personal.text('VAT number'),
        default_billing: personal.flag('Whether it is the default billing address', { otherwise: false }),
        default_shipping: personal.flag('Whether it is the default shipping address', { otherwise: false }),
        custom_attributes: personal.attributes('Custom attributes by code'),
        extension_attributes: personal.members('Values that modules add'),
      },
      indexes: [],
    },
  ],

  secrets: [],
  repeats: [],
  // Lists look the subscription up by e-mail address over all websites, the single route in the website of its store.
  // Magento: recordings of 2.4.8-p1, newsletter-in-lists.json.
  listsOnly: ['extension_attributes.is_subscribed'],
  uncounted: ['updated_at'],
  listKeys: ['id'],

  person: { customer: 'id', email: 'email' },
  recentDays: null,
  events: [
    { named: /newsletter_subscriber/, ids: ['customer_id'], optional: true },
    { named: /customer_address|address_repository/, ids: ['customer_id', 'parent_id'] },
    {
      named: /^(?!.*customer_group)(.*[._])?customer(_|\.|$)/,
      ids: ['entity_id', 'id', 'customer_id', 'customerId'],
      deleted: /(^|[._])customer_(delete|repository\.delete)/,
    },
  ],
  attributes: {
    of: 'customer',
    column: 'custom_attributes',
    view: {
      name: 'customers_flat',
      columns: [
        'id',
        'email',
        'group_id',
        'website_id',
        'store_id',
        'prefix',
        'firstname',
        'middlename',
        'lastname',
        'suffix',
        'dob',
        'gender',
        'taxvat',
        'is_subscribed',
        { name: 'is_confirmed', empty: 'confirmation' },
        'default_billing',
        'default_shipping',
        'source_created_at',
        'source_updated_at',
        'last_verified_at',
      ],
    },
  },
} as const satisfies Entity;
