import { InvalidCriteriaError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import {
  type Country,
  type CurrencyInformation,
  parseCountry,
  parseCurrency,
} from '../payloads/directory.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { readList } from './read-list.ts';

/** Reads currencies and countries; anonymous, so a guest may too. */
export function createDirectory(rest: RestClient) {
  return {
    /** Of the store view of the client's scope; the cloud service does not offer it. */
    async currency(options: CallOptions = {}): Promise<CurrencyInformation> {
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/directory/currency',
        ...withSignal(options.signal),
      });
      return parseCurrency(answer.body, answer.path);
    },
    countries: (options: CallOptions = {}): Promise<Country[]> =>
      readList(rest, '/V1/directory/countries', parseCountry, options),
    /** One country with its regions, by its two-letter code. */
    async country(countryId: string, options: CallOptions = {}): Promise<Country> {
      if (!/^[A-Z]{2}$/.test(countryId)) {
        throw new InvalidCriteriaError(`"${countryId}" is not a country code: two capital letters, e.g. HR.`);
      }
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/directory/countries/:countryId',
        variables: { countryId },
        ...withSignal(options.signal),
      });
      return parseCountry(answer.body, answer.path);
    },
  };
}
