import type { RestClient } from '../http/rest.ts';
import {
  parseStoreConfig,
  parseStoreGroup,
  parseStoreView,
  parseWebsite,
  type StoreConfig,
  type StoreGroup,
  type StoreView,
  type Website,
} from '../payloads/reference.ts';
import type { CallOptions } from './call-options.ts';
import { readList } from './read-list.ts';

/** Reads the store tree: websites, their stores, and the stores' views. */
export function createStores(rest: RestClient) {
  return {
    /** All websites, including 0 "admin". */
    websites: (options: CallOptions = {}): Promise<Website[]> =>
      readList(rest, '/V1/store/websites', parseWebsite, options),
    storeGroups: (options: CallOptions = {}): Promise<StoreGroup[]> =>
      readList(rest, '/V1/store/storeGroups', parseStoreGroup, options),
    /** All store views, including 0 "admin" and inactive ones. */
    storeViews: (options: CallOptions = {}): Promise<StoreView[]> =>
      readList(rest, '/V1/store/storeViews', parseStoreView, options),
    /** Locale, currency, time zone and addresses of every store view. */
    storeConfigs: (options: CallOptions = {}): Promise<StoreConfig[]> =>
      readList(rest, '/V1/store/storeConfigs', parseStoreConfig, options),
  };
}
