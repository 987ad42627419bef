import { WebApiError } from '../http/exchange.ts';
import { recordedBody } from '../recordings.ts';

/** A country as `GET /V1/directory/countries/:countryId` shows it. */
export interface Country {
  readonly id: string;
  readonly two_letter_abbreviation: string;
  readonly three_letter_abbreviation: string;
  readonly full_name_locale: string;
  readonly full_name_english: string;
  /** Absent where Magento knows no regions. */
  readonly available_regions?: readonly {
    readonly id: string;
    readonly code: string;
    readonly name: string;
  }[];
}

const country = (
  id: string,
  three_letter_abbreviation: string,
  name: string,
  regions: readonly (readonly [id: string, code: string, name: string])[] = [],
): Country => ({
  id,
  two_letter_abbreviation: id,
  three_letter_abbreviation,
  full_name_locale: name,
  full_name_english: name,
  ...(regions.length === 0
    ? {}
    : { available_regions: regions.map(([region, code, label]) => ({ id: region, code, name: label })) }),
});

/**
 * A few countries by their id: Croatia as recorded; the others are made up, with regions of recorded addresses.
 *
 * Magento: recordings/reads.json 'country HR', recordings/customers.ndjson.
 */
export function countries(): readonly Country[] {
  return [
    country('DE', 'DEU', 'Germany', [['82', 'BER', 'Berlin']]),
    country('GB', 'GBR', 'United Kingdom'),
    recordedBody('reads', 'country HR') as Country,
    country('IE', 'IRL', 'Ireland'),
    country('US', 'USA', 'United States', [
      ['1', 'AL', 'Alabama'],
      ['2', 'AK', 'Alaska'],
      ['57', 'TX', 'Texas'],
    ]),
  ];
}

/** The 404 of a country that the shop does not have. Magento: module-directory/Model/CountryInformationAcquirer.php. */
export function noSuchCountry(): WebApiError {
  return new WebApiError(404, "The country isn't available.");
}
