import type { Entity } from '@magento-sync/entities';
import {
  AuthenticationError,
  GateRefusedError,
  type MagentoClient,
  MagentoResponseError,
  PermissionError,
  type SearchResult,
  searchCriteria,
  UnexpectedPayloadError,
} from '@magento-sync/magento-client';
import { formatDuration } from '../config/duration.ts';
import { describeFailure } from '../failure.ts';
import { type Finding, ok, problem, skipped } from './finding.ts';

/** More than this is a clock that nobody sets. */
const tolerableDifferenceMs = 60_000;

/** A right that the copy needs, with a read that needs it. */
interface Right {
  readonly resource: string;
  /** Its name before Magento 2.3.1, where that is another. */
  readonly before231?: string;
  read(magento: MagentoClient, signal: AbortSignal): Promise<object>;
}

/** The rights that the chosen entities need, then those of the reference data. */
function rightsFor(entities: readonly Entity[]): readonly Right[] {
  return [
    ...entities.map(
      (entity): Right => ({
        resource: entity.right.name,
        ...(entity.right.before231 === undefined ? {} : { before231: entity.right.before231 }),
        read: (magento, signal) => magento.records(entity).search(searchCriteria().pageSize(1), { signal }),
      }),
    ),
    {
      resource: 'Magento_Customer::group',
      read: (magento, signal) => magento.customerGroups.all({ signal }),
    },
    {
      resource: 'Magento_Backend::store',
      read: (magento, signal) => magento.stores.websites({ signal }),
    },
  ];
}

/** Names of the checks of {@link checkAccess}, for those that cannot be made. */
export function accessChecks(entities: readonly Entity[]): readonly string[] {
  return ['sign-in', ...rightsFor(entities).map(({ resource }) => `right ${resource}`), 'clock', 'cache'];
}

/**
 * Signs in once, tries every needed right, and compares the shop's clock with this machine's.
 *
 * `explain` says more about a sign-in that failed, if it can.
 */
export async function checkAccess(
  magento: MagentoClient,
  entities: readonly Entity[],
  signal: AbortSignal,
  explain: (error: unknown) => Promise<string | undefined> = async () => undefined,
): Promise<Finding[]> {
  try {
    await magento.auth.refreshIfDue?.(signal);
  } catch (error) {
    signal.throwIfAborted();
    return noAccess(entities, error, await explain(error));
  }
  const findings: Finding[] = [];
  let clock: Finding = skipped('clock', 'is told by an answer to a search for customers');
  for (const { resource, before231, read } of rightsFor(entities)) {
    const check = `right ${resource}`;
    try {
      const answer = await read(magento, signal);
      if ('serverDate' in answer) clock = compareClocks(answer as SearchResult<unknown>);
      const oldName = before231 === undefined ? '' : `, before Magento 2.3.1 as ${before231}`;
      findings.push(ok(check, `granted${oldName}`));
    } catch (error) {
      signal.throwIfAborted();
      // Credentials that are good for nothing are no matter of single rights.
      const isOfRoute = isAboutRoute(error) && magento.auth.signIn !== undefined;
      if (!isOfRoute && !findings.some(({ outcome }) => outcome === 'ok'))
        return noAccess(entities, error, await explain(error));
      findings.push(problem(`right ${nameIn(error, resource, before231)}`, describeFailure(error).sentence));
    }
  }
  const cache = await checkCache(magento, findings, signal);
  return [ok('sign-in', `as ${magento.auth.kind}`), ...findings, clock, cache];
}

/** The name of a right in the shop's own release, which is the one that its refusal names. */
function nameIn(error: unknown, name: string, before231: string | undefined): string {
  const named = error instanceof PermissionError ? error.resources : [];
  return before231 !== undefined && named.includes(before231) ? before231 : name;
}

/** Whether an answer says nothing of who asked: a right that lacks, a redirect, a firewall, something unreadable. */
function isAboutRoute(error: unknown): boolean {
  if (error instanceof PermissionError) return error.reason === 'missing_right' || error.status === 403;
  if (error instanceof AuthenticationError || error instanceof GateRefusedError) return false;
  return error instanceof MagentoResponseError || error instanceof UnexpectedPayloadError;
}

/** The findings when nobody could sign in. */
export function noAccess(entities: readonly Entity[], error: unknown, explanation?: string): Finding[] {
  return accessChecks(entities).map((check) =>
    check === 'sign-in'
      ? problem(check, [describeFailure(error).sentence, explanation].filter(Boolean).join(' '))
      : skipped(check, 'the sign-in comes first'),
  );
}

/** A cache keeps the right answers of yesterday: it is found by asking twice. */
async function checkCache(
  magento: MagentoClient,
  rightsFound: readonly Finding[],
  signal: AbortSignal,
): Promise<Finding> {
  if (rightsFound[0]?.outcome !== 'ok')
    return skipped('cache', 'is told by two answers to a search for customers');
  try {
    const found = await magento.cacheProbe.findCache({ signal });
    if (found === null) return ok('cache', 'none between this machine and the shop');
    return problem(
      'cache',
      `${found.message} This worker goes around it by addresses that are never the same; other programs are served old data.`,
    );
  } catch (error) {
    signal.throwIfAborted();
    return problem('cache', describeFailure(error).sentence);
  }
}

function compareClocks({
  serverDate,
  receivedAt,
}: Pick<SearchResult<unknown>, 'serverDate' | 'receivedAt'>): Finding {
  if (!serverDate) {
    return problem(
      'clock',
      'The shop sends no Date header: let its web server send one, pulls follow that clock.',
    );
  }
  // The header drops the fraction of a second.
  const ahead = serverDate.getTime() + 500 - receivedAt.getTime();
  if (Math.abs(ahead) <= tolerableDifferenceMs) return ok('clock', 'shop and this machine agree');
  const difference = `${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'}`;
  return problem(
    'clock',
    `The shop's clock is ${difference} this machine's: set both by NTP. Pulls follow the shop's and lose nothing, but lags are shown wrong.`,
  );
}
