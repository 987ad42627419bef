import { extensionAttributes, extensionType } from '../framework-types.ts';
import { callRest } from '../rest-operation.ts';
import type { SoapService } from '../service-model.ts';
import { required } from '../type-model.ts';

/** Currencies of the shop. Recordings: recordings/soap.json 'WSDL of the currency service as guest'. */
export const currencyService: SoapService = {
  name: 'directoryCurrencyInformationAcquirerV1',
  types: [
    extensionType(
      'DirectoryDataExchangeRateExtensionInterface',
      'Magento\\Directory\\Api\\Data\\ExchangeRateInterface',
    ),
    {
      name: 'DirectoryDataExchangeRateInterface',
      documentation: 'Exchange Rate interface.',
      fields: [
        required('currencyTo', 'string', 'The currency code associated with the exchange rate.'),
        required(
          'rate',
          'float',
          "The exchange rate for the associated currency and the store's base currency.",
        ),
        extensionAttributes('DirectoryDataExchangeRateExtensionInterface'),
      ],
    },
    extensionType(
      'DirectoryDataCurrencyInformationExtensionInterface',
      'Magento\\Directory\\Api\\Data\\CurrencyInformationInterface',
    ),
    {
      name: 'DirectoryDataCurrencyInformationInterface',
      documentation: 'Currency Information interface.',
      fields: [
        required('baseCurrencyCode', 'string', 'The base currency code for the store.'),
        required('baseCurrencySymbol', 'string', 'The currency symbol of the base currency for the store.'),
        required('defaultDisplayCurrencyCode', 'string', 'The default display currency code for the store.'),
        required(
          'defaultDisplayCurrencySymbol',
          'string',
          'The currency symbol of the default display currency for the store.',
        ),
        required('availableCurrencyCodes', 'string[]', 'The list of allowed currency codes for the store.'),
        required(
          'exchangeRates',
          'DirectoryDataExchangeRateInterface[]',
          'The list of exchange rate information for the store.',
        ),
        extensionAttributes('DirectoryDataCurrencyInformationExtensionInterface'),
      ],
    },
  ],
  operations: [
    {
      name: 'GetCurrencyInfo',
      documentation: 'Get currency information for the store.',
      resource: 'anonymous',
      input: [],
      output: required('result', 'DirectoryDataCurrencyInformationInterface'),
      call: (call) => callRest(call, { method: 'GET', path: '/directory/currency' }),
    },
  ],
};
