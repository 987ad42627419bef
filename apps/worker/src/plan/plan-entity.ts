import type { Config } from '../config/config.ts';
import { findPlan } from '../sync/backfill/backfill-plan.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { SyncContext } from '../sync/ports.ts';
import { everyId, knownPageLimit, pageTargets } from '../sync/reading/index.ts';
import { type Estimate, estimate, type PlannedBudget, type ProbedPage } from './estimate.ts';

/** What a first backfill of an entity takes, and what keeping it fresh costs. */
export interface EntityPlan {
  readonly entity: string;
  readonly inShop: number;
  readonly inCopy: number;
  readonly largestId: number;
  /** Whether the first backfill is complete, so that what follows is about reading everything once more. */
  readonly filled: boolean;
  readonly probes: readonly ProbedPage[];
  readonly backfill: Estimate;
  /** Requests a day, as long as little changes. */
  readonly daily: { readonly pulls: number; readonly sweeps: number; readonly reconciles: number };
}

const smallProbe = 10;
const dayMs = 86_400_000;

/** So many questions an entity is asked. */
export const questionsEach = 5;

/** Probes an entity with five requests: a count, the newest record, and three pages from its beginning, middle and end. */
export async function planEntity(
  context: SyncContext,
  config: Config,
  entity: EntityDescriptor,
  signal: AbortSignal,
  /** Told after every one of them. */
  onAnswer: () => void = () => {},
): Promise<EntityPlan> {
  const inShop = await entity.count(context, signal);
  onAnswer();
  const { largestId } = await entity.survey(context, signal);
  onAnswer();
  const budget = await budgetOf(context, config, entity);
  const probes: ProbedPage[] = [];
  const sizes = [smallProbe, config.magento.pageSize, config.magento.pageSize];
  for (const [index, size] of sizes.entries()) {
    const afterId = Math.floor((largestId * index) / sizes.length);
    probes.push(await probe(context, entity, afterId, Math.min(size, budget.mostRows), signal));
    onAnswer();
  }
  const backfill = estimate(inShop, probes, budget);
  return {
    entity: entity.name,
    inShop,
    inCopy: await entity.countInCopy(context, everyId),
    largestId,
    filled: (await findPlan(context, entity))?.readToEnd ?? false,
    probes,
    backfill,
    daily: dailyOf(config, entity, backfill.requests),
  };
}

async function budgetOf(
  context: SyncContext,
  { magento }: Config,
  { definition }: EntityDescriptor,
): Promise<PlannedBudget> {
  const known = await knownPageLimit(context);
  const configured = Math.min(magento.maxPageSize, definition.page.most);
  return {
    ...magento.budget,
    mostRows: Math.min(configured, known?.max ?? configured),
    ...pageTargets,
  };
}

async function probe(
  context: SyncContext,
  entity: EntityDescriptor,
  afterId: number,
  pageSize: number,
  signal: AbortSignal,
): Promise<ProbedPage> {
  const pages = entity.pagesInIdRange(context, { afterId, upToId: null }, { signal, pageSize });
  for await (const { size: rows, durationMs, bytes } of pages) return { rows, durationMs, bytes };
  return { rows: 0, durationMs: 0, bytes: 0 };
}

function dailyOf(
  { schedule, slowSweeps }: Config,
  { definition }: EntityDescriptor,
  requests: number,
): EntityPlan['daily'] {
  const period =
    definition.recentDays === null ? schedule.sweepPeriodMs : (slowSweeps.allPeriodMs ?? 30 * dayMs);
  return {
    // Each with a page, or more where more has changed.
    pulls: Math.ceil(dayMs / schedule.pullEveryMs),
    sweeps: Math.ceil((requests * dayMs) / period),
    // A count, when nothing is missing.
    reconciles: Math.ceil(dayMs / schedule.reconcileEveryMs),
  };
}
