import { z } from 'zod';
import { amount } from './amount.ts';
import { parsePayload, rawObject } from './parse.ts';
import { list, text } from './scalars.ts';

/** The currencies of a store view. */
export interface CurrencyInformation {
  baseCurrencyCode: string | null;
  baseCurrencySymbol: string | null;
  defaultDisplayCurrencyCode: string | null;
  defaultDisplayCurrencySymbol: string | null;
  availableCurrencyCodes: string[];
  /** Rates from the base currency. */
  exchangeRates: { currencyTo: string | null; rate: number | null }[];
  raw: Record<string, unknown>;
}

/** A region of a country that Magento has a list of. */
export interface CountryRegion {
  /** Sent as text. */
  id: string | null;
  code: string | null;
  name: string | null;
}

/** A country that the shop sells to. */
export interface Country {
  id: string | null;
  twoLetterAbbreviation: string | null;
  threeLetterAbbreviation: string | null;
  /** In the language of the store view. */
  fullNameLocale: string | null;
  fullNameEnglish: string | null;
  /** Empty for countries whose regions are free text. */
  availableRegions: CountryRegion[];
  raw: Record<string, unknown>;
}

const currencySchema = z.object({
  base_currency_code: text,
  base_currency_symbol: text,
  default_display_currency_code: text,
  default_display_currency_symbol: text,
  available_currency_codes: list(z.coerce.string()),
  exchange_rates: list(z.object({ currency_to: text, rate: amount })),
});
const countrySchema = z.object({
  id: text,
  two_letter_abbreviation: text,
  three_letter_abbreviation: text,
  full_name_locale: text,
  full_name_english: text,
  available_regions: list(z.object({ id: text, code: text, name: text })),
});

/** Reads the currencies of a store view. */
export function parseCurrency(value: unknown, path: string): CurrencyInformation {
  const currency = parsePayload(currencySchema, value, path);
  return {
    baseCurrencyCode: currency.base_currency_code,
    baseCurrencySymbol: currency.base_currency_symbol,
    defaultDisplayCurrencyCode: currency.default_display_currency_code,
    defaultDisplayCurrencySymbol: currency.default_display_currency_symbol,
    availableCurrencyCodes: currency.available_currency_codes,
    exchangeRates: currency.exchange_rates.map(({ currency_to: currencyTo, rate }) => ({ currencyTo, rate })),
    raw: rawObject(value, path),
  };
}

/** Reads one country. */
export function parseCountry(value: unknown, path: string): Country {
  const country = parsePayload(countrySchema, value, path);
  return {
    id: country.id,
    twoLetterAbbreviation: country.two_letter_abbreviation,
    threeLetterAbbreviation: country.three_letter_abbreviation,
    fullNameLocale: country.full_name_locale,
    fullNameEnglish: country.full_name_english,
    availableRegions: country.available_regions,
    raw: rawObject(value, path),
  };
}
