/** How much is measured. */
export interface Sizes {
  readonly form: 'full' | 'quick' | 'smallest';
  /** How often the limits are measured; the median counts. */
  readonly repeats: number;
  readonly backfill: number;
  readonly saturating: number;
  readonly latency: number;
  readonly growth: { readonly small: number; readonly large: number };
  readonly workers: number;
  readonly resume: number;
  readonly orders: number;
  readonly peers: number;
  /** Rows of the copies that are made in SQL. */
  readonly scale: { readonly small: number; readonly large: number };
  /** How long a daemon is watched that has nothing to do. */
  readonly steadySeconds: number;
  /** How long each micro-benchmark goes on. */
  readonly microMs: number;
}

/** The forms of a run. */
export const forms: Readonly<Record<Sizes['form'], Sizes>> = {
  full: {
    form: 'full',
    repeats: 3,
    backfill: 200_000,
    saturating: 40_000,
    latency: 120_000,
    growth: { small: 100_000, large: 1_000_000 },
    workers: 120_000,
    resume: 50_000,
    orders: 50_000,
    peers: 20_000,
    scale: { small: 1_000_000, large: 10_000_000 },
    steadySeconds: 60,
    microMs: 1_000,
  },
  quick: {
    form: 'quick',
    repeats: 1,
    backfill: 20_000,
    saturating: 10_000,
    latency: 30_000,
    growth: { small: 10_000, large: 50_000 },
    workers: 30_000,
    resume: 10_000,
    orders: 2_000,
    peers: 2_000,
    scale: { small: 20_000, large: 200_000 },
    steadySeconds: 20,
    microMs: 200,
  },
  // Only to see that everything works.
  smallest: {
    form: 'smallest',
    repeats: 1,
    backfill: 700,
    saturating: 700,
    latency: 700,
    growth: { small: 300, large: 700 },
    workers: 700,
    resume: 1_500,
    orders: 60,
    peers: 300,
    scale: { small: 2_000, large: 4_000 },
    steadySeconds: 1,
    microMs: 5,
  },
};
