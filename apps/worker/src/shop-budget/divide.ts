import type { BudgetWorker } from '@magento-sync/db';

/** Places and requests a second. */
export interface Share {
  readonly places: number;
  readonly rate: number;
}

/** What all workers of a shop may use together, and what each of them should have of it. */
export interface Division extends Share {
  /** The lowest pace of those that work; what it takes away is left out of all numbers. */
  readonly pace: number;
  readonly targets: ReadonlyMap<string, Share>;
}

/** How long whoever has a place keeps it while others have none. */
const turnMs = 2_000;
/** Whoever somebody waits for comes before those who have waited for no longer than this. */
const freshHeadStartMs = 10_000;
const nothing: Share = { places: 0, rate: 0 };

/**
 * Divides the budget of a shop among its workers by what they ask for; pure, so that all of them find the same.
 *
 * Whoever asks for little gets it, and the rest is divided evenly. Where there are fewer places, or requests a second,
 * than workers, they take turns of two seconds: whoever has waited longest first, and before them those for whom somebody waits.
 * Of several configured limits the lowest holds.
 */
export function divideBudget(workers: readonly BudgetWorker[], now: Date): Division {
  const asking = workers.filter(({ demand }) => demand > 0);
  const pace = Math.min(1, ...asking.map((worker) => worker.pace));
  const most = (limit: (worker: BudgetWorker) => number) => Math.min(...workers.map(limit));
  const rate = most(({ mostRate }) => mostRate) * pace;
  const places = Math.max(1, Math.floor(most(({ mostPlaces }) => mostPlaces) * pace + 1e-9));
  // Each of them sends at least one request a second, so that together they never send a burst of more than the rate.
  const mostHolders = Math.min(places, Math.max(1, Math.floor(rate)));
  const chosen = inOrder(asking, now).slice(0, mostHolders);
  // Always in one order, so that what is left over stays where it is.
  const holders = chosen.toSorted((one, other) => byId({ worker: one }, { worker: other }));
  const byPlaces = shareOut(
    places,
    holders.map(({ demand }) => demand),
  );
  const byRate = shareOutEvenly(
    rate,
    holders.map(({ rateDemand }) => Math.max(rateDemand, leastRate(rate))),
  );
  const targets = new Map(asking.map(({ id }) => [id, nothing]));
  for (const [index, { id }] of holders.entries()) {
    targets.set(id, { places: byPlaces[index] ?? 0, rate: byRate[index] ?? 0 });
  }
  return { places, rate, pace, targets };
}

/** What a worker must be allowed to send at all: one request may always be sent at once. */
export function leastRate(rate: number): number {
  return Math.min(1, rate);
}

/** In the order in which they get places, where these do not suffice for all. */
function inOrder(asking: readonly BudgetWorker[], now: Date): BudgetWorker[] {
  const someoneWaits = asking.some(({ isFresh, turnSince }) => isFresh && turnSince === null);
  const key = ({ turnSince, waitingSince, isFresh }: BudgetWorker): [number, number] => {
    if (turnSince === null) return [1, (waitingSince ?? now).getTime() - (isFresh ? freshHeadStartMs : 0)];
    const isOver = now.getTime() - turnSince.getTime() >= turnMs || (someoneWaits && !isFresh);
    // Who has had places longest gives way first.
    return [isOver ? 2 : 0, -turnSince.getTime()];
  };
  return asking
    .map((worker) => ({ worker, key: key(worker) }))
    .toSorted((one, other) => one.key[0] - other.key[0] || one.key[1] - other.key[1] || byId(one, other))
    .map(({ worker }) => worker);
}

function byId(one: { worker: BudgetWorker }, other: { worker: BudgetWorker }): number {
  return one.worker.id < other.worker.id ? -1 : 1;
}

/** Whole numbers, one after the other, until nobody wants more; what nobody wants is left. */
function shareOut(total: number, wants: readonly number[]): number[] {
  const given = wants.map(() => 0);
  let left = total;
  for (let level = 1; left > 0; level += 1) {
    const hungry = wants.flatMap((want, index) => (want >= level ? [index] : [])).slice(0, left);
    if (hungry.length === 0) break;
    for (const index of hungry) given[index] = level;
    left -= hungry.length;
  }
  return given;
}

/** Parts, as even as what is wanted allows; what nobody wants is divided too. */
function shareOutEvenly(total: number, wants: readonly number[]): number[] {
  if (wants.every((want) => want <= total / wants.length)) return wants.map(() => total / wants.length);
  const given = wants.map(() => 0);
  let left = total;
  const modestFirst = [...wants.keys()].toSorted((one, other) => (wants[one] ?? 0) - (wants[other] ?? 0));
  for (const [served, index] of modestFirst.entries()) {
    const part = Math.min(wants[index] ?? 0, left / (wants.length - served));
    given[index] = part;
    left -= part;
  }
  return given.map((part) => part + left / wants.length);
}
