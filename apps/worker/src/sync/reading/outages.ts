import { setTimeout } from 'node:timers/promises';
import {
  isOutage,
  MagentoError,
  MagentoNetworkError,
  MagentoResponseError,
  MagentoTimeoutError,
  ThrottledError,
} from '@magento-sync/magento-client';
import { formatDuration } from '../../config/duration.ts';
import type { Logger } from '../../logger.ts';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { OutageWait, SyncContext } from '../ports.ts';
import { answersWithoutRows, looksLikeAnOutage } from './broken-answers.ts';

/** How long an outage is waited for, and how long before the shop is asked again at first. */
export interface OutagePatience {
  readonly patienceMs: number;
  readonly firstDelayMs?: number;
}

const longestDelayMs = 15_000;

/**
 * Creates what waits for a shop that is away, for all reads of a process together: says once what it waits for and how
 * long, and once that the shop is back. An address at which nothing has answered yet is not waited for.
 */
export function createOutageWait(
  log: Logger,
  { patienceMs, firstDelayMs = 1_000 }: OutagePatience,
): OutageWait {
  let awaySince: number | undefined;
  let hasAnswered = false;
  return {
    async through(request, isAway, signal) {
      for (let failures = 0; ; failures += 1) {
        try {
          const result = await request();
          hasAnswered = true;
          if (awaySince !== undefined) {
            log.warn(`The shop is back after ${formatDuration(performance.now() - awaySince)}; going on.`);
            awaySince = undefined;
          }
          return result;
        } catch (error) {
          if (signal.aborted || !(await isAway(error))) throw error;
          // Where nothing has ever answered, the address is wrong rather than the shop away.
          if (!hasAnswered && isUnreached(error)) throw error;
          const now = performance.now();
          const since = (awaySince ??= now);
          const left = since + patienceMs - now;
          const delayMs = Math.max(
            Math.min(longestDelayMs, firstDelayMs * 2 ** failures),
            (error instanceof MagentoResponseError && error.retryAfterMs) || 0,
          );
          if (delayMs > left) throw error;
          if (since === now) log.warn(waitingText(error, patienceMs));
          // After an abort the error of the request is the one to tell.
          await setTimeout(delayMs, undefined, { signal }).catch(() => {});
          if (signal.aborted) throw error;
        }
      }
    },
  };
}

/** Whether no server answered at all, not even a proxy with an error. */
function isUnreached(error: unknown): boolean {
  return error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError;
}

function waitingText(error: unknown, patienceMs: number): string {
  const what = error instanceof Error ? error.message : String(error);
  return `Waiting for the shop, for up to ${formatDuration(patienceMs)}: ${what}`;
}

/** Whether nothing but waiting helps: the shop is away, or asks for a pause that is longer than a request waits. */
export function isWorthWaiting(error: unknown): boolean {
  return isOutage(error) || (error instanceof ThrottledError && error.retryAfterMs !== null);
}

/**
 * The entity, read by somebody who waits while the shop is away; itself where nobody waits.
 *
 * A row over which PHP dies looks like a web server without PHP: only a shop that answers nothing else is away.
 */
export function patientEntity(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): EntityDescriptor {
  const { outages } = context;
  if (!outages) return entity;
  const isAway = async (error: unknown) => {
    if (!(error instanceof MagentoError) || !isWorthWaiting(error)) return false;
    return (
      !looksLikeAnOutage(error) || !(await answersWithoutRows(context, entity, signal).catch(() => false))
    );
  };
  const patiently = <T>(request: () => Promise<T>) => outages.through(request, isAway, signal);
  async function* pages<Page extends { readonly next: Position }, Position>(
    start: Position,
    open: (after: Position) => AsyncIterable<Page>,
  ): AsyncGenerator<Page, void, undefined> {
    let after = start;
    let reading = open(after)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const page = await patiently(async () => {
          try {
            return await reading.next();
          } catch (error) {
            // What has thrown is at its end: the next try begins behind the last page.
            reading = open(after)[Symbol.asyncIterator]();
            throw error;
          }
        });
        if (page.done) return;
        after = page.value.next;
        yield page.value;
      }
    } finally {
      await reading.return?.();
    }
  }
  return {
    ...entity,
    pagesChangedSince: (_context, position, options) =>
      pages(position, (after) => entity.pagesChangedSince(context, after, options)),
    pagesInIdRange: (_context, { afterId, upToId }, options) =>
      pages({ id: afterId }, ({ id }) => entity.pagesInIdRange(context, { afterId: id, upToId }, options)),
    idPages: (_context, { afterId, upToId }, options) =>
      pages({ id: afterId }, ({ id }) => entity.idPages(context, { afterId: id, upToId }, options)),
    survey: (...given) => patiently(() => entity.survey(...given)),
    count: (...given) => patiently(() => entity.count(...given)),
    countRanges: (...given) => patiently(() => entity.countRanges(...given)),
    countChanges: (...given) => patiently(() => entity.countChanges(...given)),
    countedInShop: (...given) => patiently(() => entity.countedInShop(...given)),
    isMissing: (...given) => patiently(() => entity.isMissing(...given)),
    reread: (...given) => patiently(() => entity.reread(...given)),
    readSingly: (...given) => patiently(() => entity.readSingly(...given)),
    compareByIds: (...given) => patiently(() => entity.compareByIds(...given)),
    compareSingly: (...given) => patiently(() => entity.compareSingly(...given)),
  };
}
