import { expect, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { customerTypes } from './customer-types.ts';
import { frameworkTypes } from './framework-types.ts';
import type { SoapService } from './service-model.ts';
import { customerRepositoryService } from './services/customers.ts';
import { currencyService } from './services/directory.ts';
import { adminTokenService } from './services/integration-tokens.ts';
import { typesByName } from './type-model.ts';
import { generateWsdl } from './wsdl.ts';

const exchanges = readRecording('soap');

function recordedWsdl(title: string): string {
  return exchanges.find((exchange) => exchange.title === title)!.response.body;
}

function wsdlOf(service: SoapService): string {
  const types = typesByName(frameworkTypes, customerTypes, service.types ?? []);
  return generateWsdl([service], types, `http://127.0.0.1:8090/soap/default?services=${service.name}`);
}

test.each([
  ['WSDL of the admin token service as guest', adminTokenService],
  ['WSDL of the currency service as guest', currencyService],
  ['WSDL of the customer repository as admin', customerRepositoryService],
])('%s is reproduced to the letter', (title, service) => {
  expect(wsdlOf(service)).toBe(recordedWsdl(title));
});
