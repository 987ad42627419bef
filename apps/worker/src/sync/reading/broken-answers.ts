import {
  isOutage,
  type MagentoError,
  MagentoNetworkError,
  MagentoResponseError,
  MagentoTimeoutError,
  mayBeAboutRows,
  OutageError,
  PermissionError,
  UnexpectedPayloadError,
} from '@magento-sync/magento-client';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';

/**
 * Whether one row of the answer may be why there is none that can be used.
 *
 * Only a shop that answers something else at the same time proves it. A row over which PHP dies looks like a web server
 * without PHP (an instant 502), like a broken connection, or like an answer that never comes.
 */
export function mayBeAboutARow(error: unknown): error is MagentoError {
  return (
    mayBeAboutRows(error) ||
    looksLikeAnOutage(error) ||
    (error instanceof MagentoTimeoutError && error.mayHaveArrived)
  );
}

/** Whether the trouble may have been the shop's: the same request has to be sent once more before a row is suspected. */
export function looksLikeAnOutage(error: unknown): boolean {
  if (error instanceof OutageError) return error.reason === 'gateway';
  return error instanceof MagentoNetworkError && error.retryable && !isOutage(error);
}

/** Whether the answer breaks over a row that was asked for; any other error is thrown. */
export async function breaksOverRows(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return false;
  } catch (error) {
    if (mayBeAboutARow(error)) return true;
    throw error;
  }
}

/** Whether the shop answers a list at all, proven by one that finds nothing. */
export async function answersWithoutRows(
  context: SyncContext,
  entity: Pick<EntityDescriptor, 'count'>,
  signal: AbortSignal,
): Promise<boolean> {
  return !(await breaksOverRows(entity.count(context, signal, { afterId: -1, upToId: 0 })));
}

/** Whether rows that were counted did not come. */
export function isAboutMissingRows(error: unknown): boolean {
  return error instanceof UnexpectedPayloadError && error.problem === 'missing_rows';
}

/** What the trouble is, and what to do about it, where one record causes it. */
export function troubleText(error: MagentoError): string {
  if (isAboutMissingRows(error)) {
    return 'The lists count it and do not show it: find the module, cache or proxy that hides it.';
  }
  if (!(error instanceof PermissionError) || error.status !== 403) return error.message;
  return (
    `${error.message} Other answers pass: a content rule dislikes a word in this record. ` +
    'Exempt /rest from the rules for answers, or change the record.'
  );
}

/** Status and Report ID of the answer, as far as there was one. */
export function traceOf(error: MagentoError): { httpStatus: number | null; reportId: string | null } {
  if (!(error instanceof MagentoResponseError)) return { httpStatus: null, reportId: null };
  return { httpStatus: error.status, reportId: error.reportId };
}

/** So many records break the shop's answers that it is not about single ones. */
export class TooManyBrokenRecordsError extends Error {
  override readonly name = 'TooManyBrokenRecordsError';

  /** `what` says which records break the answers, as the beginning of a sentence. */
  constructor(what: string, error: MagentoError) {
    super(
      `${what}: that is a broken module, firewall or proxy, not single records. Repair it first; ` +
        `"magento-sync status" lists the ids. The last trouble: ${error.message}`,
      { cause: error },
    );
  }
}
