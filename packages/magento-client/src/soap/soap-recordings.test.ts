import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTokenTimes } from '../auth/token-expiry.ts';
import {
  AuthenticationError,
  BadRequestError,
  MagentoError,
  NotFoundError,
  PermissionError,
  ServerFault,
  UnexpectedPayloadError,
} from '../errors.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { camelCase } from '../testing/camel-case.ts';
import { readExchange, readExchanges } from '../testing/recordings.ts';
import { buildEnvelope } from './envelope.ts';
import { findSoapFault } from './fault.ts';
import { readResult } from './read-result.ts';
import { soapSearchCriteria } from './search-argument.ts';
import { SoapArgumentError, writeArguments } from './write-arguments.ts';
import { parseWsdl, type Wsdl } from './wsdl.ts';
import { child, parseXml, type XmlElement } from './xml.ts';

const exchanges = readExchanges('soap.json');
const find = (title: string) => exchanges.find((exchange) => exchange.title === title)!;
const wsdlOf = (title: string): Wsdl => parseWsdl(find(title).response.body, '/soap/default');
const customers = wsdlOf('WSDL of the customer repository as admin');
const currency = wsdlOf('WSDL of the currency service as guest');
const tokens = wsdlOf('WSDL of the admin token service as guest');

function answerOf(title: string): XmlElement {
  return child(parseXml(find(title).response.body, '/soap'), 'Body')!.children[0]!;
}
const error = (title: string) => {
  const { status, headers, body } = find(title).response;
  return findSoapFault({ status, headers, text: body }, { path: '/soap/default', shopNow: 0 });
};

describe('the WSDL', () => {
  test('lists the operations of the account', () => {
    const service = 'customerCustomerRepositoryV1';
    expect([...customers.operations.keys()]).toEqual(
      ['GetById', 'Save', 'SaveSelf', 'GetSelf', 'GetList', 'DeleteById'].map((name) => service + name),
    );
    expect(customers.operations.get(`${service}GetById`)).toEqual({
      name: `${service}GetById`,
      input: `${service}GetByIdRequest`,
      output: `${service}GetByIdResponse`,
    });
    expect(customers.targetNamespace).toBe(`http://127.0.0.1:8090/soap/default?services=${service}`);
  });

  test('tells lists, objects and scalars apart', () => {
    expect(customers.types.get('ArrayOfCustomerDataAddressInterface')).toEqual({
      kind: 'list',
      item: { kind: 'complex', name: 'CustomerDataAddressInterface' },
    });
    expect(customers.types.get('CustomerDataRegionExtensionInterface')).toEqual({
      kind: 'object',
      fields: [],
    });
    expect(customers.types.get('FrameworkSortOrder')).toEqual({
      kind: 'object',
      fields: [
        { name: 'field', type: { kind: 'scalar', name: 'string' }, required: true },
        { name: 'direction', type: { kind: 'scalar', name: 'string' }, required: true },
      ],
    });
  });
});

