import type { AuthStrategy } from '../auth/strategy.ts';
import type { CachedAnswerError } from '../errors.ts';
import { sleep } from '../http/abortable.ts';
import { cachedAnswer, cacheEvidence, withOwnParameter } from '../http/cache-evidence.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { Transport } from '../http/transport.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeQuery, joinQueries } from '../search/encode-query.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import type { CallOptions } from './call-options.ts';

const route = '/V1/customers/search';
/** HTTP dates have a resolution of one second. */
const dateStepMs = 1_100;

/** Looks for a cache between this client and the shop. */
export function createCacheProbe(calls: {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly auth: AuthStrategy;
}) {
  const { urls, transport, auth } = calls;
  return {
    /**
     * Asks for the number of customers twice at one and the same address, which reads never do; what a cache says, or
     * one date for both, tells. `null` when the shop itself answered both times.
     */
    async findCache(options: CallOptions = {}): Promise<CachedAnswerError | null> {
      const signal = options.signal ?? new AbortController().signal;
      const query = joinQueries(
        encodeSearchCriteria(searchCriteria().pageSize(1)),
        encodeQuery([['fields', 'total_count']]),
      );
      const url = withOwnParameter(urls.rest(route, query));
      const ask = () => transport.send({ method: 'GET', url, route, auth, signal });
      const first = await ask();
      await sleep(dateStepMs, signal);
      const second = await ask();
      const evidence = cacheEvidence(first.headers) ?? cacheEvidence(second.headers);
      const { pathname } = new URL(url);
      if (evidence !== undefined) return cachedAnswer(pathname, evidence);
      const isRepeated = second.serverDate !== null && second.headers['date'] === first.headers['date'];
      return isRepeated
        ? cachedAnswer(pathname, `twice with the same Date: ${second.headers['date']}`)
        : null;
    },
  };
}
