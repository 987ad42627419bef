import { AuthenticationError, MagentoError, mayBeAboutRows } from '@magento-sync/magento-client';
import { formatDuration } from '../../config/duration.ts';
import { chosenEntities } from '../entity/entities.ts';
import type { SyncContext } from '../ports.ts';
import { pageLimitName } from '../reading/index.ts';
import { lookAtShop } from '../warnings/shop-warnings.ts';
import { generationOf, type Observations } from './generation.ts';
import { probes } from './probes.ts';

/** What is known of a shop after its probes. */
export interface CapabilityReport {
  /** By name, as stored: small JSON values. */
  readonly capabilities: Readonly<Record<string, NonNullable<unknown>>>;
  /** Probes that got no answer, and why; what they found earlier stays. */
  readonly unanswered: Readonly<Record<string, string>>;
  /** What a person should look at, one sentence each. */
  readonly warnings: readonly string[];
}

const releaseName = 'release';
/** Clocks that differ by more than this deserve a look: signatures, tokens and times in the copy suffer. */
const toleratedDifferenceSeconds = 300;

/**
 * Looks what the shop can do, by a few harmless reads, and stores it.
 *
 * A shop that is in maintenance or out of reach is no answer: the error goes on to the caller and nothing is stored.
 */
export async function probeCapabilities(
  context: SyncContext,
  signal: AbortSignal,
): Promise<CapabilityReport> {
  let seen: Observations = {};
  const unanswered: Record<string, string> = {};
  for (const { name, run } of probes) {
    try {
      seen = { ...seen, ...(await run(context, signal)) };
    } catch (error) {
      // A login that was refused once is not tried again by the next probe.
      if (error instanceof AuthenticationError) throw error;
      if (!(error instanceof MagentoError) || (error.retryable && !mayBeAboutRows(error))) throw error;
      unanswered[name] = error.message;
    }
  }
  const capabilities = toCapabilities(context, seen);
  await announceUpgrade(context, capabilities[releaseName]);
  const { store, shop, clock } = context;
  for (const [name, value] of Object.entries(capabilities)) {
    await store.capabilities.put(shop, name, value, clock.now());
  }
  if (seen.pageLimit) context.onPageLimit?.(seen.pageLimit.max);
  const warnings: string[] = [];
  for (const entity of chosenEntities(context))
    try {
      warnings.push(...(await lookAtShop(context, entity, signal)).warnings);
    } catch (error) {
      // One entity that the account may not read leaves the others.
      if (!(error instanceof MagentoError) || error instanceof AuthenticationError || error.retryable)
        throw error;
      unanswered[entity.name] = error.message;
    }
  return { capabilities, unanswered, warnings };
}

function toCapabilities(
  { magento, log }: SyncContext,
  seen: Observations,
): Record<string, NonNullable<unknown>> {
  const found: Record<string, NonNullable<unknown> | undefined> = {
    page_past_the_end: seen.pastLastPage,
    subscription_in_lists: seen.subscriptionInLists,
    [pageLimitName]: seen.pageLimit,
    credential: seen.credential && {
      kind: seen.credential.kind,
      ...(seen.credential.lifeMs === null ? {} : { life: formatDuration(seen.credential.lifeMs) }),
    },
  };
  if (magento.auth.kind === 'ims') {
    found[releaseName] = 'Adobe Commerce as a Cloud Service';
  } else {
    const { release, evidence } = generationOf(seen);
    found[releaseName] = release;
    found['release_evidence'] = evidence;
  }
  if (seen.clockDifferenceSeconds !== undefined) {
    const seconds = seen.clockDifferenceSeconds;
    const warning = clockWarning(seconds);
    if (warning) log.warn({ seconds }, warning);
    found['clock_difference'] = { seconds, ...(warning ? { warning } : {}) };
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/** What to do about clocks that differ; `undefined` when they agree well enough. */
export function clockWarning(seconds: number): string | undefined {
  if (Math.abs(seconds) <= toleratedDifferenceSeconds) return undefined;
  const by = formatDuration(Math.abs(seconds) * 1_000);
  return (
    `The shop's clock is ${by} ${seconds > 0 ? 'ahead of' : 'behind'} this machine's. ` +
    'Find out which is wrong ("timedatectl" on both) and switch on its time synchronisation (NTP).'
  );
}

async function announceUpgrade({ store, shop, log }: SyncContext, release: unknown): Promise<void> {
  const before = (await store.capabilities.get(shop, releaseName))?.value;
  if (before === undefined || before === release) return;
  log.warn({ before, now: release }, 'the shop looks like another release of Magento than at the last look');
}
