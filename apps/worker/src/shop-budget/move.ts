import type { BudgetMove, BudgetState, BudgetWorker } from '@magento-sync/db';
import { divideBudget, leastRate, type Share } from './divide.ts';

/** What a worker says about itself; the share is what it uses at most from now on until it hears of another one. */
export interface WorkerReport extends Omit<BudgetWorker, 'waitingSince' | 'turnSince'> {
  /** Requests that it could have sent at once and gives back, because a smaller rate holds fewer. */
  readonly tokensBack: number;
  readonly leaves: boolean;
}

/** A move to be written, and what it gives to the worker once it is. */
export interface PlannedMove {
  readonly move: Omit<BudgetMove, 'livesMs'>;
  readonly share: Share;
  /** The pace that the share takes into account. */
  readonly pace: number;
  /** Requests more that may be sent at once. */
  readonly tokens: number;
  /** Whether the worker should have more than others have given way for. */
  readonly lacks: boolean;
  /** Workers that live, this one included. */
  readonly living: number;
}

/**
 * Plans what a worker does next, from what it reports and how the budget is divided now; pure.
 *
 * Nobody is promised what somebody else may still use: a share grows only by what no other worker holds, and what one
 * gives up counts as its own until it reports that it uses less. So the sum of all shares never exceeds the budget,
 * however many workers plan at once: of two that have read the same state only one can write.
 */
export function planMove(state: BudgetState, report: WorkerReport): PlannedMove {
  const { tokensBack, leaves, ...reported } = report;
  const before = state.workers.find(({ id }) => id === report.id);
  // Whose time was over has lost its share, whatever it believes.
  const held: Share = {
    places: Math.min(reported.places, before?.places ?? 0),
    rate: Math.min(reported.rate, before?.rate ?? 0),
  };
  const worker: BudgetWorker = { ...reported, ...held, ...turnOf(reported, held, before, state.now) };
  const others = state.workers.filter(({ id }) => id !== report.id);
  const division = divideBudget([...others, worker], state.now);
  const target = (leaves ? undefined : division.targets.get(report.id)) ?? { places: 0, rate: 0 };

  const placesOfOthers = sum(others, ({ places, inFlight }) => Math.max(places, inFlight));
  const rateOfOthers = sum(others, ({ rate }) => rate);
  const share = usable(
    {
      places: grown(held.places, target.places, division.places - placesOfOthers),
      rate: grown(held.rate, target.rate, division.rate - rateOfOthers),
    },
    held,
    division.rate,
  );

  const unheld = Math.max(0, division.rate - rateOfOthers - (leaves ? 0 : held.rate));
  const gained = Math.max(0, share.rate - held.rate);
  const pool = waitingTokens(state, division.rate) + tokensBack;
  const tokens = unheld > 0 ? pool * Math.min(1, gained / unheld) : 0;
  const freeRate = Math.max(0, unheld - gained);
  return {
    move: {
      state,
      tokens: Math.min(pool - tokens, burstOf(freeRate, division.rate)),
      freeRate,
      worker: leaves
        ? { id: report.id }
        : {
            ...worker,
            // What is taken away is held until the worker has heard of it.
            places: Math.max(held.places, share.places),
            rate: Math.max(held.rate, share.rate),
          },
    },
    share,
    pace: division.pace,
    tokens,
    lacks: share.places < target.places || share.rate < target.rate - 1e-9,
    living: others.length + (leaves ? 0 : 1),
  };
}

function turnOf(
  { demand }: Pick<BudgetWorker, 'demand'>,
  held: Share,
  before: BudgetWorker | undefined,
  now: Date,
): Pick<BudgetWorker, 'waitingSince' | 'turnSince'> {
  if (demand === 0) return { waitingSince: null, turnSince: null };
  return held.places > 0
    ? { waitingSince: null, turnSince: before?.turnSince ?? now }
    : { waitingSince: before?.waitingSince ?? now, turnSince: null };
}

/** Less is possible at once, more only as far as it is free. */
function grown(held: number, target: number, free: number): number {
  return target <= held ? target : Math.max(held, Math.min(target, free));
}

/** Places without a rate, and a rate without places, are of no use to anybody. */
function usable(share: Share, held: Share, rate: number): Share {
  const suffices = share.places >= 1 && share.rate >= leastRate(rate) - 1e-9;
  return suffices || held.places > 0 ? share : { places: 0, rate: 0 };
}

/** What may be sent at once out of what nobody holds: it has filled up since it was last counted. */
function waitingTokens({ tokens, freeRate, countedAt, now }: BudgetState, rate: number): number {
  if (tokens === null || freeRate === null) return burstOf(rate, rate);
  const seconds = Math.max(0, now.getTime() - countedAt.getTime()) / 1_000;
  return Math.min(Math.max(tokens, burstOf(freeRate, rate)), tokens + freeRate * seconds);
}

/** One second's worth of a part of the rate; all of it holds at least one request. */
function burstOf(part: number, rate: number): number {
  return rate > 0 ? (part / rate) * Math.max(1, rate) : 0;
}

function sum(workers: readonly BudgetWorker[], number: (worker: BudgetWorker) => number): number {
  return workers.reduce((total, worker) => total + number(worker), 0);
}