describe('requests are built as a real shop took them', () => {
  const SEARCH = {
    // In another order than the WSDL's on purpose.
    currentPage: 1,
    pageSize: 2,
    sortOrders: [{ direction: 'ASC', field: 'entity_id' }],
    filterGroups: [{ filters: [{ conditionType: 'lteq', value: 3, field: 'entity_id' }] }],
  };
  test.each([
    [
      'create admin token',
      tokens,
      'integrationAdminTokenServiceV1CreateAdminAccessTokenRequest',
      { password: 'Passw0rd123!', username: 'admin' },
    ],
    [
      'create admin token, wrong password',
      tokens,
      'integrationAdminTokenServiceV1CreateAdminAccessTokenRequest',
      { password: 'x', username: 'admin' },
    ],
    ['missing customer', customers, 'customerCustomerRepositoryV1GetByIdRequest', { customerId: 999_999 }],
    ['customer by id as guest', customers, 'customerCustomerRepositoryV1GetByIdRequest', { customerId: 1 }],
    ['currency as guest', currency, 'directoryCurrencyInformationAcquirerV1GetCurrencyInfoRequest', {}],
    ['customer by id', customers, 'customerCustomerRepositoryV1GetByIdRequest', { customerId: 1 }],
    [
      'customer list as admin',
      customers,
      'customerCustomerRepositoryV1GetListRequest',
      { searchCriteria: SEARCH },
    ],
  ] as const)('%s', (title, wsdl, element, args) => {
    expect(buildEnvelope(wsdl.targetNamespace, element, writeArguments(wsdl, element, args))).toBe(
      find(title).request.body,
    );
  });

  test('create customer token, whose WSDL was not recorded', () => {
    const credentials = [
      { name: 'username', content: 'customer1@example.com' },
      { name: 'password', content: 'Passw0rd123!' },
    ];
    const service = 'integrationCustomerTokenServiceV1';
    const namespace = `http://127.0.0.1:8090/soap/default?services=${service}`;
    expect(buildEnvelope(namespace, `${service}CreateCustomerAccessTokenRequest`, credentials)).toBe(
      find('create customer token').request.body,
    );
  });

  test('a search as the builder makes it', () => {
    const criteria = searchCriteria<'entity_id'>()
      .where('entity_id', 'lteq', 3)
      .sortBy('entity_id', 'ASC')
      .pageSize(2);
    const element = 'customerCustomerRepositoryV1GetListRequest';
    const content = writeArguments(customers, element, { searchCriteria: soapSearchCriteria(criteria) });
    expect(buildEnvelope(customers.targetNamespace, element, content)).toBe(
      find('customer list as admin').request.body,
    );
  });

  test('a customer with addresses, custom attributes and characters that XML reserves', () => {
    const content = writeArguments(customers, 'customerCustomerRepositoryV1SaveRequest', {
      customer: {
        email: 'a&b@example.com',
        firstname: '<Ann> "O\'Neil"',
        lastname: '李 😀',
        addresses: [{ street: ['1 Main St', 'Apt 2'], defaultBilling: true }],
        customAttributes: [{ attributeCode: 'interests', value: '7,8' }],
        extensionAttributes: { isSubscribed: false },
      },
    });
    const xml = buildEnvelope('urn:x', 'r', content);
    const customer = child(child(child(parseXml(xml, '/soap'), 'Body'), 'r'), 'customer')!;
    expect(child(customer, 'email')!.text).toBe('a&b@example.com');
    expect(child(customer, 'firstname')!.text).toBe('<Ann> "O\'Neil"');
    expect(child(customer, 'lastname')!.text).toBe('李 😀');
    expect(customer.children.map(({ name }) => name)).toEqual([
      'email',
      'firstname',
      'lastname',
      'addresses',
      'extensionAttributes',
      'customAttributes',
    ]);
    expect(xml).toContain(
      '<street><item>1 Main St</item><item>Apt 2</item></street><defaultBilling>true</defaultBilling>',
    );
  });

  test.each([
    ['an unknown argument', { id: 1 }, /has no "id"\. It takes: customerId/],
    ['a text for a number', { customerId: 'abc' }, /whole number/],
    ['an object for a number', { customerId: {} }, /text, a number/],
  ])('refuses %s', (_title, args, message) => {
    const write = () => writeArguments(customers, 'customerCustomerRepositoryV1GetByIdRequest', args);
    expect(write).toThrow(SoapArgumentError);
    expect(write).toThrow(message);
  });

  test('refuses what XML cannot carry', () => {
    const write = () =>
      writeArguments(tokens, 'integrationAdminTokenServiceV1CreateAdminAccessTokenRequest', {
        username: 'a\u0001b',
      });
    expect(write).toThrow(/control character/);
  });
});

