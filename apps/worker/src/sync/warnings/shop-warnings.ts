import type { EntityDescriptor } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { everyId, mayBeAboutARow } from '../reading/index.ts';
import { alteredTables, alteredTablesWarning } from './altered-tables.ts';
import { type LateStamps, lateStampsText, lookForLateStamps, overlapThatCovers } from './late-stamps.ts';

/** What a look at the shop, and at what became of the copy, found. */
export interface ShopWarnings {
  /** One sentence each, with the cure; also those of earlier looks that nothing has disproved. */
  readonly warnings: readonly string[];
  /** Records whose change was stamped behind the pulls. */
  readonly lateIds: readonly number[];
}

/** A share of the copy below which what the shop shows is worth a warning, and from how many rows on. */
const fewShare = 0.5;
const fewFromRows = 20;

/**
 * Looks whether the shop shows this account far less than it did, whether it stamps changes where no pull looks, and whether
 * somebody has altered the tables of the copy.
 *
 * Costs about four requests, one less where the caller knows how many `rows` the shop has. Warnings are kept where status, doctor and metrics find them, and told to the log when they
 * are new.
 */
export async function lookAtShop(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
  rows?: number,
): Promise<ShopWarnings> {
  try {
    const few = await fewRows(context, entity, rows ?? (await entity.count(context, signal, everyId)));
    await keep(context, `visible_${entity.name}`, few ? { warning: few } : null);
    const late = await lateStamps(context, entity, signal);
    const altered = await alteredTablesWarning(context);
    await keep(context, alteredTables, altered ? { warning: altered } : null);
    const warnings = [few, late.warning, altered].filter((warning) => warning !== undefined);
    return { warnings, lateIds: late.ids };
  } catch (error) {
    // A record that spoils these answers is found by the walk over all of them.
    if (!mayBeAboutARow(error)) throw error;
    return { warnings: [], lateIds: [] };
  }
}

async function fewRows(
  context: SyncContext,
  entity: EntityDescriptor,
  inShop: number,
): Promise<string | undefined> {
  const inCopy = await entity.countInCopy(context, everyId);
  const few = inCopy >= fewFromRows && inShop < inCopy * fewShare;
  if (inShop > 0 && !few) return undefined;
  const shown = inShop === 0 ? `no ${entity.name} at all` : `only ${inShop} ${entity.name}`;
  const known = inCopy > 0 ? `, and the copy has ${inCopy}` : '';
  return (
    `The shop shows this account ${shown}${known}. Check that the role or integration sees all websites, and that ` +
    'MAGENTO_BASE_URL leads to the right shop.'
  );
}

async function lateStamps(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<{ ids: readonly number[]; warning?: string }> {
  const name = `late_stamps_${entity.name}`;
  const { found, disproved } = await lookForLateStamps(context, entity, signal);
  const before = (await context.store.capabilities.get(context.shop, name))?.value as LateStamps | undefined;
  const isCovered = before && overlapThatCovers(before) <= context.settings.overlapMs;
  const largest = found && before && before.lagMs > found.lagMs ? before : found;
  const kept = largest ?? (disproved || isCovered ? undefined : before);
  const warning = kept && lateStampsText(entity.name, kept);
  await keep(context, name, kept && warning ? { lagMs: kept.lagMs, warning } : null);
  return { ids: found?.ids ?? [], ...(warning ? { warning } : {}) };
}

/** Keeps a warning as something known of the shop, or forgets it; tells the log when it is new. */
async function keep(
  { store, shop, clock, log }: SyncContext,
  name: string,
  value: { readonly warning: string; readonly lagMs?: number } | null,
): Promise<void> {
  const before = (await store.capabilities.get(shop, name))?.value as { warning?: string } | undefined;
  if (value === null) {
    if (before) await store.capabilities.remove(shop, name);
    return;
  }
  if (before?.warning !== value.warning) log.warn(value.warning);
  await store.capabilities.put(shop, name, value, clock.now());
}