describe('results are plain typed values', () => {
  test('currency', () => {
    const element = 'directoryCurrencyInformationAcquirerV1GetCurrencyInfoResponse';
    expect(readResult(currency, element, answerOf('currency as guest'))).toEqual({
      baseCurrencyCode: 'USD',
      baseCurrencySymbol: '$',
      defaultDisplayCurrencyCode: 'USD',
      defaultDisplayCurrencySymbol: '$',
      availableCurrencyCodes: ['USD', 'EUR'],
      exchangeRates: [
        { currencyTo: 'USD', rate: 1 },
        { currencyTo: 'EUR', rate: 0.7067 },
      ],
    });
  });

  test('a customer equals the one that REST gave, name by name', () => {
    const element = 'customerCustomerRepositoryV1GetByIdResponse';
    const soap = readResult(customers, element, answerOf('customer by id')) as Record<string, unknown>;
    const rest: unknown = JSON.parse(
      readExchange('tokens.json', 'customers/1 with the admin token').response.body,
    );
    expect(soap).toEqual(camelCase(rest));
  });

  test('a page of customers', () => {
    const element = 'customerCustomerRepositoryV1GetListResponse';
    const page = readResult(customers, element, answerOf('customer list as admin')) as Record<
      string,
      unknown
    >;
    expect(page).toMatchObject({
      totalCount: 3,
      items: [
        { id: 1, groupId: 1 },
        { id: 2, storeId: 1 },
      ],
    });
    expect(page['searchCriteria']).toEqual({
      filterGroups: [{ filters: [{ field: 'entity_id', value: '3', conditionType: 'lteq' }] }],
      sortOrders: [{ field: 'entity_id', direction: 'ASC' }],
      pageSize: 2,
      currentPage: 1,
    });
  });

  test('empty lists stay lists, nil is null, a missing result is null, unknown members stay', () => {
    const element = 'customerCustomerRepositoryV1GetListResponse';
    const parse = (inner: string) =>
      readResult(customers, element, parseXml(`<x xmlns:xsi="i">${inner}</x>`, '/'));
    expect(parse('<result><items/><totalCount>0</totalCount></result>')).toEqual({
      items: [],
      totalCount: 0,
    });
    expect(parse('<result xsi:nil="true"/>')).toBeNull();
    expect(parse('')).toBeNull();
    expect(
      parse('<result><later><item>1</item></later><totalCount>12345678901234567890</totalCount></result>'),
    ).toEqual({
      later: ['1'],
      totalCount: '12345678901234567890',
    });
  });

  test('a large answer with many entities is read whole', () => {
    const item = '<item><id>1</id><firstname>A &amp; B &#039;C&#039; &lt;</firstname></item>';
    const xml = `<x><result><items>${item.repeat(5_000)}</items></result></x>`;
    const page = readResult(customers, 'customerCustomerRepositoryV1GetListResponse', parseXml(xml, '/')) as {
      items: unknown[];
    };
    expect(page.items).toHaveLength(5_000);
    expect(page.items[4_999]).toEqual({ id: 1, firstname: "A & B 'C' <" });
  });

  test.each(['create admin token', 'create customer token'])('%s', (title) => {
    const body = answerOf(title);
    const token = readResult(tokens, body.name, body);
    expect(token).toBe(child(body, 'result')!.text);
    expect(readTokenTimes(String(token))?.ofCustomer).toBe(title === 'create customer token');
  });
});

test('the lists of services are the same for everybody, and name the WSDL of each', () => {
  const [guest, admin] = ['list of services as guest', 'list of services as admin'].map(
    (title) => JSON.parse(find(title).response.body) as Record<string, { wsdl_endpoint: string }>,
  );
  expect(guest).toEqual(admin);
  for (const [name, { wsdl_endpoint }] of Object.entries(guest!)) {
    expect(wsdl_endpoint).toBe(`http://127.0.0.1:8090/soap/default?wsdl&services=${name}`);
  }
});

test('every recorded exchange is looked at here', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  expect(exchanges.map(({ title }) => title).filter((title) => !source.includes(`'${title}'`))).toEqual([]);
});

describe('faults become the errors that REST gives', () => {
  test('no fault in an answer', () => expect(error('customer by id')).toBeUndefined());
  test.each([
    [
      'missing customer',
      NotFoundError,
      { status: 404, parameters: { fieldName: 'customerId', fieldValue: '999999' } },
    ],
    [
      'customer by id as guest',
      PermissionError,
      { status: 401, resources: ['customerCustomerRepositoryV1'] },
    ],
    ['WSDL of the customer repository as guest', PermissionError, { status: 401 }],
    ['create admin token, wrong password', AuthenticationError, { status: 401 }],
    ['WSDL of an unknown service', ServerFault, { status: 500, reportId: 'webapi-6b057af0266c7' }],
    ['unknown operation', BadRequestError, { status: 400, retryable: false }],
  ] as const)('%s', (title, type, details) => {
    const found = error(title);
    expect(found).toBeInstanceOf(type);
    expect(found).toMatchObject(details);
    expect(found!.message).not.toMatch(/%\w/);
  });
});

test.each([
  ['cut off', '<a><b>'],
  ['empty', ''],
  ['a web page', '<!DOCTYPE html><html></html>'],
  ['a document that defines entities', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
])('an answer that is %s is refused', (_title, text) => {
  expect(() => parseXml(text, '/soap')).toThrow(UnexpectedPayloadError);
  expect(() => parseXml(text, '/soap')).toThrow(MagentoError);
});
